// SPDX-License-Identifier: Apache-2.0
// Folding of constants, and shapes that the graph computes from an input with an unknown batch.
#include <limits>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::dims;

namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

using ints = std::vector<std::int64_t>;
const std::int64_t one = 1;
const std::int64_t zero = 0;

onnx_builder image(int opset = 17) {
    onnx_builder m(opset, opset > 17 ? 10 : 8);
    m.input("x", {-1, 2, 3, 4});
    return m;
}

/// Adds Reshape(x, shape) and the output; the test sees the item of the result.
dims reshaped_item(onnx_builder& m) {
    m.node("Reshape", {"x", "shape"}, {"y"}).output("y");
    return output_item(m);
}

/// A graph whose Pad amount is `expression` of the constants a and b; the result has 1 + amount
/// cells.
std::int64_t evaluated(const std::string& op, std::int64_t a, std::int64_t b) {
    onnx_builder m;
    m.input("x", {-1, 1})
        .integers("a", {1}, {a})
        .integers("b", {1}, {b})
        .integers("zeros", {3}, {0, 0, 0});
    m.node(op, {"a", "b"}, {"r"}).node("Concat", {"zeros", "r"}, {"p"}, {{"axis", zero}});
    m.node("Pad", {"x", "p"}, {"y"}).output("y");
    return output_item(m).at(0) - 1;
}

}  // namespace

TEST_CASE("Reshape to [Shape(x)[0], -1] works for any batch", "[converters][onnx]") {
    auto m = image();
    m.integers("i", {}, {0}).integers("axis", {1}, {0}).integers("rest", {1}, {-1});
    m.node("Shape", {"x"}, {"s"})
        .node("Gather", {"s", "i"}, {"n"})
        .node("Unsqueeze", {"n", "axis"}, {"n1"});
    m.node("Concat", {"n1", "rest"}, {"shape"}, {{"axis", zero}});
    CHECK(reshaped_item(m) == dims{24});
}

TEST_CASE("Shapes keep the batch through slices, casts and products", "[converters][onnx]") {
    auto m = image();
    m.integers("s0", {1}, {0})
        .integers("s1", {1}, {1})
        .integers("end", {1}, {9})
        .weights("half", {1}, {0.5F});
    m.node("Shape", {"x"}, {"s"})
        .node("Slice", {"s", "s0", "s1"}, {"n"})
        .node("Slice", {"s", "s1", "end"}, {"rest"});
    m.node("Cast", {"rest"}, {"f"}, {{"to", one}})
        .node("Mul", {"f", "half"}, {"h"})
        .node("Floor", {"h"}, {"r"});
    m.node("Cast", {"r"}, {"i"}, {{"to", std::int64_t{7}}});  // 1, 1, 2
    m.integers("all", {1}, {-1}).node("Concat", {"n", "i", "all"}, {"shape"}, {{"axis", zero}});
    CHECK(reshaped_item(m) == dims{1, 1, 2, 12});
}

TEST_CASE("The number of elements divided by the batch is the size of a sample",
          "[converters][onnx]") {
    auto m = image();
    m.integers("i", {1}, {0});
    m.node("Size", {"x"}, {"all"}).node("Shape", {"x"}, {"s"}).node("Gather", {"s", "i"}, {"n"});
    m.node("Div", {"all", "n"}, {"per"}).node("Concat", {"n", "per"}, {"shape"}, {{"axis", zero}});
    CHECK(reshaped_item(m) == dims{24});
}

TEST_CASE("The product of a shape counts the batch once", "[converters][onnx]") {
    auto m = image();
    m.integers("i", {1}, {0});
    m.node("Shape", {"x"}, {"s"})
        .node("ReduceProd", {"s"}, {"all"})
        .node("Gather", {"s", "i"}, {"n"});
    m.node("Div", {"all", "n"}, {"per"}).node("Concat", {"n", "per"}, {"shape"}, {{"axis", zero}});
    CHECK(reshaped_item(m) == dims{24});
}

TEST_CASE("Shape gives a part of the axes since operator set 15", "[converters][onnx]") {
    auto m = image(15);
    m.integers("all", {1}, {-1});
    m.node("Shape", {"x"}, {"n"}, {{"end", one}})
        .node("Shape", {"x"}, {"w"}, {{"start", std::int64_t{-1}}});
    m.node("Concat", {"n", "w", "all"}, {"shape"}, {{"axis", zero}});
    CHECK(reshaped_item(m) == dims{4, 6});
}

TEST_CASE("Expand to a shape that the exporter guards with Equal and Where", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 1})
        .integers("want", {3}, {-1, 2, 5})
        .integers("minus", {}, {-1})
        .integers("n", {1}, {3});
    m.node("Shape", {"x"}, {"s"}).node("Equal", {"want", "minus"}, {"open"});
    m.node("ConstantOfShape", {"n"}, {"ones"}, {{"value", integer_tensor("", {1}, {1})}});
    m.node("Where", {"open", "ones", "want"}, {"target"})
        .node("Expand", {"x", "target"}, {"y"})
        .output("y");
    CHECK(output_item(m) == dims{2, 5});
    onnx_builder batch;
    batch.input("x", {-1, 2, 1}).integers("minus", {}, {-1}).integers("want", {3}, {1, 2, 5});
    batch.node("Shape", {"x"}, {"s"}).node("Equal", {"s", "minus"}, {"open"});
    batch.node("Where", {"open", "s", "want"}, {"target"})
        .node("Expand", {"x", "target"}, {"y"})
        .output("y");
    CHECK(output_item(batch) == dims{2, 5});
}

TEST_CASE("Constants that are no multiple of the batch are refused", "[converters][onnx]") {
    const std::string op = GENERATE("Add", "Greater");
    auto m = image();
    m.integers("i", {1}, {0}).integers("five", {1}, {5}).integers("rest", {1}, {-1});
    m.node("Shape", {"x"}, {"s"})
        .node("Gather", {"s", "i"}, {"n"})
        .node(op, {"n", "five"}, {"odd"});
    m.node("Cast", {"odd"}, {"o"}, {{"to", std::int64_t{7}}});
    m.node("Concat", {"o", "rest"}, {"shape"}, {{"axis", zero}})
        .node("Reshape", {"x", "shape"}, {"y"})
        .output("y");
    const auto refusals = refusals_of(m);
    REQUIRE(refusals.size() == 1);
    CHECK(refusals[0].node == "node_odd");
    CHECK_THAT(refusals[0].reason, contains_text("depends on the batch size"));
}

TEST_CASE("Integer arithmetic is exact and divides towards zero", "[converters][onnx]") {
    CHECK(evaluated("Add", 3, 4) == 7);
    CHECK(evaluated("Sub", 9, 4) == 5);
    CHECK(evaluated("Mul", 3, 4) == 12);
    CHECK(evaluated("Div", 14, 4) == 3);
    CHECK(evaluated("Div", -14, -4) == 3);
}

TEST_CASE("Integer overflow and division by zero are bad input", "[converters][onnx]") {
    const auto [op, a, b] = GENERATE(table<std::string, std::int64_t, std::int64_t>({
        {"Add", most, 1},
        {"Sub", -most, 2},
        {"Mul", most, 2},
        {"Div", -most - 1, -1},
        {"Div", 1, 0},
    }));
    CHECK_FALSE(bad_input_of([&, o = op, x = a, y = b] { evaluated(o, x, y); }).what.empty());
}

TEST_CASE("Range, Neg, Ceil, Transpose and Constant are folded", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 3})
        .integers("start", {}, {2})
        .integers("stop", {}, {-1})
        .integers("step", {}, {-1});
    m.node("Range", {"start", "stop", "step"}, {"r"});  // 2 1 0
    m.node("Neg", {"r"}, {"n"}).node("Neg", {"n"}, {"i"});
    m.node("Gather", {"x", "i"}, {"g"}, {{"axis", one}});
    m.node("Constant", {}, {"c"}, {{"value_floats", std::vector<float>{0.5F, 1.5F, 2.5F}}});
    m.node("Ceil", {"c"}, {"up"})
        .node("Transpose", {"up"}, {"t"})
        .node("Mul", {"g", "t"}, {"y"})
        .output("y");
    CHECK(run_model(m, {1, 10, 100}) == std::vector<float>{100, 20, 3});
}

TEST_CASE("Weights may be computed: reshaped, scaled, transposed", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2})
        .weights("w", {6}, counting(6))
        .integers("s", {2}, {3, -1})
        .weights("two", {}, {2});
    m.node("Reshape", {"w", "s"}, {"r"}).node("Mul", {"r", "two"}, {"d"});
    m.node("Transpose", {"d"}, {"t"}, {{"perm", ints{1, 0}}})
        .node("MatMul", {"x", "t"}, {"y"})
        .output("y");
    CHECK(run_model(m, {1, 10}) == std::vector<float>{2 * 21, 2 * 43, 2 * 65});
    const auto nodes = import_model(m).nodes;
    CHECK(nodes[0].reason == "folded into a constant");
    CHECK(nodes[3].reason != "folded into a constant");
}

TEST_CASE("Half precision, double and 8-bit initializers are decoded", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2}).node("Mul", {"x", "h"}, {"a"}).node("Add", {"a", "d"}, {"y"}).output("y");
    auto& half = *m.model().mutable_graph()->add_initializer();
    half.set_name("h");
    half.set_data_type(onnx::TensorProto::FLOAT16);
    half.add_dims(2);
    half.set_raw_data(std::string("\x00\x3C\x00\xC1", 4));  // 1.0, -2.5
    auto& wide = *m.model().mutable_graph()->add_initializer();
    wide.set_name("d");
    wide.set_data_type(onnx::TensorProto::DOUBLE);
    wide.add_double_data(0.25);
    m.model().mutable_graph()->mutable_node(0)->set_op_type("Mul");
    m.model().set_ir_version(10);
    m.model().mutable_opset_import(0)->set_version(20);  // libonnx would mind the mixed types
    CHECK(run_model(m, {3, 2}) == std::vector<float>{3.25F, -4.75F});
}
