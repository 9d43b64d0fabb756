// SPDX-License-Identifier: Apache-2.0
// Functions that the file applies last stay on the host and are named in the graph.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;

namespace {

using names = std::vector<std::string>;
const std::int64_t one = 1;

names host_functions(const onnx_builder& m) {
    return import_model(m).graph.outputs.at(0).host_functions;
}

}  // namespace

TEST_CASE("Softmax, LogSoftmax, Sigmoid and ArgMax at the end are left to the host",
          "[converters][onnx]") {
    const auto [op, attributes, expected] =
        GENERATE(table<std::string, std::vector<onnx_attribute>, std::string>({
            {"Softmax", {}, "softmax"},
            {"Softmax", {{"axis", one}}, "softmax"},
            {"LogSoftmax", {}, "log_softmax"},
            {"Sigmoid", {}, "sigmoid"},
            {"ArgMax", {{"axis", one}}, "argmax"},
        }));
    onnx_builder m;
    m.input("x", {-1, 3}).node("Relu", {"x"}, {"r"}).node(op, {"r"}, {"y"}, attributes);
    m.output("y");
    const auto result = import_model(m);
    CHECK(result.graph.outputs.at(0).host_functions == names{expected});
    CHECK(result.graph.layers.size() == 1);
    CHECK(result.nodes.at(1).reason.starts_with("left to the host"));
}

TEST_CASE("Host functions follow each other, casts in between", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 3})
        .node("Relu", {"x"}, {"r"})
        .node("Softmax", {"r"}, {"s"})
        .node("Identity", {"s"}, {"i"});
    m.node("ArgMax", {"i"}, {"a"}, {{"axis", one}})
        .node("Cast", {"a"}, {"y"}, {{"to", std::int64_t{6}}});
    m.output("y");
    m.model()
        .mutable_graph()
        ->mutable_output(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->set_elem_type(6);
    CHECK(host_functions(m) == names{"softmax", "argmax"});
}

TEST_CASE("A network may return its scores beside their softmax", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 3})
        .node("Relu", {"x"}, {"r"})
        .node("Softmax", {"r"}, {"s"})
        .output("s")
        .output("r");
    const auto graph = import_model(m).graph;
    REQUIRE(graph.outputs.size() == 2);
    CHECK(graph.outputs[0].value == graph.outputs[1].value);
    CHECK(graph.outputs[1].host_functions.empty());
}

TEST_CASE("Softmax inside the network is refused and names what follows", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 3}).weights("w", {3, 2}, counting(6)).node("Softmax", {"x"}, {"s"});
    m.node("Identity", {"s"}, {"i"}).node("MatMul", {"i", "w"}, {"y"}).output("y");
    const auto refusals = refusals_of(m);
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].node == "node_s");
    CHECK_THAT(refusals[0].reason, contains_text("'node_y' (MatMul) follows"));
}

TEST_CASE("Softmax takes axis 1 and flattens before operator set 13", "[converters][onnx]") {
    onnx_builder old(11);
    old.input("x", {-1, 3, 1, 2}).node("Softmax", {"x"}, {"y"}).output("y");
    CHECK(host_functions(old) == names{"softmax"});
    onnx_builder recent(13);
    recent.input("x", {-1, 3, 1, 2}).node("Softmax", {"x"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(recent).at(0).reason, contains_text("not over the whole sample"));
    onnx_builder batch(13);
    batch.input("x", {-1, 3})
        .node("Softmax", {"x"}, {"y"}, {{"axis", std::int64_t{0}}})
        .output("y");
    CHECK_THAT(refusals_of(batch).at(0).reason, contains_text("batch axis"));
}

TEST_CASE("ArgMax that prefers the last of equals is refused", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 3}).node("Relu", {"x"}, {"r"});
    m.node("ArgMax", {"r"}, {"y"}, {{"axis", one}, {"select_last_index", one}}).output("y");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text("select_last_index"));
}

TEST_CASE("Cast of a layer's output to integers is refused, to half precision approximate",
          "[converters][onnx]") {
    onnx_builder integers;
    integers.input("x", {-1, 3}).node("Cast", {"x"}, {"i"}, {{"to", std::int64_t{7}}});
    integers.node("Cast", {"i"}, {"y"}, {{"to", one}}).output("y");
    CHECK_THAT(refusals_of(integers).at(0).reason, contains_text("to int64"));
    onnx_builder half;
    half.input("x", {-1, 3}).node("Cast", {"x"}, {"h"}, {{"to", std::int64_t{10}}});
    half.node("Cast", {"h"}, {"f"}, {{"to", one}}).node("Relu", {"f"}, {"y"}).output("y");
    const auto result = import_model(half);
    CHECK(result.nodes[0].classification == synfire::converters::node_class::approximate);
    CHECK(result.nodes[1].classification == synfire::converters::node_class::exact);
}
