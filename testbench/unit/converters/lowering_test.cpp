// SPDX-License-Identifier: Apache-2.0
// What lowering folds, merges and leaves out.
#include <support/catch.hpp>

#include <synfire/core/error.hpp>

#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_model;
using test::numbers;

namespace {

const sum_node& sum_named(const neuron_graph& graph, const std::string& name) {
    const sum_node* sum = graph.nodes[test::node_named(graph, name)].as_sum();
    REQUIRE(sum != nullptr);
    return *sum;
}

template <typename Kind>
const Kind& only_term(const sum_node& sum) {
    REQUIRE(sum.terms.size() == 1);
    REQUIRE(std::holds_alternative<Kind>(sum.terms[0].kind));
    return std::get<Kind>(sum.terms[0].kind);
}

std::vector<std::string> names_of(const neuron_graph& graph) {
    std::vector<std::string> names;
    for (const graph_node& n : graph.nodes) { names.push_back(n.name); }
    return names;
}

average_pool global_average(std::int32_t h, std::int32_t w) {
    average_pool pool;
    pool.global = true;
    pool.geometry.kernel = {h, w};
    return pool;
}

}  // namespace

TEST_CASE("a normalisation behind a convolution joins its weights and biases",
          "[converters][unit]") {
    hand_model m;
    auto x = m.input({1, 1, 2});
    x = m.conv("conv", x, 2, 1, 0, {2, 3}, {1, 10});
    x = m.layer("norm", affine{{0.5F, 4}, {7, -1}}, {x}, m.item(x));
    x = m.relu("relu", x);
    m.output(m.linear("fc", m.flatten("flat", x), 1, {1, 1, 1, 1}));
    const neuron_graph graph = lower(m.graph, {});
    CHECK(names_of(graph) == std::vector<std::string>{"v0", "conv", "flat", "out"});
    const sum_node& conv = sum_named(graph, "conv");
    CHECK(only_term<conv_term>(conv).weights == std::vector<float>{1, 12});
    CHECK(conv.bias == std::vector<float>{7.5F, 39});
    CHECK(conv.relu);
    CHECK_FALSE(conv.readout);
    CHECK(sum_named(graph, "out").readout);
}

TEST_CASE("offsets per element make biases per element", "[converters][unit]") {
    hand_model m;
    auto x = m.input({1, 1, 2});
    x = m.conv("conv", x, 2, 1, 0, {2, 3}, {1, 10});
    x = m.layer("add", affine{{2}, {1, 2, 3, 4}}, {x}, m.item(x));
    m.output(x);
    const neuron_graph graph = lower(m.graph, {});
    CHECK(sum_named(graph, "out").bias == std::vector<float>{3, 4, 23, 24});
    CHECK(only_term<conv_term>(sum_named(graph, "out")).weights == std::vector<float>{4, 6});
}

TEST_CASE("a factor that differs within a channel is refused with all others",
          "[converters][unit]") {
    hand_model m;
    auto x = m.input({1, 2, 2});
    x = m.conv("conv", x, 8, 1, 0, numbers(8, 1));
    x = m.layer("first", affine{numbers(32, 2), {0}}, {x}, m.item(x));
    x = m.relu("relu", x);
    // Behind a refusal lowering goes on with values of the right size.
    x = m.view("turn", {x},
               [] {
                   std::vector<std::int32_t> index;
                   for (std::int32_t e = 31; e >= 0; --e) { index.push_back(e); }
                   return index;
               }(),
               {8, 2, 2});
    x = m.conv("conv2", x, 2, 1, 0, numbers(16, 3));
    x = m.layer("second", affine{numbers(8, 4), {0}}, {x}, m.item(x));
    m.output(m.linear("fc", m.flatten("flat", x), 3, numbers(24, 5)));
    try {
        lower(m.graph, {});
        FAIL("nothing was refused");
    } catch (const unsupported_model& e) {
        REQUIRE(e.refusals().size() == 2);
        CHECK(e.refusals()[0].node == "first");
        CHECK(e.refusals()[1].node == "second");
        CHECK_THAT(e.what(), test::contains_text("differs between positions"));
        CHECK_THAT(e.what(), test::contains_text("scale per channel"));
    }
}

TEST_CASE("a normalisation of the input joins its mean and deviation", "[converters][unit]") {
    hand_model m;
    auto x = m.input({2, 1, 1});
    x = m.layer("norm", affine{{2, 4}, {1, -2}}, {x}, m.item(x));
    m.output(m.conv("conv", x, 1, 1, 0, {1, 1}));
    const neuron_graph graph = lower(m.graph, {0.5, {1.0}, {2.0}, true});
    REQUIRE(graph.nodes.size() == 2);
    const input_encoding& e = std::get<input_node>(graph.nodes[0].kind).encoding;
    // ((r/2 - 1) / 2) * 2 + 1 = (r/2 - 0) / 1, and ((r/2 - 1) / 2) * 4 - 2 = (r/2 - 2) / 0.5.
    CHECK(e.mean == std::vector<double>{0.0, 2.0});
    CHECK(e.std == std::vector<double>{1.0, 0.5});
    CHECK(e.scale == 0.5);
}

TEST_CASE("a negative factor of the input stays a layer", "[converters][unit]") {
    hand_model m;
    auto x = m.input({1, 1, 1});
    x = m.layer("invert", affine{{-1}, {1}}, {x}, m.item(x));
    m.output(m.conv("conv", m.relu("relu", x), 1, 1, 0, {1}));
    const neuron_graph graph = lower(m.graph, {});
    const sum_node& invert = sum_named(graph, "invert");
    CHECK(only_term<identity_term>(invert).gain == std::vector<float>{-1});
    CHECK(invert.bias == std::vector<float>{1});
    CHECK(invert.relu);
}

TEST_CASE("ReLU moves before a max-pool", "[converters][unit]") {
    hand_model m;
    auto x = m.input({1, 2, 2});
    x = m.conv("conv", x, 1, 1, 0, {-1});
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    x = m.layer("pool", pool, {x}, {1, 1, 1});
    x = m.relu("relu", x);
    m.output(m.linear("fc", m.flatten("flat", x), 1, {1}));
    const neuron_graph graph = lower(m.graph, {});
    CHECK(sum_named(graph, "conv").relu);
    CHECK(names_of(graph) == std::vector<std::string>{"v0", "conv", "pool", "flat", "out"});
}

TEST_CASE("a max-pool whose own values are an output keeps them signed", "[converters][unit]") {
    hand_model m;
    auto x = m.input({1, 2, 2});
    x = m.conv("conv", x, 1, 1, 0, {-1});
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    x = m.layer("pool", pool, {x}, {1, 1, 1});
    m.output(x, "raw");
    m.output(m.relu("relu", x), "rectified");
    const neuron_graph graph = lower(m.graph, {});
    CHECK_FALSE(sum_named(graph, "conv").relu);
    CHECK(sum_named(graph, "raw").readout);
    CHECK(sum_named(graph, "rectified").readout);
}

TEST_CASE("a global average becomes part of the linear layer behind it", "[converters][unit]") {
    hand_model m;
    auto x = m.input({2, 2, 3});
    x = m.layer("average", global_average(2, 3), {x}, {2, 1, 1});
    x = m.flatten("flat", x);
    m.output(m.linear("fc", x, 2, {6, 12, 18, 24}, {1, 2}));
    const neuron_graph graph = lower(m.graph, {});
    CHECK(names_of(graph) == std::vector<std::string>{"v0", "out"});
    const sum_node& fc = sum_named(graph, "out");
    const auto& term = only_term<linear_term>(fc);
    CHECK(term.spatial_sum);
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK_THAT(static_cast<double>(term.weights[i]),
                   Catch::Matchers::WithinAbs(static_cast<double>(i) + 1, 1e-6));
    }
    CHECK(fc.bias == std::vector<float>{1, 2});
}

TEST_CASE("a global average that two layers read is a population of its own",
          "[converters][unit]") {
    hand_model m;
    auto x = m.input({2, 2, 3});
    x = m.flatten("flat", m.layer("average", global_average(2, 3), {x}, {2, 1, 1}));
    m.output(m.linear("a", x, 1, {1, 2}), "first");
    m.output(m.linear("b", x, 1, {3, 4}), "second");
    const neuron_graph graph = lower(m.graph, {});
    const sum_node& average = sum_named(graph, "average");
    CHECK_FALSE(average.readout);
    for (const float gain : only_term<pool_term>(average).gain) {
        CHECK_THAT(static_cast<double>(gain), Catch::Matchers::WithinRel(1.0 / 6.0, 1e-6));
    }
    CHECK_FALSE(only_term<linear_term>(sum_named(graph, "first")).spatial_sum);
}

TEST_CASE("a normalisation behind an average joins its gain", "[converters][unit]") {
    hand_model m;
    average_pool pool;
    pool.geometry.kernel = {1, 2};
    pool.geometry.stride = {1, 2};
    auto x = m.layer("average", pool, {m.input({2, 1, 4})}, {2, 1, 2});
    x = m.relu("relu", m.layer("norm", affine{{4, 6}, {1, -1}}, {x}, m.item(x)));
    m.output(m.linear("fc", m.flatten("flat", x), 1, numbers(4, 1)));
    const neuron_graph graph = lower(m.graph, {});
    const sum_node& average = sum_named(graph, "average");
    CHECK(only_term<pool_term>(average).gain == std::vector<float>{2, 3});
    CHECK(average.bias == std::vector<float>{1, -1});
}

TEST_CASE("a residual block is one sum of a convolution and a skip connection",
          "[converters][unit]") {
    hand_model m;
    auto x = m.input({1, 3, 3});
    x = m.relu("relu0", m.conv("conv0", x, 2, 1, 0, {1, 2}));
    const auto y = m.conv("conv1", x, 2, 3, 1, numbers(36, 1), {5, 6});
    const auto z = m.relu("relu1", m.layer("add", sum{}, {y, x}, m.item(x)));
    m.output(m.linear("fc", m.flatten("flat", z), 1, numbers(18, 2)));
    const neuron_graph graph = lower(m.graph, {});
    const sum_node& add = sum_named(graph, "add");
    REQUIRE(add.terms.size() == 2);
    CHECK(std::holds_alternative<conv_term>(add.terms[0].kind));
    CHECK(std::get<identity_term>(add.terms[1].kind).gain == std::vector<float>{1, 1});
    CHECK(add.terms[1].source == test::node_named(graph, "conv0"));
    CHECK(add.bias == std::vector<float>{5, 6});
    CHECK(add.relu);
}

TEST_CASE("a sum that two layers read fires once, with its sign", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({1, 2, 2});
    const auto y = m.conv("conv", x, 1, 1, 0, {1}, {-0.5F});
    const auto a = m.relu("relu", y);
    m.output(m.layer("add", sum{}, {a, y}, m.item(y)));
    const neuron_graph graph = lower(m.graph, {});
    CHECK(names_of(graph) == std::vector<std::string>{"v0", "conv", "relu", "out"});
    CHECK_FALSE(sum_named(graph, "conv").relu);
    CHECK(sum_named(graph, "relu").relu);
    REQUIRE(sum_named(graph, "out").terms.size() == 2);
    CHECK(sum_named(graph, "out").terms[0].source == test::node_named(graph, "relu"));
    CHECK(sum_named(graph, "out").terms[1].source == test::node_named(graph, "conv"));
}

TEST_CASE("a value added to itself counts twice", "[converters][unit]") {
    hand_model m;
    const auto x = m.relu("relu", m.conv("conv", m.input({1, 2, 2}), 1, 1, 0, {1}));
    m.output(m.layer("add", sum{}, {x, x}, m.item(x)));
    const dataset data = test::pixels({1, 2, 2}, 8, 1);
    const test::hand_conversion c(m, data);
    CHECK(c.net().projections.size() == 3);
    test::require_equal_levels(c, data);
}

TEST_CASE("layers that no output needs are left out", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({2});
    const auto y = m.linear("used", x, 1, {1, 2});
    m.relu("dead2", m.linear("dead1", x, 3, numbers(6, 1)));
    m.output(y);
    CHECK(names_of(lower(m.graph, {})) == std::vector<std::string>{"v0", "out"});
}

TEST_CASE("an activation at the output stays on the host", "[converters][unit]") {
    hand_model m;
    const auto x = m.relu("relu", m.linear("fc", m.input({2}), 1, {1, -2}));
    m.output(x, "y", {"softmax"});
    const neuron_graph graph = lower(m.graph, {});
    const sum_node& out = sum_named(graph, "y");
    CHECK(out.host_functions == std::vector<std::string>{"relu", "softmax"});
    CHECK_FALSE(out.relu);
}

TEST_CASE("a transposed image is relayed to a convolution", "[converters][unit]") {
    hand_model m;
    auto x = m.relu("relu", m.conv("conv", m.input({1, 2, 3}), 1, 1, 0, {1}));
    x = m.view("turn", {x}, {0, 3, 1, 4, 2, 5}, {1, 3, 2});
    m.output(m.conv("conv2", x, 1, 2, 0, numbers(4, 1)));
    const neuron_graph graph = lower(m.graph, {});
    const sum_node& relay = sum_named(graph, "conv2/relay");
    CHECK(relay.relu);
    CHECK(relay.terms[0].source == test::node_named(graph, "turn"));
    CHECK(sum_named(graph, "out").terms[0].source == test::node_named(graph, "conv2/relay"));
}

TEST_CASE("a linear layer reads a rearrangement itself unless it repeats elements",
          "[converters][unit]") {
    hand_model m;
    const auto x = m.relu("relu", m.linear("fc", m.input({3}), 3, numbers(9, 1)));
    SECTION("each element once") {
        m.output(m.linear("fc2", m.view("mix", {x}, {2, -1, 0}, {3}), 1, {1, 2, 3}));
        const neuron_graph graph = lower(m.graph, {});
        CHECK(sum_named(graph, "out").terms[0].source == test::node_named(graph, "mix"));
    }
    SECTION("one element twice") {
        m.output(m.linear("fc2", m.view("mix", {x}, {2, 2, 0}, {3}), 1, {1, 2, 3}));
        const neuron_graph graph = lower(m.graph, {});
        CHECK(sum_named(graph, "out").terms[0].source == test::node_named(graph, "fc2/relay"));
    }
}

TEST_CASE("a transposed channel-last image is the input itself", "[converters][unit]") {
    hand_model m;
    auto x = m.input({2, 3, 2});  // H, W, C
    std::vector<std::int32_t> index;
    for (std::int32_t c = 0; c < 2; ++c) {
        for (std::int32_t p = 0; p < 6; ++p) { index.push_back(p * 2 + c); }
    }
    x = m.view("turn", {x}, index, {2, 2, 3});
    m.output(m.conv("conv", x, 1, 1, 0, {1, 2}));
    const neuron_graph graph = lower(m.graph, {});
    REQUIRE(graph.nodes.size() == 2);
    CHECK(graph.nodes[0].item == dims{2, 2, 3});
    const input_encoding& e = std::get<input_node>(graph.nodes[0].kind).encoding;
    CHECK(e.layout == data_layout::channel_last);
    CHECK(e.data_shape == dims{2, 3, 2});
}

TEST_CASE("nodes of the same name are numbered, outputs are not", "[converters][unit]") {
    hand_model m;
    auto x = m.relu("", m.linear("fc", m.input({2}), 2, numbers(4, 1)));
    x = m.relu("", m.linear("fc", x, 2, numbers(4, 2)));
    m.output(x = m.linear("fc", x, 2, numbers(4, 3)), "fc");
    CHECK(names_of(lower(m.graph, {})) == std::vector<std::string>{"v0", "fc_2", "fc_3", "fc"});
}

TEST_CASE("outputs keep their names where layers are named as what they give",
          "[converters][unit]") {
    hand_model m;
    const auto h = m.linear("answer", m.input({2}), 2, numbers(4, 1));
    m.output(h, "v0");  // an input's name stays the input's
    m.output(h, "answer");
    m.output(m.linear("end", m.relu("end", h), 2, numbers(4, 2)), "end");
    CHECK(names_of(lower(m.graph, {}))
          == std::vector<std::string>{"v0", "answer_2", "end_2", "v0_2", "answer", "end"});
}

TEST_CASE("sums that cannot be negative fire without a sign", "[converters][unit]") {
    hand_model m;
    const bool positive = GENERATE(true, false);
    auto x = m.conv("conv", m.input({1, 4, 4}), 2, 1, 0, {1, -1});
    if (positive) { x = m.relu("relu", x); }
    average_pool pool;
    pool.geometry.kernel = {2, 2};
    pool.geometry.stride = {2, 2};
    x = m.layer("pool", pool, {x}, {2, 2, 2});
    m.output(m.linear("fc", m.flatten("flat", x), 1, numbers(8, 1)));
    const neuron_graph graph = lower(m.graph, {});
    CHECK(sum_named(graph, "pool").relu == positive);
}
