// SPDX-License-Identifier: Apache-2.0
// Integers of weights, biases and factors against the formulas of docs/reference/semantics.md.
#include <support/catch.hpp>

#include <cmath>

#include <synfire/core/error.hpp>

#include "graph/integer_executor.hpp"
#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::node_named;
using test::numbers;

namespace {

/// conv with padding, ReLU, linear; 2 x 4 x 5 images.
hand_model padded_classifier(float bias) {
    hand_model m;
    const auto x = m.relu(
        "relu", m.conv("conv", m.input({2, 4, 5}), 3, 3, 1, numbers(54, 1), {bias, 0, -bias}));
    m.output(m.linear("fc", m.flatten("flat", x), 2, numbers(120, 2), {bias, 0}));
    return m;
}

std::size_t at(std::size_t c, std::int64_t y, std::int64_t x) {
    return (c * 4 + static_cast<std::size_t>(y)) * 5 + static_cast<std::size_t>(x);
}

/// Sum of the integer weights of output channel o whose taps lie inside, times the code of real 0.
double offset_at(const quantised_node& conv, const quantised_node& input, std::size_t o,
                 std::size_t position) {
    double total = 0.0;
    const auto oy = static_cast<std::int64_t>(position / 5);
    const auto ox = static_cast<std::int64_t>(position % 5);
    for (std::size_t i = 0; i < 2; ++i) {
        for (std::int64_t k = 0; k < 9; ++k) {
            const std::int64_t y = oy + k / 3 - 1;
            const std::int64_t x = ox + k % 3 - 1;
            if (y < 0 || y >= 4 || x < 0 || x >= 5) { continue; }
            const int w = conv.terms[0].weights[(o * 2 + i) * 9 + static_cast<std::size_t>(k)];
            total += static_cast<double>(w * (1 << conv.terms[0].shift)) * input.zero[i];
        }
    }
    return total;
}

std::vector<std::int32_t> turned(std::int32_t channels, std::int32_t h, std::int32_t w) {
    // {C, H, W} -> {W, H, C}: every new channel mixes all old ones.
    std::vector<std::int32_t> index;
    for (std::int32_t x = 0; x < w; ++x) {
        for (std::int32_t y = 0; y < h; ++y) {
            for (std::int32_t c = 0; c < channels; ++c) { index.push_back((c * h + y) * w + x); }
        }
    }
    return index;
}

}  // namespace

TEST_CASE("weights and biases are rounded in units of the potential", "[converters][unit]") {
    quantise_options options;
    options.weight_bits = GENERATE(2, 4, 8);
    const hand_model m = padded_classifier(0.4F);
    const dataset data = test::pixels({2, 4, 5}, 9, 3);
    const hand_conversion c(m, data, {}, options);
    const quantised_node& conv = c.quantised().nodes[node_named(c.graph(), "conv")];
    const quantised_node& input = c.quantised().nodes[0];
    const std::vector<float> weights = numbers(54, 1);
    const std::vector<double> bias{static_cast<double>(0.4F), 0.0, static_cast<double>(-0.4F)};
    const int limit = (1 << (options.weight_bits - 1)) - 1;
    for (std::size_t o = 0; o < 3; ++o) {
        const double unit = conv.scale[o] / conv.theta[o];
        CHECK(conv.bias[o] == std::llround(bias[o] / unit));
        int largest = 0;
        for (std::size_t i = 0; i < 18; ++i) {
            const double w = static_cast<double>(weights[o * 18 + i]) * input.scale[i / 9];
            const double expected = std::round(w / unit / std::ldexp(1.0, conv.terms[0].shift));
            const int found = conv.terms[0].weights[o * 18 + i];
            CHECK(found == static_cast<int>(expected));
            largest = std::max(largest, std::abs(found));
        }
        CHECK(largest == limit);
    }
    CHECK(input.scale == std::vector<double>(2, 1.0 / 255.0));
}

TEST_CASE("a padded mean makes biases per neuron", "[converters][unit]") {
    const hand_model m = padded_classifier(0.4F);
    const dataset data = test::pixels({2, 4, 5}, 9, 3);
    const input_description input{1.0 / 255.0, {0.25, 0.5}, {0.5, 0.2}, true};
    const hand_conversion c(m, data, input);
    const quantised_node& conv = c.quantised().nodes[node_named(c.graph(), "conv")];
    const quantised_node& in = c.quantised().nodes[0];
    CHECK_THAT(in.zero[0], Catch::Matchers::WithinRel(-63.75, 1e-12));
    CHECK_THAT(in.zero[1], Catch::Matchers::WithinRel(-127.5, 1e-12));
    CHECK_THAT(in.scale[1], Catch::Matchers::WithinRel(1.0 / 51.0, 1e-12));
    REQUIRE(conv.bias.size() == 60);
    const std::vector<double> bias{static_cast<double>(0.4F), 0.0, static_cast<double>(-0.4F)};
    for (std::size_t o = 0; o < 3; ++o) {
        for (std::size_t p = 0; p < 20; ++p) {
            const double real = bias[o] * conv.theta[o] / conv.scale[o];
            CHECK(conv.bias[o * 20 + p] == std::llround(real + offset_at(conv, in, o, p)));
        }
        CHECK(conv.bias[at(o, 0, 0)] != conv.bias[at(o, 1, 1)]);
    }
    const population& p = c.net().populations[c.emitted.population_of_node[1]];
    REQUIRE(p.bias_per_neuron);
    CHECK(p.bias[(2 * 5 + 3) * 3 + 1] == conv.bias[at(1, 2, 3)]);
    test::require_equal_levels(c, data);
}

TEST_CASE("without padding a mean leaves one bias per channel", "[converters][unit]") {
    hand_model m;
    const auto x = m.relu("relu", m.conv("conv", m.input({2, 4, 5}), 3, 3, 0, numbers(54, 1)));
    m.output(m.linear("fc", m.flatten("flat", x), 2, numbers(36, 2)));
    const hand_conversion c(m, test::pixels({2, 4, 5}, 9, 3),
                            {1.0 / 255.0, {0.25, 0.5}, {0.5, 0.2}, true});
    const quantised_node& conv = c.quantised().nodes[1];
    REQUIRE(conv.bias.size() == 3);
    for (std::size_t o = 0; o < 3; ++o) {
        double expected = 0.0;
        for (std::size_t i = 0; i < 18; ++i) {
            expected += conv.terms[0].weights[o * 18 + i] * (1 << conv.terms[0].shift)
                        * c.quantised().nodes[0].zero[i / 9];
        }
        CHECK(conv.bias[o] == std::llround(expected));
    }
}

TEST_CASE("fewer input steps drop the low bits of a pixel", "[converters][unit]") {
    const hand_model m = padded_classifier(0.1F);
    quantise_options options;
    options.input_steps = GENERATE(1, 3, 8);
    const dataset data = test::pixels({2, 4, 5}, 4, 3);
    const hand_conversion c(m, data, {}, options);
    const quantised_node& in = c.quantised().nodes[0];
    CHECK(in.range.hi == (1 << options.input_steps) - 1);
    CHECK(in.code_step == std::ldexp(1.0, 8 - options.input_steps));
    CHECK_THAT(in.scale[0], Catch::Matchers::WithinRel(in.code_step / 255.0, 1e-12));
    test::require_equal_levels(c, data);
}

TEST_CASE("real data below zero are coded with their sign", "[converters][unit]") {
    const hand_model m = padded_classifier(0.1F);
    dataset data;
    data.sample_shape = {2, 4, 5};
    data.reals = numbers(40 * 6, 9);
    const hand_conversion c(m, data, {1.0, {0.0}, {1.0}, false});
    CHECK(c.quantised().nodes[0].range == code_range{-255, 255});
    CHECK(c.net().populations[0].input->code_step == c.quantised().nodes[0].code_step);
    test::require_equal_levels(c, data);
    for (float& v : data.reals) { v = std::abs(v); }
    CHECK(hand_conversion(m, data, {1.0, {0.0}, {1.0}, false}).quantised().nodes[0].range
          == code_range{0, 255});
}

TEST_CASE("a factor above 127 is a pair of 8-bit weights", "[converters][unit]") {
    hand_model m;
    auto x = m.relu("relu0", m.conv("conv0", m.input({1, 3, 3}), 2, 1, 0, {1, 0.7F}));
    std::vector<float> small = numbers(36, 2);
    for (float& w : small) { w *= 0.02F; }
    const auto y = m.conv("conv1", x, 2, 3, 1, small);
    m.output(m.layer("add", sum{}, {y, x}, m.item(x)));
    const dataset data = test::pixels({1, 3, 3}, 9, 3);
    const hand_conversion c(m, data);
    const scaled_part& part =
        c.quantised().nodes[node_named(c.graph(), "out")].terms[1].parts.at(0);
    REQUIRE(part.high.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(part.low[i] >= -64);
        CHECK(part.low[i] <= 63);
        CHECK(part.high[i] != 0);
    }
    test::require_equal_levels(c, data);
    const std::vector<projection>& projections = c.net().projections;
    REQUIRE(projections.size() == 4);
    CHECK(projections[2].shift == 0);
    CHECK(projections[3].shift == 7);
    CHECK(projections[3].weights == part.high);
}

TEST_CASE("a skip that two 8-bit weights cannot hold is refused", "[converters][unit]") {
    hand_model m;
    const auto x = m.relu("relu0", m.conv("conv0", m.input({1, 3, 3}), 1, 1, 0, {1}));
    m.output(m.layer("add", sum{}, {m.conv("conv1", x, 1, 1, 0, {1e-5F}), x}, m.item(x)));
    CHECK_THROWS_AS(hand_conversion(m, test::pixels({1, 3, 3}, 9, 3)), bad_input);
    CHECK_THROWS_WITH(hand_conversion(m, test::pixels({1, 3, 3}, 9, 3)),
                      test::contains_text("too strong for two 8-bit weights")
                          && test::contains_text("at most 16319"));
}

TEST_CASE("options out of range are refused by name", "[converters][unit]") {
    const hand_model m = padded_classifier(0.1F);
    const dataset data = test::pixels({2, 4, 5}, 2, 3);
    quantise_options options;
    std::string name;
    SECTION("weight bits") { options.weight_bits = 9, name = "--weight-bits"; }
    SECTION("one weight bit") { options.weight_bits = 1, name = "--weight-bits"; }
    SECTION("no steps") { options.steps = 0, name = "--steps"; }
    SECTION("phase of 16 steps") { options.steps = 16, name = "--steps"; }
    SECTION("input steps") { options.input_steps = 9, name = "--input-steps"; }
    CHECK_THROWS_WITH(hand_conversion(m, data, {}, options), test::contains_text(name));
}

TEST_CASE("layers without weights convert", "[converters][unit]") {
    hand_model m;
    const auto x = m.relu("relu", m.conv("conv", m.input({1, 2, 2}), 2, 1, 0, {-1, 0}, {-1, 0.5F}));
    m.output(m.linear("fc", m.flatten("flat", x), 2, std::vector<float>(16, 0), {1, 2}));
    const dataset data = test::pixels({1, 2, 2}, 9, 3);
    const hand_conversion c(m, data);
    CHECK(c.quantised().nodes[1].theta[1] == 256);
    CHECK(c.quantised().nodes.back().bias == std::vector<std::int64_t>{1, 2});
    test::require_equal_levels(c, data);
}

TEST_CASE("a channel that mixes inputs of different deviations is refused", "[converters][unit]") {
    hand_model m;
    auto x = m.view("turn", {m.input({2, 3, 3})}, turned(2, 3, 3), {3, 3, 2});
    m.output(m.conv("conv", x, 2, 2, 0, numbers(24, 1)));
    const dataset data = test::pixels({2, 3, 3}, 4, 1);
    CHECK_THROWS_AS(hand_conversion(m, data, {1.0 / 255.0, {0.0}, {1.0, 2.0}, true}),
                    unsupported_model);
    const hand_conversion c(m, data, {1.0 / 255.0, {0.0}, {2.0, 2.0}, true});
    test::require_equal_levels(c, data);
}

TEST_CASE("zeros beside an input with a mean stay zeros", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({1, 2, 2});
    const auto framed = m.view("pad", {x}, {-1, -1, -1, -1, 0, 1, -1, 2, 3}, {1, 3, 3});
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    const auto y = m.layer("pool", pool, {framed}, {1, 2, 2});
    m.output(m.linear("fc", m.flatten("flat", y), 2, numbers(8, 1)));
    const dataset data = test::pixels({1, 2, 2}, 12, 1);
    const hand_conversion c(m, data, {1.0 / 255.0, {0.5}, {0.25}, true});
    test::require_equal_levels(c, data);
    // The largest of three zeros and one pixel: the pixel or 0, never code 0 of the input (-2).
    const node_id relay = node_named(c.graph(), "pool/relay");
    integer_executor integers(c.quantised());
    neuron_executor real(c.graph());
    const double scale = c.quantised().nodes[relay].scale[0];
    for (std::size_t s = 0; s < data.size(); ++s) {
        integers.run(input_codes(c.quantised(), data, s));
        real.run(real_input(c.graph().nodes[0], data, s));
        for (std::size_t e = 0; e < 9; ++e) {
            const double code = static_cast<double>(integers.codes(relay)[e]);
            const auto expected = static_cast<double>(real.value(relay)[e]);
            if (e < 3) { CHECK(code == 0.0); }
            if (std::abs(expected) > 15 * scale) { continue; }  // clipped
            CHECK_THAT(code * scale, Catch::Matchers::WithinAbs(expected, 0.6 * scale));
        }
    }
}

TEST_CASE("each group takes the deviations of its own input channels", "[converters][unit]") {
    hand_model m;
    convolution op;
    op.weights = numbers(8, 1);
    op.out_channels = 4;
    op.in_channels = 4;
    op.groups = 2;
    m.output(m.layer("grouped", op, {m.input({4, 2, 2})}, {4, 2, 2}));
    const hand_conversion c(m, test::pixels({4, 2, 2}, 6, 1),
                            {1.0 / 255.0, {0.0}, {1.0, 2.0, 4.0, 8.0}, true});
    const quantised_node& out = c.quantised().nodes[1];
    for (std::size_t i = 0; i < 8; ++i) {
        const double input_scale = c.quantised().nodes[0].scale[i / 4 * 2 + i % 2];
        const double expected = static_cast<double>(op.weights[i]) * input_scale / out.scale[i / 2];
        CHECK(out.terms[0].weights[i] == static_cast<int>(std::lround(expected)));
    }
}

TEST_CASE("codes of different windows are relayed before a max-pool", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({1, 4, 4});
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    const auto raw = m.layer("pool1", pool, {x}, {1, 3, 3});
    const auto hidden = m.relu("relu", m.conv("conv", x, 2, 2, 0, numbers(8, 1)));
    std::vector<std::int32_t> index;
    for (std::int32_t i = 0; i < 27; ++i) { index.push_back(i); }
    const auto both = m.view("concat", {raw, hidden}, index, {3, 3, 3});
    const auto y = m.layer("pool2", pool, {both}, {3, 2, 2});
    m.output(m.linear("fc", m.flatten("flat", y), 2, numbers(24, 2)));
    const dataset data = test::pixels({1, 4, 4}, 6, 1);
    const hand_conversion c(m, data);
    test::require_equal_levels(c, data);
}
