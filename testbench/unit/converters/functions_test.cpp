// SPDX-License-Identifier: Apache-2.0
// Bounded, leaky and tabulated neurons, transposed convolutions and constant linear maps: the
// spiking network equals the integer executor, and codes stand for the trained network's values.
#include <cmath>

#include <support/catch.hpp>

#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::numbers;

namespace {

curve step(curve_op op, float a = 0, float b = 0) { return then(curve{}, {op, a, b}); }

/// Convolution, `middle`, dense layer.
hand_model around(const operation& middle) {
    hand_model m;
    auto x = m.conv("conv", m.input({2, 4, 4}), 3, 3, 1, numbers(54, 1), {0.5F, -0.5F, 0});
    x = m.layer("middle", middle, {x}, m.item(x));
    m.output(m.linear("fc", m.flatten("flat", x), 4, numbers(192, 2)));
    return m;
}

const quantised_node& middle_of(const hand_conversion& c) {
    return c.quantised().nodes[test::node_named(c.graph(), "conv")];
}

}  // namespace

TEST_CASE("every kind of activation gives the same integers in the network", "[converters][unit]") {
    const auto middle = GENERATE(
        as<operation>{}, relu{0.75F}, leaky_relu{{0.125F}}, leaky_relu{{0.5F, 2.0F, 0.01F}},
        leaky_relu{{-0.5F}}, step(curve_op::sigmoid), step(curve_op::tanh),
        joined(curve{}, step(curve_op::sigmoid), curve_op::product), step(curve_op::absolute));
    const dataset data = test::pixels({2, 4, 4}, 12, 3);
    const hand_conversion c(around(middle), data);
    test::require_equal_levels(c, data);
}

TEST_CASE("no code of a bounded neuron stands for more than the bound", "[converters][unit]") {
    const dataset data = test::pixels({2, 4, 4}, 12, 3);
    const hand_conversion c(around(relu{0.75F}), data);
    const quantised_node& q = middle_of(c);
    CHECK(q.range.lo == 0);
    CHECK(q.scale.front() * q.range.hi <= 0.75 + 1e-6);
}

TEST_CASE("negative values of a leaky neuron have a threshold of their own", "[converters][unit]") {
    const dataset data = test::pixels({2, 4, 4}, 12, 3);
    const hand_conversion c(around(leaky_relu{{0.125F}}), data);
    const quantised_node& q = middle_of(c);
    REQUIRE(q.theta_neg.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) { CHECK(q.theta_neg[i] == 8 * q.theta[i]); }
    CHECK(q.range.lo == -q.range.hi);
}

TEST_CASE("a table holds the function in codes; sigmoid needs no signs", "[converters][unit]") {
    const dataset data = test::pixels({2, 4, 4}, 12, 3);
    const hand_conversion c(around(step(curve_op::sigmoid)), data);
    const quantised_node& q = middle_of(c);
    REQUIRE(q.table.has_value());
    CHECK(q.range.lo == 0);
    const auto at_zero = q.table->table[static_cast<std::size_t>(-q.table->k_lo)];
    CHECK(std::abs(at_zero * q.scale.front() - 0.5) <= q.scale.front() / 2);
}

TEST_CASE("what follows a table element by element joins it", "[converters][unit]") {
    hand_model m;
    auto x = m.conv("conv", m.input({1, 2, 2}), 2, 1, 0, {1, -1});
    x = m.layer("tanh", step(curve_op::tanh), {x}, m.item(x));
    x = m.layer("half", affine{{0.5F}, {0.5F}}, {x}, m.item(x));
    x = m.relu("relu", x);
    m.output(m.linear("fc", m.flatten("flat", x), 2, numbers(16, 4)));
    const neuron_graph graph = lower(m.graph, {});
    const sum_node* sum = graph.nodes[test::node_named(graph, "conv")].as_sum();
    REQUIRE(sum->function.has_value());
    CHECK(std::abs(evaluate(*sum->function, 0.0) - 0.5) < 1e-6);
    CHECK(sum->relu);
}

TEST_CASE("a table with a second reader stays as it is", "[converters][unit]") {
    // relu of what is not negative is the same node, but another value.
    hand_model m;
    auto x = m.conv("conv", m.input({1, 2, 2}), 2, 1, 0, {1, -1});
    x = m.layer("sigmoid", step(curve_op::sigmoid), {x}, m.item(x));
    const auto doubled = m.layer("double", affine{{2.0F}, {0.0F}}, {m.relu("relu", x)}, m.item(x));
    const auto both = m.layer("add", sum{}, {x, doubled}, m.item(x));
    m.output(m.linear("fc", m.flatten("flat", both), 2, numbers(16, 4)));
    const neuron_graph graph = lower(m.graph, {});
    const sum_node* first = graph.nodes[test::node_named(graph, "conv")].as_sum();
    REQUIRE(first->function.has_value());
    CHECK(std::abs(evaluate(*first->function, 0.0) - 0.5) < 1e-6);
}

TEST_CASE("an input with a second reader keeps its encoding", "[converters][unit]") {
    hand_model m;
    const auto in = m.input({1, 2, 2});
    const auto scaled = m.layer("scale", affine{{5.0F}, {0.0F}}, {m.relu("relu", in)}, m.item(in));
    const auto both = m.layer("add", sum{}, {in, scaled}, m.item(in));
    m.output(m.linear("fc", m.flatten("flat", both), 2, numbers(8, 4)));
    const neuron_graph graph = lower(m.graph, {});
    CHECK(std::get<input_node>(graph.nodes[0].kind).encoding.std == std::vector<double>{1.0});
}

TEST_CASE("slopes that no threshold can stand for are refused", "[converters][unit]") {
    CHECK_THROWS_WITH(lower(around(leaky_relu{{0.5F, -0.5F, 0.5F}}).graph, {}),
                      test::contains_text("a slope lies outside"));
}

TEST_CASE("transposed convolutions and linear maps give the same integers", "[converters][unit]") {
    hand_model m;
    auto x = m.relu("relu", m.conv("conv", m.input({2, 3, 4}), 4, 1, 0, numbers(8, 1)));
    transposed_convolution turned{numbers(4 * 3 * 6, 2), numbers(6, 3), 6, 4, 2, {}};
    turned.geometry.kernel = {2, 3};
    turned.geometry.stride = {2, 1};
    turned.geometry.pads = {0, 1, 0, 1};
    x = m.layer("turned", turned, {x}, {6, 6, 4});
    x = m.relu("relu2", m.layer("norm", affine{numbers(6, 4), numbers(6, 5)}, {x}, {6, 6, 4}));
    sparse_map pairs;
    pairs.row_ptr = {0};
    for (std::int32_t e = 0; e < 36 * 4; e += 2) {
        pairs.column.insert(pairs.column.end(), {e, e + 1});
        pairs.weights.insert(pairs.weights.end(), {0.25F, 0.75F});
        pairs.row_ptr.push_back(static_cast<std::int64_t>(pairs.column.size()));
    }
    x = m.layer("pairs", pairs, {x}, {6, 6, 2});
    m.output(m.linear("fc", m.flatten("flat", x), 3, numbers(216, 6)));
    const dataset data = test::pixels({2, 3, 4}, 8, 7);
    const hand_conversion c(m, data);
    test::require_equal_levels(c, data);
    CHECK(c.quantised().nodes[test::node_named(c.graph(), "turned")].theta.size() == 6);
}
