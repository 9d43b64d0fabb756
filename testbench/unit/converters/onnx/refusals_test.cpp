// SPDX-License-Identifier: Apache-2.0
// All refusals of a model come at once; inspect reports them without throwing.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::node_class;

namespace {

onnx_builder three_refusals() {
    onnx_builder m;
    m.input("x", {-1, 2}).weights("w", {2, 2}, {1, 2, 3, 4});
    m.node("Exp", {"x"}, {"t"}).node("MatMul", {"t", "w"}, {"h"}).node("LRN", {"h"}, {"l"});
    m.node("Mul", {"l", "t"}, {"g"}).node("Relu", {"g"}, {"y"}).output("y");
    return m;
}

}  // namespace

TEST_CASE("Every unsupported node is named with type, reason and hint in one exception",
          "[converters][onnx]") {
    const auto refusals = refusals_of(three_refusals());
    REQUIRE(refusals.size() == 3);
    CHECK(refusals[0].node == "node_t");
    CHECK(refusals[0].op == "Exp");
    CHECK(refusals[1].op == "LRN");
    CHECK(refusals[2].op == "Mul");  // seen although it lies behind the others
    for (const auto& r : refusals) {
        CHECK_FALSE(r.reason.empty());
        CHECK_FALSE(r.hint.empty());
    }
}

TEST_CASE("Inspecting reports each node in file order and does not throw", "[converters][onnx]") {
    const auto result = inspect_model(three_refusals());
    CHECK_FALSE(result.complete);
    REQUIRE(result.nodes.size() == 5);
    CHECK(result.nodes[0].classification == node_class::unsupported);
    CHECK(result.nodes[1].classification == node_class::exact);
    CHECK(result.nodes[1].reason == "dense layer, or 1x1 convolution for a matrix per sample");
    CHECK(result.nodes[3].classification == node_class::unsupported);
    CHECK(result.nodes[4].op == "Relu");
    CHECK_THAT(result.nodes[4].reason, contains_text("examined by its type only"));
}

TEST_CASE("Families of operators have their own hints", "[converters][onnx]") {
    const auto [op, domain, reason, hint] =
        GENERATE(table<std::string, std::string, std::string, std::string>({
            {"LSTM", "", "recurrent", "feed-forward"},
            {"GRU", "", "recurrent", "feed-forward"},
            {"If", "", "control flow", "branches"},
            {"Loop", "", "control flow", "loops"},
            {"MultiHeadAttention", "com.microsoft", "attention", "convolutional"},
            {"LayerNormalization", "", "statistics of the sample", "BatchNormalization"},
            {"DynamicQuantizeLinear", "", "range of the sample", "statically"},
            {"FusedConv", "com.microsoft", "domain 'com.microsoft'", "standard ONNX"},
            {"Frobnicate", "", "not supported", "operators.md"},
        }));
    onnx_builder m;
    m.input("x", {-1, 2}).node(op, {"x"}, {"y"}).output("y");
    m.model().mutable_graph()->mutable_node(0)->set_domain(domain);
    const auto r = refusals_of(m).at(0);
    CHECK(r.op == (domain.empty() ? op : domain + "." + op));
    CHECK_THAT(r.reason, contains_text(reason));
    CHECK_THAT(r.hint, contains_text(hint));
}

TEST_CASE("Nodes that no output needs are left out, whatever they are", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2}).node("Exp", {"x"}, {"t"}).node("Relu", {"x"}, {"y"}).output("y");
    const auto result = import_model(m);
    CHECK(result.graph.layers.size() == 1);
    CHECK_THAT(result.nodes.at(0).reason, contains_text("left out"));
}

TEST_CASE("A node without a name goes by its first output", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2}).node("Exp", {"x"}, {"y"}).output("y");
    m.model().mutable_graph()->mutable_node(0)->clear_name();
    CHECK(refusals_of(m).at(0).node == "y");
}

TEST_CASE("The message of a refusal lists all nodes", "[converters][onnx]") {
    try {
        import_model(three_refusals());
        FAIL("nothing was thrown");
    } catch (const synfire::unsupported_model& e) {
        const std::string text = e.what();
        CHECK_THAT(text, contains_text("test.onnx"));
        CHECK_THAT(text, contains_text("3 nodes cannot be converted"));
        CHECK_THAT(text, contains_text("node_l (LRN)"));
    }
}
