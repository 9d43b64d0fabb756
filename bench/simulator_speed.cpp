// SPDX-License-Identifier: Apache-2.0
// Question: how many images a second does each engine run through a CNN of the size of the zoo's
// MNIST network? Network and images are made here, so that the benchmark needs no files:
// 8C5-P-16C5-P-64-10 on 28 x 28, input phase T = 8, hidden phase T = 4, with the activity of a
// trained network (a fifth of the pixels, a third of the neurons).
#include <cmath>
#include <cstdint>
#include <random>

#include <benchmark/benchmark.h>

#include <synfire/sim/simulator.hpp>

namespace {

using namespace synfire;

population spiking(const char* name, const synfire::shape& s, std::int32_t theta,
                   std::int64_t bias) {
    population p;
    p.name = name;
    p.shape = s;
    p.window = {coding::phase, 4};
    p.range = {0, 15};
    p.theta.assign(static_cast<std::size_t>(s.channels), theta);
    p.bias.assign(static_cast<std::size_t>(s.channels), bias);
    return p;
}

population pool(const char* name, const synfire::shape& s) {
    population p;
    p.name = name;
    p.kind = population_kind::max_pool;
    p.shape = s;
    p.window = {coding::phase, 4};
    p.range = {0, 15};
    return p;
}

class maker {
  public:
    network make() {
        population in;
        in.name = "in";
        in.kind = population_kind::input;
        in.shape = {1, 28, 28};
        in.window = {coding::phase, 8};
        in.range = {0, 255};
        in.input = input_encoding{};
        population out;
        out.name = "out";
        out.kind = population_kind::readout;
        out.shape = {10, 1, 1};
        out.bias.assign(10, 0);
        net_.populations = {in,
                            spiking("conv1", {8, 28, 28}, 3000, -2000),
                            pool("pool1", {8, 14, 14}),
                            spiking("conv2", {16, 14, 14}, 700, -1500),
                            pool("pool2", {16, 7, 7}),
                            spiking("fc1", {64, 1, 1}, 700, -1500),
                            out};
        const kernel_geometry five{{5, 5}, {1, 1}, {1, 1}, {2, 2, 2, 2}};
        const kernel_geometry half{{2, 2}, {2, 2}, {1, 1}, {0, 0, 0, 0}};
        join(connectivity::conv2d, five, 8 * 25);
        join(connectivity::window, half, 0);
        join(connectivity::conv2d, five, 16 * 8 * 25);
        join(connectivity::window, half, 0);
        join(connectivity::dense, {}, 64 * 784);
        join(connectivity::dense, {}, 10 * 64);
        return net_;
    }

  private:
    /// The next population of the chain to the one after it.
    void join(connectivity kind, const kernel_geometry& geometry, std::size_t weights) {
        projection p;
        p.source = net_.projections.size();
        p.target = p.source + 1;
        p.source_channels = {0, net_.populations[p.source].shape.channels};
        p.target_channels = {0, net_.populations[p.target].shape.channels};
        p.kind = kind;
        p.geometry = geometry;
        for (std::size_t i = 0; i < weights; ++i) {
            p.weights.push_back(
                static_cast<std::int8_t>(static_cast<std::int32_t>(random_() % 121) - 50));
        }
        net_.projections.push_back(p);
    }

    network net_;
    std::mt19937 random_{1};
};

/// A disc somewhere in the image: connected strokes of grey, as in digits.
dataset images(std::size_t count) {
    dataset d;
    d.name = "discs";
    d.sample_shape = {28, 28};
    std::mt19937 random(2);
    for (std::size_t i = 0; i < count; ++i) {
        const auto centre_x = static_cast<int>(9 + random() % 10);
        const auto centre_y = static_cast<int>(9 + random() % 10);
        for (int y = 0; y < 28; ++y) {
            for (int x = 0; x < 28; ++x) {
                const double r = std::hypot(x - centre_x, y - centre_y);
                d.bytes.push_back(r < 7.0 ? static_cast<std::uint8_t>(random() % 256)
                                          : std::uint8_t{0});
            }
        }
    }
    return d;
}

void run_images(benchmark::State& state, sim::options how, std::size_t count) {
    const network net = maker().make();
    const dataset data = images(count);
    activity counts;
    for (auto _ : state) { counts = sim::run(net, data, how).counts; }
    const auto all = static_cast<double>(count);
    state.counters["images/s"] = benchmark::Counter(all * static_cast<double>(state.iterations()),
                                                    benchmark::Counter::kIsRate);
    state.counters["events/image"] = static_cast<double>(totals(counts).synaptic_events) / all;
    state.counters["spikes/image"] = static_cast<double>(totals(counts).spikes) / all;
    state.counters["active/image"] = static_cast<double>(totals(counts).active_sources) / all;
}

sim::options with_threads(const benchmark::State& state, sim::engine_kind engine) {
    sim::options how;
    how.engine = engine;
    how.threads = static_cast<int>(state.range(0));
    return how;
}

void event_driven(benchmark::State& state) {
    run_images(state, with_threads(state, sim::engine_kind::event_driven), 2000);
}
void reference(benchmark::State& state) {
    run_images(state, with_threads(state, sim::engine_kind::reference), 20);
}

void instruction_set(benchmark::State& state) {
    sim::options how;
    how.threads = 1;
    how.simd = static_cast<sim::simd_level>(state.range(0));
    run_images(state, how, 2000);
}

BENCHMARK(event_driven)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(instruction_set)
    ->ArgName("level")
    ->Arg(1)
    ->Arg(2)
    ->Arg(3)
    ->Arg(4)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(reference)
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
