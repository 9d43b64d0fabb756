// SPDX-License-Identifier: Apache-2.0
// Files of today's exporters are newer than libonnx 1.12; our own table decides per operator.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;

namespace {

onnx_builder small_network(int opset, int ir_version) {
    onnx_builder m(opset, ir_version);
    m.input("x", {-1, 1, 4, 4})
        .weights("w", {2, 1, 3, 3}, scattered(18, 1))
        .weights("v", {2, 2}, {1, 2, 3, 4});
    m.node("Conv", {"x", "w"}, {"c"}).node("Relu", {"c"}, {"r"});
    m.node("MaxPool", {"r"}, {"p"}, {{"kernel_shape", std::vector<std::int64_t>{2, 2}}});
    m.node("Flatten", {"p"}, {"f"})
        .node("Gemm", {"f", "v"}, {"g"})
        .node("Softmax", {"g"}, {"y"})
        .output("y", {-1, 2});
    return m;
}

}  // namespace

TEST_CASE("Operator sets 7 to 22 with their IR versions give the same network",
          "[converters][onnx]") {
    const auto reference = run_model(small_network(13, 7), counting(16));
    const auto [opset, ir] = GENERATE(table<int, int>({
        {7, 3},
        {8, 3},
        {9, 4},
        {10, 5},
        {11, 6},
        {12, 7},
        {14, 7},
        {15, 8},
        {16, 8},
        {17, 8},
        {17, 10},
        {18, 8},
        {19, 9},
        {20, 9},
        {20, 10},
        {21, 10},
        {22, 10},
        {22, 11},
    }));
    auto m = small_network(opset, ir);
    if (ir == 3) {  // initializers had to be inputs
        m.input("w", {2, 1, 3, 3})
            .input("v", {2, 2})
            .weights("zero", {2}, {0, 0})
            .input("zero", {2});
        m.model().mutable_graph()->mutable_node(4)->add_input("zero");
    } else if (opset < 11) {
        m.weights("zero", {2}, {0, 0});
        m.model().mutable_graph()->mutable_node(4)->add_input("zero");
    }
    CHECK(run_model(m, counting(16)) == reference);
}

TEST_CASE("Operator sets outside of the table are refused for every node at once",
          "[converters][onnx]") {
    const int opset = GENERATE(6, 23);
    const auto refusals = refusals_of(small_network(opset, 10));
    CHECK(refusals.size() == 6);
    CHECK_THAT(refusals[0].reason, contains_text("is not among 7 .. 22"));
    CHECK(refusals[0].hint == "export with operator set 22");
}

TEST_CASE("Operators that came later are refused in older sets", "[converters][onnx]") {
    onnx_builder m(7, 3);
    m.input("x", {-1, 2})
        .input("s", {2})
        .integers("s", {2}, {1, 2})
        .node("Expand", {"x", "s"}, {"y"})
        .output("y");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text("is not among 8 .. 22"));
}

TEST_CASE("Metadata of the file is kept", "[converters][onnx]") {
    auto m = small_network(20, 10);
    auto& entry = *m.model().add_metadata_props();
    entry.set_key("synfire.scale");
    entry.set_value("0.0625");
    CHECK(import_model(m).graph.metadata.at("synfire.scale") == "0.0625");
}
