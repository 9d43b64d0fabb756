// SPDX-License-Identifier: Apache-2.0
// Question: how many synaptic events a second does one core deliver in a 3x3 convolution, by
// channels and share of active sources? One event is one addition of a weight: a spike times a
// synapse. Validation, planning, encoding, firing and counting are part of the time.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <random>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/width.hpp>
#include <synfire/sim/simulator.hpp>

namespace {

using namespace synfire;

constexpr std::int32_t side = 16;
constexpr std::int32_t steps = 4;

population make_population(const char* name, population_kind kind, std::int32_t channels) {
    population p;
    p.name = name;
    p.kind = kind;
    p.shape = {channels, side, side};
    p.scale.assign(static_cast<std::size_t>(channels), 1.0);
    if (kind == population_kind::readout) { return p; }
    p.window = {coding::phase, steps, 2};
    p.range = {0, (1 << steps) - 1};
    if (kind == population_kind::input) { p.input = input_encoding{}; }
    return p;
}

network convolution(std::int32_t channels) {
    std::mt19937 random(1);
    network net;
    net.populations.push_back(make_population("in", population_kind::input, channels));
    population out = make_population("out", population_kind::spiking, channels);
    out.theta.assign(static_cast<std::size_t>(channels), 4000);
    out.bias.assign(static_cast<std::size_t>(channels), 0);
    net.populations.push_back(out);
    population answer = make_population("answer", population_kind::readout, 1);
    answer.shape = {1, 1, 1};
    answer.bias = {0};
    net.populations.push_back(answer);
    projection p;
    p.source = 0;
    p.target = 1;
    p.kind = connectivity::conv2d;
    p.source_channels = p.target_channels = {0, channels};
    p.geometry.kernel = {3, 3};
    p.geometry.pads = {1, 1, 1, 1};
    std::normal_distribution<double> weight(0.0, 35.0);
    for (std::int32_t i = 0; i < channels * channels * 9; ++i) {
        const double w = std::clamp(weight(random), -127.0, 127.0);
        p.weights.push_back(static_cast<std::int8_t>(w));
    }
    net.projections.push_back(p);
    projection last;
    last.source = 1;
    last.target = 2;
    last.source_channels = {0, channels};
    last.target_channels = {0, 1};
    last.spatial_sum = true;
    last.weights.assign(static_cast<std::size_t>(channels), 1);
    net.projections.push_back(last);
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

dataset random_codes(std::int32_t channels, std::uint32_t percent, std::size_t samples) {
    dataset data;
    data.name = "random codes";
    data.sample_shape = {channels, side, side};
    std::mt19937 random(2);
    const auto size = samples * static_cast<std::size_t>(channels * side * side);
    for (std::size_t i = 0; i < size; ++i) {
        const bool active = random() % 100 < percent;
        data.bytes.push_back(static_cast<std::uint8_t>(active ? 16 + random() % 240 : 0));
    }
    return data;
}

void events(benchmark::State& state) {
    constexpr std::size_t samples = 1000;
    const auto channels = static_cast<std::int32_t>(state.range(0));
    const network net = convolution(channels);
    const dataset data =
        random_codes(channels, static_cast<std::uint32_t>(state.range(1)), samples);
    sim::options how;
    how.threads = 1;
    double delivered = 0.0;
    for (auto _ : state) {
        const activity counts = sim::run(net, data, how).counts;
        delivered += static_cast<double>(counts.projections[0].synaptic_events);
    }
    state.counters["events/s"] = benchmark::Counter(delivered, benchmark::Counter::kIsRate);
    state.counters["samples/s"] =
        benchmark::Counter(samples, benchmark::Counter::kIsIterationInvariantRate);
}

BENCHMARK(events)
    ->ArgNames({"channels", "active_percent"})
    ->ArgsProduct({{16, 32, 64, 128}, {0, 1, 2, 5, 10, 20, 30, 50, 80, 100}})
    ->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
