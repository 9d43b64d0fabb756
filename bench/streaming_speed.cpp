// SPDX-License-Identifier: Apache-2.0
// Question: what does one step of a random recurrent network cost, and does it follow the spikes?
// 10,000 leaky neurons with a refractory time, 100 random synapses onto each (a million in all,
// delay 15 steps), four fifths excitatory. Neurons are made to fire at a set rate by spikes from
// outside, so that time can be read against the rate: at 0.1 ms a step, 10 spikes a step are 10 Hz
// and 100 are 100 Hz; at 1 ms a step 1,000 are 100 Hz. In the `quiet` case a single neuron fires,
// as often as its refractory time lets it: most neurons sleep or fade.
#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include <synfire/sim/stream.hpp>

namespace {

using namespace synfire;

constexpr std::int32_t neurons = 10000;
constexpr std::int32_t fan_in = 100;
constexpr std::size_t prepared_steps = 500;

population drive() {
    population p;
    p.name = "drive";
    p.kind = population_kind::input;
    p.shape = {neurons, 1, 1};
    p.window = {coding::rate, 1};
    p.range = {0, 1};
    return p;
}

population leaky() {
    population p;
    p.name = "neurons";
    p.shape = {neurons, 1, 1};
    p.theta.assign(neurons, 8000);
    p.bias.assign(neurons, 0);
    p.streaming = streaming_neuron{};
    p.streaming->decay_v.assign(neurons, 20);  // of 4096: 20 ms at 0.1 ms a step
    p.streaming->reset = reset_rule::zero;
    p.streaming->refractory = 20;
    return p;
}

projection one_to_one() {
    projection p;
    p.target = 1;
    p.source_channels = p.target_channels = {0, neurons};
    p.kind = connectivity::one_to_one;
    p.weights.assign(neurons, 127);
    p.shift = 7;  // fires from any potential that occurs
    return p;
}

projection recurrent() {
    std::mt19937 random(17);
    projection p;
    p.source = p.target = 1;
    p.source_channels = p.target_channels = {0, neurons};
    p.kind = connectivity::sparse;
    p.delay = 15;
    p.row_ptr.push_back(0);
    for (std::int32_t target = 0; target < neurons; ++target) {
        std::vector<std::int32_t> sources;
        while (sources.size() < fan_in) {
            sources.push_back(static_cast<std::int32_t>(random() % neurons));
            std::sort(sources.begin(), sources.end());
            sources.erase(std::unique(sources.begin(), sources.end()), sources.end());
        }
        for (const std::int32_t i : sources) {
            p.column.push_back(i);
            p.weights.push_back(i % 5 == 0 ? std::int8_t{-20} : std::int8_t{5});
        }
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
    return p;
}

network make_network() {
    network net;
    net.execution = execution::streaming;
    net.steps = 1000;
    net.populations = {drive(), leaky()};
    net.projections = {one_to_one(), recurrent()};
    return net;
}

std::vector<std::vector<std::uint32_t>> injections(std::int64_t spikes, std::uint32_t among) {
    std::mt19937 random(3);
    std::vector<std::vector<std::uint32_t>> steps(prepared_steps);
    for (auto& step : steps) {
        for (std::int64_t k = 0; k < spikes; ++k) {
            step.push_back(static_cast<std::uint32_t>(random() % among));
        }
    }
    return steps;
}

void run_steps(benchmark::State& state, sim::engine_kind engine, std::uint32_t among) {
    static const network net = make_network();
    sim::stream stream(net, engine);
    const auto injected = injections(state.range(0), among);
    std::size_t t = 0;
    for (auto _ : state) {
        stream.inject(0, injected[t++ % prepared_steps]);
        stream.step();
    }
    const auto steps = static_cast<double>(stream.steps());
    const activity counts = stream.counts();
    state.counters["spikes/step"] = static_cast<double>(counts.populations[1].spikes) / steps;
    state.counters["events/s"] = benchmark::Counter(
        static_cast<double>(counts.projections[1].synaptic_events), benchmark::Counter::kIsRate);
}

void event_driven(benchmark::State& state) {
    run_steps(state, sim::engine_kind::event_driven, neurons);
}
BENCHMARK(event_driven)
    ->Arg(0)
    ->Arg(1)
    ->Arg(10)
    ->Arg(30)
    ->Arg(100)
    ->Arg(300)
    ->Arg(1000)
    ->Unit(benchmark::kMicrosecond);

void event_driven_quiet(benchmark::State& state) {
    run_steps(state, sim::engine_kind::event_driven, 1);
}
BENCHMARK(event_driven_quiet)->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

void reference(benchmark::State& state) { run_steps(state, sim::engine_kind::reference, neurons); }
BENCHMARK(reference)->Arg(10)->Arg(100)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
