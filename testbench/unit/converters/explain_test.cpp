// SPDX-License-Identifier: Apache-2.0
// Where errors come from: networks by hand in which one layer is spoilt, so that the answer is
// known.
#include <omp.h>

#include <support/catch.hpp>

#include <algorithm>
#include <cmath>

#include <synfire/converters/explain.hpp>
#include <synfire/core/error.hpp>

#include "explain/diverge.hpp"
#include "explain/hybrid_executor.hpp"
#include "graph/integer_executor.hpp"
#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;
using test::hand_conversion;
using test::hand_model;
using test::node_named;
using test::numbers;

namespace {

/// Zeros where a layer has no bias: the float executor wants them written out.
hand_model with_biases(hand_model m) {
    for (layer& l : m.graph.layers) {
        if (auto* conv = std::get_if<convolution>(&l.op); conv != nullptr && conv->bias.empty()) {
            conv->bias.assign(static_cast<std::size_t>(conv->out_channels), 0.0F);
        }
        if (auto* fc = std::get_if<linear>(&l.op); fc != nullptr && fc->bias.empty()) {
            fc->bias.assign(static_cast<std::size_t>(fc->out_features), 0.0F);
        }
    }
    return m;
}

/// Three convolutions, a skip connection, a pool and a read-out.
hand_model residual_classifier() {
    hand_model m;
    auto x = m.relu("relu1", m.conv("conv1", m.input({2, 6, 6}), 4, 3, 1, numbers(72, 1), {}));
    const auto y = m.relu("relu2", m.conv("conv2", x, 4, 3, 1, numbers(144, 2), {0.3F, 0, -1, 1}));
    const auto z = m.conv("conv3", y, 4, 3, 1, numbers(144, 3));
    x = m.relu("relu3", m.layer("add", sum{}, {z, x}, m.item(x)));
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    pool.geometry.stride = {2, 2};
    x = m.layer("pool", pool, {x}, {4, 3, 3});
    m.output(m.linear("fc", m.flatten("flat", x), 3, numbers(108, 4)));
    return m;
}

/// Everything that fires in another way: Relu6, a slope, a function by table, a relay.
hand_model curved_classifier() {
    hand_model m;
    const auto a =
        m.layer("relu6", relu{1.5F}, {m.conv("conv1", m.input({2, 4, 4}), 3, 3, 1, numbers(54, 1))},
                {3, 4, 4});
    const auto b = m.layer("leaky", leaky_relu{{0.125F}},
                           {m.conv("conv2", a, 3, 3, 1, numbers(81, 2))}, {3, 4, 4});
    const auto c = m.layer("sigmoid", curve{{{}, {curve_op::sigmoid, 0.0F, 0.0F}}},
                           {m.conv("conv3", b, 2, 3, 1, numbers(54, 3))}, {2, 4, 4});
    std::vector<std::int32_t> turned(32);
    for (std::size_t e = 0; e < turned.size(); ++e) {
        turned[e] = static_cast<std::int32_t>((e + 16) % 32);
    }
    const auto d = m.relu("again", m.view("turn", {c}, turned, {2, 4, 4}));
    m.output(m.linear("fc", m.flatten("flat", d), 4, numbers(128, 4), {0.1F, 0, 0, -0.2F}));
    return m;
}

quantise_options steps_and_bits(std::int32_t steps, int weight_bits) {
    quantise_options options;
    options.steps = steps;
    options.weight_bits = weight_bits;
    return options;
}

conversion as_conversion(const hand_conversion& c) {
    conversion result;
    result.quantised.emplace(c.state);
    return result;
}

explanation explain_all(const hand_conversion& c, const dataset& data) {
    return explain(as_conversion(c), data, data.size());
}

const layer_explanation& layer_of(const explanation& found, const std::string& name) {
    for (const layer_explanation& l : found.layers) {
        if (l.name == name) { return l; }
    }
    FAIL("no layer " << name);
    return found.layers.front();
}

const layer_explanation& worst_of(const explanation& found) {
    return *std::max_element(found.layers.begin(), found.layers.end(),
                             [](const auto& a, const auto& b) { return a.alone < b.alone; });
}

/// Of the layer "conv1", by hand: positions of a channel that the threshold leaves at 0.
hand_model two_channels(float weak, float bias) {
    hand_model m;
    const auto x =
        m.relu("relu", m.conv("conv1", m.input({1, 3, 3}), 2, 1, 0, {1.0F, weak}, {0.0F, bias}));
    m.output(m.linear("fc", m.flatten("flat", x), 2, numbers(36, 3)));
    return m;
}

/// Requires both ends of the measuring network to be the levels L1 and L2, bit for bit.
void require_ends(const hand_conversion& c, const dataset& data) {
    hybrid_executor hybrid(c.quantised());
    neuron_executor real(c.graph());
    integer_executor integers(c.quantised());
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        real.run(real_input(c.graph().nodes[0], data, sample));
        integers.run(input_codes(c.quantised(), data, sample));
        hybrid.run(data, sample, no_part);
        for (node_id id = 0; id < c.graph().nodes.size(); ++id) {
            INFO("sample " << sample << ", node " << c.graph().nodes[id].name);
            REQUIRE(std::ranges::equal(hybrid.value(id), real.value(id)));
        }
        hybrid.run(data, sample, all_parts);
        for (node_id id = 0; id < c.graph().nodes.size(); ++id) {
            INFO("sample " << sample << ", node " << c.graph().nodes[id].name);
            const auto x = integers.potential(id);
            if (x.empty() || copies_codes(c.quantised().nodes[id])) { continue; }
            REQUIRE(std::ranges::equal(hybrid.potential(id), x, [](double a, std::int64_t b) {
                return a == static_cast<double>(b);
            }));
        }
    }
}

}  // namespace

TEST_CASE("with nothing quantised explain runs the folded network, with everything the quantised",
          "[converters][explain]") {
    const auto steps = GENERATE(1, 2, 4, 7);
    const auto bits = GENERATE(2, 8);
    const dataset pixels = test::pixels({2, 6, 6}, 12, 3);
    require_ends(hand_conversion(residual_classifier(), pixels, {1.0 / 255.0, {0.4}, {0.5}, true},
                                 steps_and_bits(steps, bits)),
                 pixels);
    const dataset small = test::pixels({2, 4, 4}, 12, 5);
    require_ends(hand_conversion(curved_classifier(), small, {}, steps_and_bits(steps, bits)),
                 small);
    quantise_options coarse_input = steps_and_bits(steps, bits);
    coarse_input.input_steps = 3;
    require_ends(hand_conversion(curved_classifier(), small, {}, coarse_input), small);
}

TEST_CASE("a network with one lossy layer blames that layer for everything",
          "[converters][explain]") {
    hand_model m;
    m.output(m.linear("fc", m.input({16}), 3, numbers(48, 1)));
    const dataset data = test::pixels({16}, 20, 3);
    const hand_conversion c(m, data, {}, steps_and_bits(4, 3));
    const explanation found = explain_all(c, data);
    CHECK(found.error > 0.01);
    CHECK_THAT(found.plain_error, WithinRel(found.error, 1e-6));
    const layer_explanation& out = layer_of(found, "out");
    CHECK_THAT(out.alone, WithinAbs(1.0, 1e-6));
    CHECK_THAT(out.alone_parts.weights, WithinAbs(1.0, 1e-6));
    CHECK_THAT(out.removed, WithinAbs(1.0, 1e-6));
    CHECK_THAT(out.own.weights, WithinRel(found.error, 1e-5));
    CHECK_THAT(out.accumulated, WithinRel(found.error, 1e-5));
    CHECK_THAT(found.interaction, WithinAbs(0.0, 1e-6));
    CHECK(found.layers.front().alone == 0.0);  // 8 bits of input in 8 steps
}

TEST_CASE("a layer with a threshold that is too low is named, and clipping as the cause",
          "[converters][explain]") {
    const std::string name = GENERATE("conv1", "conv2", "add");
    const dataset data = test::pixels({2, 6, 6}, 20, 3);
    hand_conversion c(residual_classifier(), data, {}, steps_and_bits(8, 8));
    c.measured.nodes[node_named(c.graph(), name)].largest /= 6.0;
    quantise_options options = steps_and_bits(8, 8);
    options.thresholds.rule = threshold_rule::max;
    c.state->quantised = quantise(c.state->graph, c.measured, options);
    const explanation found = explain_all(c, data);
    const layer_explanation& worst = worst_of(found);
    CHECK(worst.name == name);
    CHECK(worst.alone > 0.9);
    CHECK_THAT(worst.alone_parts.clipping, WithinAbs(worst.alone, 0.05));
    CHECK(worst.alone_parts.rounding < 0.05);
    CHECK(worst.removed > 0.9);
    CHECK(worst.use.saturated_codes > 0.2);
    const std::vector<advice> all = advise(found, {});
    REQUIRE_FALSE(all.empty());
    CHECK(all.front().layer == name);
    CHECK(all.front().finding.find("clipping makes") != std::string::npos);
    CHECK(all.front().change.find("--thresholds percentile") != std::string::npos);
    REQUIRE(all.front().options.has_value());
    CHECK(all.front().options->percentile == 99.99);
}

TEST_CASE("a layer with coarse weights is named, and weights as the cause",
          "[converters][explain]") {
    const std::string name = GENERATE("conv1", "conv2", "out");
    const dataset data = test::pixels({2, 6, 6}, 20, 3);
    hand_conversion c(residual_classifier(), data, {}, steps_and_bits(8, 8));
    for (std::int8_t& w : c.state->quantised.nodes[node_named(c.graph(), name)].terms[0].weights) {
        w = static_cast<std::int8_t>(std::lround(w / 96.0) * 96);
    }
    const explanation found = explain_all(c, data);
    CHECK(worst_of(found).name == name);
    const layer_explanation& spoilt = layer_of(found, name);
    CHECK(spoilt.alone > 0.8);
    CHECK_THAT(spoilt.alone_parts.weights, WithinAbs(spoilt.alone, 0.05));
    CHECK(spoilt.own.weights > 0.1);
    convert_options four_bits;
    four_bits.weight_bits = 4;
    CHECK(advise(found, four_bits).front().layer == name);
    CHECK(advise(found, four_bits).front().change == "--weight-bits 8 instead of 4");
    CHECK(advise(found, {}).front().change.find("--reconstruct") != std::string::npos);
}

TEST_CASE("weights of 2 bits and codes of 2 steps are told apart", "[converters][explain]") {
    const dataset data = test::pixels({2, 6, 6}, 20, 3);
    const auto sums = [&](std::int32_t steps, int bits) {
        error_parts total;
        for (const layer_explanation& l :
             explain_all(
                 hand_conversion(residual_classifier(), data, {}, steps_and_bits(steps, bits)),
                 data)
                 .layers) {
            total.weights += l.alone_parts.weights;
            total.rounding += l.alone_parts.rounding + l.alone_parts.clipping;
        }
        return total;
    };
    const error_parts weights = sums(8, 2);
    CHECK(weights.weights > 20.0 * weights.rounding);
    const error_parts codes = sums(2, 8);
    CHECK(codes.rounding > 20.0 * codes.weights);
}

TEST_CASE("bits that the input loses are the input's", "[converters][explain]") {
    const dataset data = test::pixels({16}, 20, 3);
    hand_model m;
    m.output(m.linear("fc", m.input({16}), 3, numbers(48, 1)));
    quantise_options options = steps_and_bits(4, 8);
    options.input_steps = 2;
    const explanation found = explain_all(hand_conversion(m, data, {}, options), data);
    CHECK(worst_of(found).input);
    CHECK(worst_of(found).alone_parts.clipping == 0.0);
    CHECK_THAT(worst_of(found).alone_parts.rounding, WithinAbs(1.0, 0.05));
    convert_options given;
    given.input_steps = 2;
    CHECK(advise(found, given).front().change == "--input-steps 8");
}

TEST_CASE("channels that never fire are counted, the network's and the conversion's",
          "[converters][explain]") {
    const dataset data = test::pixels({1, 3, 3}, 20, 3);
    const auto use_of = [&](float weak, float bias) {
        const hand_conversion c(two_channels(weak, bias), data, {}, steps_and_bits(2, 8));
        return layer_of(explain_all(c, data), "conv1").use;
    };
    const neuron_use silent = use_of(1.0F, -100.0F);
    CHECK(silent.neurons == 18);
    CHECK(silent.dead == 9);
    CHECK(silent.dead_trained == 9);
    const neuron_use weak = use_of(0.01F, 0.0F);
    CHECK(weak.dead == 9);
    CHECK(weak.dead_trained == 0);
    const neuron_use alive = use_of(1.0F, 0.0F);
    CHECK(alive.dead == 0);
    CHECK(alive.saturated == 0);
    CHECK(use_of(0.0F, 100.0F).saturated == 9);
}

TEST_CASE("advice tells neurons that the network leaves idle from those that the codes silence",
          "[converters][explain]") {
    const dataset data = test::pixels({1, 3, 3}, 20, 3);
    const auto findings = [&](float weak, float bias) {
        const hand_conversion c(two_channels(weak, bias), data, {}, steps_and_bits(2, 8));
        std::string text;
        for (const advice& a : advise(explain_all(c, data), {})) { text += a.finding + "\n"; }
        return text;
    };
    CHECK(findings(0.01F, 0.0F).find("9 of 18 neurons (50.0 %) are active in the trained network")
          != std::string::npos);
    CHECK(findings(1.0F, 0.0F).find("neurons") == std::string::npos);
    CHECK(findings(0.0F, 100.0F).find("9 of 18 neurons (50.0 %) are at the end of their range")
          != std::string::npos);
}

TEST_CASE("a layer whose thresholds are all at their limit points to the preprocessing",
          "[converters][explain]") {
    explanation found;
    found.plain_error = 0.5;
    layer_explanation layer;
    layer.name = "dense";
    layer.theta_min = layer.theta_max = 32767;
    layer.alone = layer.alone_parts.weights = 0.9;
    found.layers.push_back(layer);
    CHECK(advise(found, {}).front().change.find("--scale") == 0);
    found.layers.front().theta_min = 500;
    CHECK(advise(found, {}).front().change.find("--reconstruct") == 0);
    // An error that nobody would notice needs no advice.
    found.plain_error = 0.001;
    CHECK(advise(found, {}).empty());
}

TEST_CASE("an explanation is the same for any number of threads", "[converters][explain]") {
    const dataset data = test::pixels({2, 6, 6}, 21, 3);
    const hand_conversion c(residual_classifier(), data, {}, steps_and_bits(3, 5));
    const int before = omp_get_max_threads();
    std::vector<double> once;
    for (const int threads : {1, 2, 3, 8}) {
        omp_set_num_threads(threads);
        const explanation found = explain_all(c, data);
        std::vector<double> values{found.error, found.interaction};
        for (const layer_explanation& l : found.layers) {
            values.insert(values.end(), {l.own.rounding, l.accumulated, l.alone, l.removed,
                                         static_cast<double>(l.answers_changed), l.use.spikes});
        }
        if (once.empty()) { once = values; }
        CHECK(values == once);
    }
    omp_set_num_threads(before);
}

TEST_CASE("no sample, or more than there are, is refused", "[converters][explain]") {
    const dataset data = test::pixels({1, 3, 3}, 5, 3);
    const hand_conversion c(two_channels(1.0F, 0.0F), data);
    CHECK_THROWS_AS(explain(as_conversion(c), data, 0), bad_input);
    CHECK_THROWS_AS(explain(as_conversion(c), data, 6), bad_input);
}

TEST_CASE("the first layer beyond the bound is found, with its farthest neuron",
          "[converters][explain]") {
    const dataset data = test::pixels({2, 6, 6}, 10, 3);
    hand_conversion c(residual_classifier(), data, {}, steps_and_bits(8, 8));
    CHECK_FALSE(diverge_quantised(as_conversion(c), data, data.size(), 0.1).has_value());
    quantised_node& q = c.state->quantised.nodes[node_named(c.graph(), "conv2")];
    q.bias[2] += 40000;
    const auto found = diverge_quantised(as_conversion(c), data, data.size(), 0.1);
    REQUIRE(found.has_value());
    CHECK(found->layer == "conv2");
    CHECK(found->neuron.channel == 2);
    CHECK(found->error > 0.1);
    CHECK(found->lower > found->upper);
}

TEST_CASE("a folded graph is the trained one, and a planted weight is found where it is",
          "[converters][explain]") {
    const hand_model m = with_biases(residual_classifier());
    const dataset data = test::pixels({2, 6, 6}, 10, 3);
    input_encoding encoding;
    encoding.scale = 1.0 / 255.0;
    neuron_graph graph = lower(m.graph, {encoding.scale, {0.0}, {1.0}, true});
    CHECK_FALSE(diverge_graphs({m.graph, {encoding}, graph}, data, data.size()).has_value());
    auto& sum = std::get<sum_node>(graph.nodes[node_named(graph, "conv2")].kind);
    sum.bias[3] += 0.5F;
    const auto found = diverge_graphs({m.graph, {encoding}, graph}, data, data.size());
    REQUIRE(found.has_value());
    CHECK(found->sample == 0);
    CHECK(found->layer == "conv2");
    CHECK(found->neuron.channel == 3);
}

TEST_CASE("what lowering moved about is compared with the right values of the model",
          "[converters][explain]") {
    const dataset data = test::pixels({2, 4, 4}, 10, 3);
    input_encoding encoding;
    encoding.scale = 1.0 / 255.0;
    const hand_model curved = with_biases(curved_classifier());
    const neuron_graph graph = lower(curved.graph, {encoding.scale, {0.0}, {1.0}, true});
    CHECK_FALSE(diverge_graphs({curved.graph, {encoding}, graph}, data, data.size()).has_value());
    // The pool comes before the ReLU in the model, behind it in the graph.
    hand_model m;
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    pool.geometry.stride = {2, 2};
    const auto x = m.conv("conv1", m.input({2, 4, 4}), 3, 3, 1, numbers(54, 1));
    const auto y = m.relu("relu", m.layer("pool", pool, {x}, {3, 2, 2}));
    m.output(m.relu("last", m.linear("fc", m.flatten("flat", y), 3, numbers(36, 2))));
    m = with_biases(m);
    const neuron_graph swapped = lower(m.graph, {encoding.scale, {0.0}, {1.0}, true});
    CHECK_FALSE(diverge_graphs({m.graph, {encoding}, swapped}, data, data.size()).has_value());
}
