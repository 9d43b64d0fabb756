// SPDX-License-Identifier: Apache-2.0
// Weight bits layer by layer.
#include <support/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <synfire/core/error.hpp>

#include "hand_model.hpp"
#include "mixed_bits.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::numbers;

namespace {

/// A small convolution and a dense layer with ten times its weights.
hand_model conv_and_dense() {
    hand_model m;
    const auto x = m.relu("relu", m.conv("conv", m.input({1, 6, 6}), 4, 3, 1, numbers(36, 1)));
    m.output(m.linear("fc", m.flatten("flat", x), 3, numbers(432, 2)));
    return m;
}

const dataset& samples() {
    static const dataset data = test::pixels({1, 6, 6}, 20, 3);
    return data;
}

}  // namespace

TEST_CASE("each layer with weights has a menu of bits", "[converters][unit]") {
    const hand_conversion c(conv_and_dense(), samples());
    const std::vector<layer_menu> menus = bits_menus(c.graph(), c.measured, {}, samples());
    REQUIRE(menus.size() == 2);
    for (const layer_menu& menu : menus) {
        CHECK(menu.first == 2);
        REQUIRE(menu.error.size() == 7);
        CHECK(menu.error.front() > 100.0 * menu.error.back());
        CHECK(menu.error.back() > 0.0);
        CHECK(std::is_sorted(menu.cost.begin(), menu.cost.end()));
    }
    CHECK(menus[0].cost.back() == 36 * 8);
    CHECK(menus[1].cost.front() == 432 * 2);
}

TEST_CASE("a price on memory takes bits from the larger layer first", "[converters][unit]") {
    std::vector<layer_menu> menus{{{1}, 2, {}, {}}, {{3}, 2, {}, {}}};
    for (int bits = 2; bits <= 8; ++bits) {
        for (layer_menu& menu : menus) { menu.error.push_back(std::pow(4.0, -bits)); }
        menus[0].cost.push_back(10.0 * bits);
        menus[1].cost.push_back(1000.0 * bits);
    }
    const auto bits = numbers_at_price(menus, 0.01, 5);
    CHECK(bits[1] > bits[3]);
    CHECK(bits[3] > 2);
    CHECK(bits[0] == 0);
    CHECK(numbers_at_price(menus, 0.0, 5) == std::vector<std::int32_t>{0, 8, 0, 8, 0});
    CHECK(numbers_at_price(menus, 1e6, 5) == std::vector<std::int32_t>{0, 2, 0, 2, 0});
}

TEST_CASE("layers with bits of their own keep to them at all levels", "[converters][unit]") {
    quantise_options options;
    const hand_conversion plain(conv_and_dense(), samples());
    options.node_weight_bits.assign(plain.graph().nodes.size(), 0);
    options.node_weight_bits[test::node_named(plain.graph(), "conv")] = 3;
    const hand_conversion c(conv_and_dense(), samples(), {}, options);
    test::require_equal_levels(c, samples());
    REQUIRE(c.net().projections.size() == 2);
    CHECK(c.net().projections[0].weight_bits == 3);
    CHECK(c.net().projections[1].weight_bits == 8);
    const auto largest = [](const projection& p) {
        int most = 0;
        for (const int w : p.weights) { most = std::max(most, std::abs(w)); }
        return most;
    };
    CHECK(largest(c.net().projections[0]) == 3);
    CHECK(largest(c.net().projections[1]) == 127);
    options.node_weight_bits[1] = 9;
    CHECK_THROWS_AS(hand_conversion(conv_and_dense(), samples(), {}, options), bad_input);
}
