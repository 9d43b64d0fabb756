// SPDX-License-Identifier: Apache-2.0
// The integer network against the graph in float64. Weights that fill the 8 bits exactly and
// neurons without leak leave no rounding at all: then every spike must be equal.
#include <cmath>
#include <cstdint>
#include <vector>

#include <synfire/converters/nir_model.hpp>
#include <synfire/core/error.hpp>
#include <synfire/sim/simulator.hpp>

#include "support/catch.hpp"
#include "support/dice.hpp"
#include "support/nir_builder.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::contains_text;
using test::nir_builder;
using test::numbers;

namespace {

constexpr std::int32_t steps = 20;

/// Weights k / 128 with a k of 127 in every row: codes are exact, and so are sums in float64.
std::vector<double> exact_weights(std::size_t rows, std::size_t columns, test::dice& dice) {
    std::vector<double> weights(rows * columns);
    for (double& w : weights) { w = static_cast<double>(dice.between(-127, 127)) / 128.0; }
    for (std::size_t r = 0; r < rows; ++r) { weights[r * columns] = 127.0 / 128.0; }
    return weights;
}

nir_conversion_options options_of(nir_timing timing = {}) {
    nir_conversion_options o;
    o.timing = timing;
    if (!o.timing.dt) { o.timing.dt = 1.0; }
    o.steps = steps;
    o.encoder = input_encoder::events;
    return o;
}

struct comparison {
    double graph = 0.0;  ///< spikes
    double moved = 0.0;  ///< spikes at other steps, both ways
    nir_conversion made;
    std::vector<double> graph_answer;    ///< sum of the first readout, network order
    std::vector<double> network_answer;  ///< the same in real units
};

/// Random events into both; every spiking population compared spike by spike.
comparison compare(const nir_builder& built, const nir_conversion_options& options,
                   std::uint64_t seed, int percent = 30) {
    const nir_graph graph = nir_from_tree(built.file(), "test.nir");
    comparison c;
    c.made = convert_nir(graph, options);
    const network& net = c.made.net;
    nir_executor floats(graph, options.timing);
    test::dice dice(seed);
    const std::size_t in = net.find("input");
    spike_train events;
    std::vector<std::vector<double>> values;
    for (std::int32_t t = 0; t < steps; ++t) {
        values.emplace_back(net.populations[in].shape.neurons(), 0.0);
        for (std::uint32_t n = 0; n < values.back().size(); ++n) {
            if (!dice.chance(percent)) { continue; }
            events.push_back({t, n});
            values.back()[floats.nir_index(in, n)] = 1.0;
        }
    }
    const sim::encoded_input encoded = sim::encode_events(net.populations[in], events, steps);
    sim::simulator simulator(net);
    const sim::sample_output& out = simulator.run(std::span(&encoded, 1), {true, true});
    std::vector<std::vector<std::vector<bool>>> fired(net.populations.size());
    for (std::size_t p = 0; p < net.populations.size(); ++p) {
        fired[p].assign(steps, std::vector<bool>(net.populations[p].shape.neurons(), false));
        for (const spike& s : out.result.populations[p].spikes) {
            fired[p][static_cast<std::size_t>(s.step)][s.neuron] = true;
        }
    }
    const sim::readout_result& answer = out.result.readouts.front();
    const population& readout = net.populations[answer.population];
    c.graph_answer.assign(answer.potentials.size(), 0.0);
    for (std::int32_t t = 0; t < steps; ++t) {
        floats.step(std::span(&values[static_cast<std::size_t>(t)], 1));
        for (std::size_t p = 0; p < net.populations.size(); ++p) {
            if (net.populations[p].kind != population_kind::spiking) { continue; }
            for (std::size_t n = 0; n < fired[p][0].size(); ++n) {
                const double expected = floats.sent(p)[floats.nir_index(p, n)];
                c.graph += expected;
                c.moved +=
                    std::abs(expected - (fired[p][static_cast<std::size_t>(t)][n] ? 1.0 : 0.0));
            }
        }
        for (std::size_t n = 0; n < c.graph_answer.size(); ++n) {
            c.graph_answer[n] +=
                floats.sent(answer.population)[floats.nir_index(answer.population, n)];
        }
    }
    for (std::size_t n = 0; n < answer.potentials.size(); ++n) {
        c.network_answer.push_back(static_cast<double>(answer.potentials[n])
                                   * readout.scale[n % readout.scale.size()]);
    }
    return c;
}

void check_equal(const comparison& c) {
    CHECK(c.graph > 0.0);
    CHECK(c.moved == 0.0);
    REQUIRE(c.network_answer.size() == c.graph_answer.size());
    for (std::size_t n = 0; n < c.graph_answer.size(); ++n) {
        CHECK(std::abs(c.network_answer[n] - c.graph_answer[n]) < 1e-6);
    }
}

nir_builder& conv(nir_builder& graph, const std::string& name,
                  const std::vector<std::size_t>& shape, const std::vector<double>& weights,
                  double padding, double groups) {
    return graph.node(name, "Conv2d",
                      {numbers("weight", weights, shape), numbers("stride", {1.0, 1.0}),
                       numbers("padding", {padding, padding}), numbers("dilation", {1.0, 1.0}),
                       numbers("groups", {groups}, {})});
}

nir_builder& integrate_map(nir_builder& graph, const std::string& name,
                           const std::vector<std::size_t>& shape, double threshold) {
    std::size_t n = 1;
    for (const std::size_t side : shape) { n *= side; }
    return graph.node(name, "IF",
                      {numbers("r", std::vector<double>(n, 1.0), shape),
                       numbers("v_threshold", std::vector<double>(n, threshold), shape),
                       numbers("v_reset", std::vector<double>(n, 0.0), shape)});
}

}  // namespace

TEST_CASE("dense integrate-and-fire networks fire as their graph does, spike for spike",
          "[converters][nir]") {
    const auto seed = static_cast<std::uint64_t>(GENERATE(1, 2, 3));
    const reset_rule reset = GENERATE(reset_rule::zero, reset_rule::subtract);
    const bool from = GENERATE(false, true);
    test::dice dice(seed);
    nir_builder graph;
    graph.input({6}).linear("w1", 5, 6, exact_weights(5, 6, dice)).integrate("a", 5);
    graph.linear("w2", 4, 5, exact_weights(4, 5, dice)).integrate("b", 4).output({4});
    graph.chain({"input", "w1", "a", "w2", "b", "output"});
    nir_timing timing;
    timing.reset = reset;
    timing.fires_at_threshold = from;
    check_equal(compare(graph, options_of(timing), seed));
}

TEST_CASE("recurrent networks fire as their graph does, also from subgraphs", "[converters][nir]") {
    test::dice dice(7);
    nir_builder inner;
    inner.input({5}).integrate("lif", 5).linear("w_rec", 5, 5, exact_weights(5, 5, dice));
    inner.output({5}).chain({"input", "lif", "output"}).chain({"lif", "w_rec", "lif"});
    nir_builder graph;
    graph.input({6}).linear("w", 5, 6, exact_weights(5, 6, dice)).subgraph("rec", inner);
    graph.output({5}).chain({"input", "w", "rec", "output"});
    const comparison c = compare(graph, options_of(), 7);
    check_equal(c);
    CHECK(c.made.net.populations.size() == 3);
    CHECK(c.made.layers.front().name == "rec.lif");
    CHECK(c.made.layers.front().longest_delay == 1);
}

TEST_CASE("convolutions, pools and flattening keep the order of elements", "[converters][nir]") {
    test::dice dice(11);
    nir_builder graph;
    graph.input({2, 5, 6});
    conv(graph, "conv", {4, 1, 3, 3}, exact_weights(4, 9, dice), 1.0, 2.0);
    integrate_map(graph, "a", {4, 5, 6}, 0.7);
    graph.node("pool", "SumPool2d",
               {numbers("kernel_size", {2.0, 3.0}), numbers("stride", {2.0, 3.0}),
                numbers("padding", {0.0, 0.0})});
    graph.node("flat", "Flatten",
               {numbers("start_dim", {0.0}, {}), numbers("end_dim", {-1.0}, {})});
    graph.linear("w", 3, 16, exact_weights(3, 16, dice)).integrate("b", 3).output({3});
    graph.chain({"input", "conv", "a", "pool", "flat", "w", "b", "output"});
    const comparison c = compare(graph, options_of(), 11);
    check_equal(c);
    CHECK(c.made.net.projections[0].kind == connectivity::conv2d);
    CHECK(c.made.net.projections[1].kind == connectivity::dense);
}

TEST_CASE("a pool before a convolution becomes one convolution, or synapses where it cannot",
          "[converters][nir]") {
    const double padding = GENERATE(0.0, 1.0);
    const std::size_t height = GENERATE(6, 7);  // 7: the pool leaves a row out
    test::dice dice(13);
    nir_builder graph;
    graph.input({2, static_cast<double>(height), 6});
    graph.node("pool", "SumPool2d",
               {numbers("kernel_size", {2.0}, {}), numbers("stride", {2.0}, {}),
                numbers("padding", {0.0}, {})});
    conv(graph, "conv", {3, 2, 2, 2}, exact_weights(3, 8, dice), padding, 1.0);
    const auto side = static_cast<std::size_t>(2.0 + 2.0 * padding);
    integrate_map(graph, "a", {3, side, side}, 0.7);
    graph.output({3, static_cast<double>(side), static_cast<double>(side)});
    graph.chain({"input", "pool", "conv", "a", "output"});
    const comparison c = compare(graph, options_of(), 13);
    check_equal(c);
    const bool exact = height == 6 || padding == 0.0;
    CHECK((c.made.net.projections[0].kind == connectivity::conv2d) == exact);
}

TEST_CASE("biases pass through what is behind them, and count once", "[converters][nir]") {
    nir_builder graph;
    graph.input({2}).output({2}).integrate("a", 2, 1.0, 0.9);
    graph.linear("w", 2, 2, {1.0, 0.0, 0.0, 1.0});
    graph.node("affine", "Affine",
               {numbers("weight", {1.0, 0.0, 0.0, 1.0}, {2, 2}), numbers("bias", {0.25, -0.5})});
    graph.node("scale", "Scale", {numbers("scale", {2.0, 0.5})});
    graph.chain({"input", "affine", "scale", "a", "output"}).edge("w", "affine");
    graph.edge("input", "w");
    const comparison c = compare(graph, options_of(), 17);
    check_equal(c);
    const population& a = c.made.net.populations[c.made.net.find("a")];
    CHECK(static_cast<double>(a.bias[0]) / a.theta[0] == Approx(0.5 / 0.9).epsilon(1e-3));
}

TEST_CASE("parameters that differ within a channel make every neuron a channel",
          "[converters][nir]") {
    test::dice dice(19);
    nir_builder graph;
    graph.input({1, 3, 3});
    conv(graph, "conv", {1, 1, 3, 3}, exact_weights(1, 9, dice), 1.0, 1.0);
    graph.node("a", "IF",
               {numbers("r", std::vector<double>(9, 1.0), {1, 3, 3}),
                numbers("v_threshold", {0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3}, {1, 3, 3})});
    graph.output({1, 3, 3}).chain({"input", "conv", "a", "output"});
    const comparison c = compare(graph, options_of(), 19, 60);
    CHECK(c.graph > 0.0);
    CHECK(c.moved <= 0.02 * c.graph);  // rows without a largest weight of their own are rounded
    CHECK(c.made.net.populations[1].shape == shape{9, 1, 1});
}

TEST_CASE("leaky networks stay within a few spikes of their graph", "[converters][nir]") {
    test::dice dice(23);
    nir_builder graph;
    graph.input({20}).linear("w1", 30, 20, exact_weights(30, 20, dice)).lif("a", 30, 10.0, 10.0);
    graph.linear("w2", 8, 30, exact_weights(8, 30, dice)).li("out", 8, 20.0, 20.0).output({8});
    graph.chain({"input", "w1", "a", "w2", "out", "output"});
    const comparison c = compare(graph, options_of(), 23);
    CHECK(c.graph > 100.0);
    CHECK(c.moved <= 0.01 * c.graph);
    CHECK(c.made.net.populations.back().kind == population_kind::readout);
}

TEST_CASE("synaptic currents become those of the network", "[converters][nir]") {
    test::dice dice(29);
    const std::vector<double> ones(12, 1.0);
    nir_builder graph;
    graph.input({10}).linear("w", 12, 10, exact_weights(12, 10, dice)).output({12});
    std::vector<io::hdf5_value> fields{numbers("w_in", {5.0}, {})};
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, double>>{{"tau_syn", 5.0},
                                                     {"tau_mem", 8.0},
                                                     {"r", 8.0},
                                                     {"v_leak", 0.0},
                                                     {"v_threshold", 1.5},
                                                     {"v_reset", 0.0}}) {
        fields.push_back(numbers(name, std::vector<double>(12, value)));
    }
    graph.node("cuba", "CubaLIF", fields).chain({"input", "w", "cuba", "output"});
    const comparison c = compare(graph, options_of(), 29);
    CHECK(c.made.net.populations[1].streaming->has_current());
    CHECK(c.graph > 20.0);
    CHECK(c.moved <= 0.03 * c.graph);
}

TEST_CASE("real inputs act in every step on the scale of their codes", "[converters][nir]") {
    nir_builder graph;
    graph.input({2}).linear("w", 2, 2, {1.0, 0.5, -1.0, 1.0}).li("out", 2, 1.0).output({2});
    graph.chain({"input", "w", "out", "output"});
    nir_conversion_options options = options_of();
    options.encoder = input_encoder::current;
    options.answer = readout_rule::last;
    const nir_conversion made = convert_nir(nir_from_tree(graph.file(), "test.nir"), options);
    sim::simulator simulator(made.net);
    const std::vector<std::int32_t> codes{255, 51};
    const sim::encoded_input in = sim::encode_codes(made.net.populations[0], codes, steps);
    const auto& readout = simulator.run(std::span(&in, 1)).result.readouts.front();
    const double unit = made.net.populations[1].scale[0];
    CHECK(std::abs(static_cast<double>(readout.potentials[0]) * unit - 1.1) < 0.01);
    CHECK(std::abs(static_cast<double>(readout.potentials[1]) * unit + 0.8) < 0.01);
}

TEST_CASE("thresholds that weights dwarf are reported", "[converters][nir]") {
    nir_builder graph;
    graph.input({2}).linear("w", 1, 2, {3e8, 3e8}).integrate("a", 1).output({1});
    graph.chain({"input", "w", "a", "output"});
    const nir_conversion made = convert_nir(nir_from_tree(graph.file(), "test.nir"), options_of());
    REQUIRE(made.deviations.size() == 1);
    CHECK_THAT(made.deviations[0].what, contains_text("a threshold is only"));
}

TEST_CASE("decays that round to nothing are reported", "[converters][nir]") {
    nir_builder graph;
    graph.input({2}).lif("lif", 2, 20.0).output({2}).chain({"input", "lif", "output"});
    const nir_graph read = nir_from_tree(graph.file(), "test.nir");
    nir_conversion_options options;
    options.steps = 4;
    options.timing.dt = 1e-4;
    const nir_conversion made = convert_nir(read, options);
    REQUIRE(made.deviations.size() == 1);
    CHECK(made.deviations[0].node == "lif");
    CHECK_THAT(made.deviations[0].what, contains_text("rounds to 0 of 16 bits"));
    options.timing.dt = 1e-2;
    CHECK(convert_nir(read, options).deviations.empty());
}

TEST_CASE("conversion options out of range are refused", "[converters][nir]") {
    nir_builder graph;
    graph.input({1}).integrate("a", 1).output({1}).chain({"input", "a", "output"});
    const nir_graph read = nir_from_tree(graph.file(), "test.nir");
    nir_conversion_options o = options_of();
    o.steps = 0;
    CHECK_THROWS_WITH(convert_nir(read, o), contains_text("impossible number of steps"));
    o = options_of();
    o.weight_bits = 9;
    CHECK_THROWS_WITH(convert_nir(read, o), contains_text("impossible weight bits"));
    o = options_of();
    o.decay_bits = 8;
    CHECK_THROWS_WITH(convert_nir(read, o), contains_text("impossible decay bits"));
    o = options_of();
    o.state_bits = 40;
    CHECK_THROWS_WITH(convert_nir(read, o), contains_text("impossible state bits"));
    o = options_of();
    o.input_scale = -1.0;
    CHECK_THROWS_WITH(convert_nir(read, o), contains_text("input scale must be positive"));
    o = options_of();
    o.encoder = input_encoder::code;
    CHECK_THROWS_WITH(convert_nir(read, o), contains_text("has no codes"));
}

TEST_CASE("events of a network have steps as long as the graph's", "[nir][unit]") {
    nir_builder graph;
    graph.input({2}).linear("w", 2, 2, {1, 0, 0, 1}).output({2});
    graph.node("if", "IF", {numbers("r", {1.0, 1.0}), numbers("v_threshold", {1.0, 1.0})});
    graph.chain({"input", "w", "if", "output"});
    const nir_graph read = nir_from_tree(graph.file(), "test.nir");
    const auto step_of = [&](nir_timing timing, input_encoder encoder) {
        nir_conversion_options o = options_of(timing);
        o.timing = timing;
        o.encoder = encoder;
        const network net = convert_nir(read, o).net;
        return net.populations[net.find("input")].input->event_step_us;
    };
    CHECK(step_of({nir_dialect::norse}, input_encoder::events) == 1000);
    CHECK(step_of({nir_dialect::plain, 25e-6}, input_encoder::events) == 25);
    CHECK(step_of({nir_dialect::norse}, input_encoder::current) == 0);
    // No whole microseconds, hardly seconds, and steps that the dialect only counts.
    CHECK(step_of({nir_dialect::plain, 2.5e-6}, input_encoder::events) == 0);
    CHECK(step_of({nir_dialect::plain, 1.0}, input_encoder::events) == 0);
    CHECK(step_of({nir_dialect::sinabs, 0.5}, input_encoder::events) == 0);
}
