// SPDX-License-Identifier: Apache-2.0
// Steps layer by layer: prices, the search, and windows that must stay together.
#include <support/catch.hpp>

#include <algorithm>
#include <numeric>

#include <synfire/core/error.hpp>

#include "hand_model.hpp"
#include "mixed_steps.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::numbers;

namespace {

/// Two convolutions that are pooled together, and one behind them.
hand_model pooled_branches() {
    hand_model m;
    const auto x = m.input({1, 6, 6});
    const auto a = m.relu("relu_a", m.conv("a", x, 2, 3, 1, numbers(18, 1)));
    const auto b = m.relu("relu_b", m.conv("b", x, 2, 3, 1, numbers(18, 2)));
    std::vector<std::int32_t> both(144);
    std::iota(both.begin(), both.end(), 0);
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    pool.geometry.stride = {2, 2};
    const auto y = m.layer("pool", pool, {m.view("concat", {a, b}, both, {4, 6, 6})}, {4, 3, 3});
    const auto z = m.relu("relu_c", m.conv("c", y, 3, 3, 1, numbers(108, 3)));
    m.output(m.linear("fc", m.flatten("flat", z), 2, numbers(54, 4)));
    return m;
}

std::vector<layer_menu> menus_of(const hand_conversion& c) {
    return steps_menus(c.graph(), c.measured, {}, c.emitted);
}

}  // namespace

TEST_CASE("what is pooled together has one number of steps", "[converters][unit]") {
    const dataset data = test::pixels({1, 6, 6}, 30, 3);
    const hand_conversion c(pooled_branches(), data);
    const std::vector<layer_menu> menus = menus_of(c);
    REQUIRE(menus.size() == 2);
    CHECK(menus[0].nodes.size() + menus[1].nodes.size() == 3);
    for (const layer_menu& menu : menus) {
        // Of those that are pooled, the synapses are the pool's.
        CHECK(menu.cost.front() > 0.0);
        CHECK(menu.cost.front() < menu.cost.back());
        REQUIRE(menu.error.size() == 4);
        CHECK(std::is_sorted(menu.error.rbegin(), menu.error.rend()));
    }
}

TEST_CASE("pools that share a source share their steps", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({1, 6, 6});
    const auto a = m.relu("relu_a", m.conv("a", x, 2, 3, 1, numbers(18, 1)));
    const auto b = m.relu("relu_b", m.conv("b", x, 2, 3, 1, numbers(18, 2)));
    const auto c = m.relu("relu_c", m.conv("c", x, 2, 3, 1, numbers(18, 3)));
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    pool.geometry.stride = {2, 2};
    std::vector<std::int32_t> both(144);
    std::iota(both.begin(), both.end(), 0);
    const auto joined = [&](const char* name, value_id first, value_id second) {
        return m.layer(std::string("pool_") + name, pool,
                       {m.view(name, {first, second}, both, {4, 6, 6})}, {4, 3, 3});
    };
    const auto p = m.flatten("flat_p", joined("ac", a, c));
    const auto q = m.flatten("flat_q", joined("ba", b, a));
    m.output(m.linear("fc_p", p, 2, numbers(72, 4)), "p");
    m.output(m.linear("fc_q", q, 2, numbers(72, 5)), "q");
    const dataset data = test::pixels({1, 6, 6}, 10, 3);
    const hand_conversion converted(m, data);
    const std::vector<layer_menu> menus = menus_of(converted);
    REQUIRE(menus.size() == 1);
    CHECK(menus.front().nodes.size() == 3);
}

TEST_CASE("a higher price never buys more steps", "[converters][unit]") {
    const dataset data = test::pixels({1, 6, 6}, 30, 3);
    const hand_conversion c(pooled_branches(), data);
    const std::vector<layer_menu> menus = menus_of(c);
    std::vector<std::int32_t> before(c.graph().nodes.size(), 4);
    for (const double price : {0.0, 0.001, 0.01, 0.1, 1.0, 100.0}) {
        const auto steps = numbers_at_price(menus, price, before.size());
        for (std::size_t i = 0; i < steps.size(); ++i) { CHECK(steps[i] <= before[i]); }
        before = steps;
    }
    CHECK(before[test::node_named(c.graph(), "c")] == 1);
    CHECK(numbers_at_price(menus, 0.0, before.size())[test::node_named(c.graph(), "c")] == 4);
}

TEST_CASE("the search finds the highest price that is good enough", "[converters][unit]") {
    const dataset data = test::pixels({1, 6, 6}, 30, 3);
    const hand_conversion c(pooled_branches(), data);
    const std::vector<layer_menu> menus = menus_of(c);
    const std::size_t nodes = c.graph().nodes.size();
    const auto total = [](const std::vector<std::int32_t>& steps) {
        return std::accumulate(steps.begin(), steps.end(), 0);
    };
    const int most = total(numbers_at_price(menus, 0.0, nodes));
    for (int wanted = 3; wanted <= most; ++wanted) {
        const auto found = least_numbers(
            menus, nodes, [&](const std::vector<std::int32_t>& s) { return total(s) >= wanted; });
        if (found.empty()) { continue; }  // only without a price
        CHECK(total(found) >= wanted);
        const auto fewer = least_numbers(
            menus, nodes, [&](const std::vector<std::int32_t>& s) { return total(s) >= 3; });
        CHECK(total(fewer) <= total(found));
    }
    CHECK(least_numbers(menus, nodes, [](const auto&) { return false; }).empty());
}

TEST_CASE("layers with steps of their own stay equal at all levels", "[converters][unit]") {
    const dataset data = test::pixels({1, 6, 6}, 12, 3);
    const hand_conversion plain(pooled_branches(), data);
    quantise_options options;
    options.node_steps = numbers_at_price(menus_of(plain), 0.02, plain.graph().nodes.size());
    const hand_conversion c(pooled_branches(), data, {}, options);
    for (const char* name : {"a", "b", "c"}) {
        const node_id id = test::node_named(c.graph(), name);
        CHECK(c.quantised().nodes[id].window.steps == options.node_steps[id]);
    }
    test::require_equal_levels(c, data);
    options.node_steps.assign(plain.graph().nodes.size(), 16);
    CHECK_THROWS_AS(hand_conversion(pooled_branches(), data, {}, options), bad_input);
}
