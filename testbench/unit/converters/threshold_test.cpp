// SPDX-License-Identifier: Apache-2.0
// Integer thresholds: the grid of weights, its shift, and what limits it.
#include <support/catch.hpp>

#include <cmath>

#include "hand_model.hpp"
#include "quantise/threshold.hpp"

using namespace synfire::converters;

namespace {

constexpr std::int32_t int8_max = 127;
constexpr std::int32_t int4_max = 7;

channel_facts weighted(double step, double largest_weight) {
    channel_facts facts;
    facts.step = step;
    facts.largest_weight = largest_weight;
    return facts;
}

}  // namespace

TEST_CASE("the largest weight of a channel becomes the largest integer", "[converters][unit]") {
    const threshold_choice choice =
        choose_thresholds({weighted(1.0, 1.0), weighted(2.0, 0.5)}, int8_max, 8, 24);
    CHECK(choice.theta == std::vector<std::int32_t>{127, 508});
    CHECK(choice.shift == 0);
}

TEST_CASE("the shift is the smallest that gives every live channel a theta of 64",
          "[converters][unit]") {
    const std::vector<channel_facts> channels{weighted(1.0, 0.3), weighted(1.0, 2.1),
                                              weighted(0.5, 1.9)};
    const std::int32_t weight_max = GENERATE(1, 3, int4_max, 31, int8_max);
    const threshold_choice choice = choose_thresholds(channels, weight_max, 8, 24);
    const auto theta_at = [&](const channel_facts& c, int e) {
        return std::floor(std::ldexp(c.step * weight_max / c.largest_weight, e));
    };
    double smaller = 1e9;
    for (std::size_t i = 0; i < channels.size(); ++i) {
        CHECK(choice.theta[i] >= 64);
        CHECK(choice.theta[i] == theta_at(channels[i], choice.shift));
        smaller = std::min(smaller, theta_at(channels[i], choice.shift - 1));
    }
    CHECK((choice.shift == 0 || smaller < 64));
    CHECK((weight_max == int8_max || choice.shift > 0));
}

TEST_CASE("with short thresholds an eighth of the largest is enough", "[converters][unit]") {
    const std::vector<channel_facts> channels{weighted(2.4, 1.0), weighted(12.0, 1.0)};
    CHECK(choose_thresholds(channels, int4_max, 8, 24).theta == std::vector<std::int32_t>{67, 336});
    CHECK(choose_thresholds(channels, int4_max, 8, 24, 127).theta
          == std::vector<std::int32_t>{16, 84});
    CHECK(choose_thresholds({weighted(2.0, 1.0), weighted(40.0, 1.0)}, int4_max, 8, 24, 127).theta
          == std::vector<std::int32_t>{28, 127});
}

TEST_CASE("exactly 64 is enough, 63 is not", "[converters][unit]") {
    CHECK(choose_thresholds({weighted(64.0, 1.0)}, 1, 8, 24).shift == 0);
    const threshold_choice choice = choose_thresholds({weighted(63.9, 1.0)}, 1, 8, 24);
    CHECK(choice.shift == 1);
    CHECK(choice.theta.front() == 127);
}

TEST_CASE("a channel without weights has theta 256", "[converters][unit]") {
    const threshold_choice choice =
        choose_thresholds({weighted(1.0, 0.0), weighted(1.0, 1.0)}, int8_max, 8, 24);
    CHECK(choice.theta == std::vector<std::int32_t>{256, 127});
    CHECK(choice.shift == 0);
}

TEST_CASE("the bias stays inside the width", "[converters][unit]") {
    channel_facts c = weighted(1.0, 1.0);
    c.bias = 1e6;
    const std::int32_t theta = choose_thresholds({c}, int8_max, 8, 24).theta.front();
    CHECK(theta == 8);  // floor((2^23 - 1) / 1e6)
    c.bias = 4e4;
    CHECK(choose_thresholds({c}, int8_max, 8, 24).theta.front() == 127);
    c.largest_weight = 0.0;
    c.bias = 1e5;
    CHECK(choose_thresholds({c}, int8_max, 8, 24).theta.front() == 83);
    c.bias = 1e12;
    CHECK(choose_thresholds({c}, int8_max, 8, 24).theta.front() == 1);
}

TEST_CASE("the threshold of the first step stays inside the width", "[converters][unit]") {
    const threshold_choice choice = choose_thresholds({weighted(100.0, 1.0)}, int8_max, 16384, 24);
    CHECK(choice.theta.front() == 511);  // floor((2^23 - 1) / 2^14)
    CHECK(choice.shift == 0);
}

TEST_CASE("a skip connection does not set the grid", "[converters][unit]") {
    channel_facts c = weighted(1.0, 0.08);
    const threshold_choice without = choose_thresholds({c}, int8_max, 8, 24);
    c.largest_gain = 1.0;
    const threshold_choice with = choose_thresholds({c}, int8_max, 8, 24);
    CHECK(with.theta == without.theta);
    CHECK(with.theta.front() == 1587);
    c.largest_gain = 20.0;  // now its factor would leave two 8-bit weights: 127 * 128 / 20
    CHECK(choose_thresholds({c}, int8_max, 8, 24).theta.front() == 812);
}

TEST_CASE("with skips alone the factors have 8 bits", "[converters][unit]") {
    channel_facts c;
    c.step = 1.0;
    c.largest_gain = 0.5;
    CHECK(choose_thresholds({c}, int8_max, 8, 24).theta.front() == 254);
}

TEST_CASE("thresholds of a residual block follow the convolution's weights", "[converters][unit]") {
    synfire::test::hand_model m;
    auto x = m.input({2, 5, 5});
    x = m.relu("relu0", m.conv("conv0", x, 4, 1, 0, synfire::test::numbers(8, 1)));
    std::vector<float> weights = synfire::test::numbers(4 * 4 * 9, 2);
    for (float& w : weights) { w *= 0.05F; }
    const auto y = m.conv("conv1", x, 4, 3, 1, weights);
    x = m.relu("relu1", m.layer("add", sum{}, {y, x}, m.item(x)));
    m.output(m.linear("fc", m.flatten("flat", x), 2, synfire::test::numbers(200, 3)));
    const synfire::dataset data = synfire::test::pixels({2, 5, 5}, 12, 4);
    const synfire::test::hand_conversion c(m, data);
    const node_id add = synfire::test::node_named(c.graph(), "add");
    const quantised_node& q = c.quantised().nodes[add];
    const quantised_node& source =
        c.quantised().nodes[synfire::test::node_named(c.graph(), "conv0")];
    for (std::size_t o = 0; o < 4; ++o) {
        double largest = 0.0;
        for (std::size_t i = 0; i < 36; ++i) {
            largest = std::max(largest, std::abs(static_cast<double>(weights[o * 36 + i]))
                                            * source.scale[i / 9]);
        }
        CHECK(q.theta[o] == static_cast<std::int32_t>(std::floor(q.scale[o] * int8_max / largest)));
        // What the grid would be if the skip set it.
        CHECK(q.theta[o] > 3 * static_cast<std::int32_t>(q.scale[o] * int8_max / source.scale[o]));
        const std::int32_t factor = q.terms[1].parts[0].low[o] + 128 * q.terms[1].parts[0].high[o];
        CHECK(factor == std::lround(source.scale[o] * q.theta[o] / q.scale[o]));
    }
    synfire::test::require_equal_levels(c, data);
}
