// SPDX-License-Identifier: Apache-2.0
// How many clock cycles of the core are simulated a second: plain, watched by the spike checker,
// through TLM-2.0 and through SystemC pins? A fully connected network that keeps the adders busy.
// SystemC has one simulation per process: choose with --benchmark_filter=tlm or =pins.
#include <memory>
#include <random>

#include <benchmark/benchmark.h>

#include <synfire/core/width.hpp>
#include <synfire/cosim/cosimulation.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/sim/simulator.hpp>

#ifdef SYNFIRE_HAS_SYSTEMC
#include <synfire/cosim/systemc_link.hpp>
#endif

namespace {

using namespace synfire;

constexpr std::int32_t steps = 4;

population neurons(const char* name, population_kind kind, std::int32_t count) {
    population p;
    p.name = name;
    p.kind = kind;
    p.shape = {count, 1, 1};
    if (kind != population_kind::readout) {
        p.window = {coding::phase, steps, 0, 0};
        p.range = {0, 15};
    }
    if (kind == population_kind::spiking)
        p.theta.assign(static_cast<std::size_t>(count), 40 * count);
    if (kind != population_kind::input) p.bias.assign(static_cast<std::size_t>(count), 7);
    p.scale.assign(static_cast<std::size_t>(count), 1.0);
    return p;
}

projection between(std::size_t source, std::size_t target, const network& net, std::mt19937& dice) {
    projection p;
    p.source = source;
    p.target = target;
    p.source_channels = {0, net.populations[source].shape.channels};
    p.target_channels = {0, net.populations[target].shape.channels};
    p.weights.resize(net.populations[source].shape.neurons()
                     * net.populations[target].shape.neurons());
    for (std::int8_t& w : p.weights)
        w = static_cast<std::int8_t>(static_cast<int>(dice() % 255) - 127);
    return p;
}

/// 120-64-10, one sample, what the simulator says of it.
struct workload {
    network net;
    sim::sample_result expected;
    cosim::sample_record record;
    hw::image image;

    explicit workload(const hw::engine_config& config) {
        std::mt19937 dice(1);
        net.populations = {neurons("input", population_kind::input, 120),
                           neurons("hidden", population_kind::spiking, 64),
                           neurons("output", population_kind::readout, 10)};
        net.populations[0].input = input_encoding{.data_shape = {120}};
        net.projections = {between(0, 1, net, dice), between(1, 2, net, dice)};
        const std::vector<int> widths = proven_widths(net);
        for (std::size_t i = 0; i < widths.size(); ++i) net.populations[i].width_bits = widths[i];
        std::vector<std::int32_t> codes(120);
        for (std::int32_t& q : codes) q = static_cast<std::int32_t>(dice() % 16);
        const std::vector<sim::encoded_input> input{sim::encode_codes(net.populations[0], codes)};
        sim::simulator simulator(net);
        expected = simulator.run(input, {.spikes = true, .potentials = true}).result;
        for (const sim::population_record& p : expected.populations)
            record.push_back({p.codes, p.spikes, p.potentials});
        image = hw::make_image(net, config);
    }
};

void measure(benchmark::State& state, hw::link& link, const hw::engine_config& config,
             bool watched) {
    const workload work(config);
    cosim::cosimulation runner(link, work.net, work.image, {.check_spikes = watched});
    for (auto turn : state) {
        static_cast<void>(turn);
        if (!runner.run(work.record).equal) state.SkipWithError("not equal");
    }
    state.counters["cycles/s"] = benchmark::Counter(
        static_cast<double>(runner.result().clock_cycles), benchmark::Counter::kIsRate);
}

void plain(benchmark::State& state, bool watched) {
    cosim::rtl_model model(hw::simulation_config(static_cast<int>(state.range(0))));
    measure(state, model, model.config(), watched);
}
BENCHMARK_CAPTURE(plain, quick, false)->Arg(8)->Arg(16)->Arg(32);
BENCHMARK_CAPTURE(plain, watched, true)->Arg(8)->Arg(16)->Arg(32);

#ifdef SYNFIRE_HAS_SYSTEMC
/// Made once: Google Benchmark calls a function more than once.
void tlm(benchmark::State& state) {
    static const auto link = cosim::make_systemc_link(hw::simulation_config(8));
    measure(state, *link, hw::simulation_config(8), false);
}
BENCHMARK(tlm);

void pins(benchmark::State& state) {
    static const auto link = cosim::make_pin_link();
    measure(state, *link, cosim::pin_config(), false);
}
BENCHMARK(pins);
#endif

}  // namespace

BENCHMARK_MAIN();
