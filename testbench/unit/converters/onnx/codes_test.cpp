// SPDX-License-Identifier: Apache-2.0
// QuantizeLinear, DequantizeLinear and the operators on codes: values and refusals.
#include <cmath>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using namespace synfire::converters;

namespace {

/// Integers of any type as an initializer.
void codes(onnx_builder& m, const std::string& name, const onnx_dims& shape,
           const std::vector<std::int64_t>& values, int type = onnx::TensorProto::UINT8) {
    onnx::TensorProto& t = *m.model().mutable_graph()->add_initializer();
    t.set_name(name);
    t.set_data_type(type);
    for (const std::int64_t d : shape) { t.add_dims(d); }
    for (const std::int64_t v : values) { t.add_int32_data(static_cast<std::int32_t>(v)); }
}

/// An output of codes.
void code_output(onnx_builder& m, const std::string& name) {
    m.output(name);
    m.model()
        .mutable_graph()
        ->mutable_output(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->set_elem_type(onnx::TensorProto::UINT8);
}

void microsoft(onnx_builder& m, int node) {
    m.model().mutable_graph()->mutable_node(node)->set_domain("com.microsoft");
}

/// x [N, 2] quantised to uint8 with scale 0.5 and zero point 10.
onnx_builder quantised_input() {
    onnx_builder m(13);
    m.input("x", {-1, 2}).weights("s", {}, {0.5F});
    codes(m, "z", {}, {10});
    m.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
    return m;
}

}  // namespace

TEST_CASE("QuantizeLinear rounds half to even, adds the zero point and saturates",
          "[converters][onnx]") {
    onnx_builder m = quantised_input();
    code_output(m, "q");
    CHECK(run_model(m, {0.25F, 0.75F}) == std::vector<float>{10.0F, 12.0F});
    CHECK(run_model(m, {1.25F, -0.75F}) == std::vector<float>{12.0F, 8.0F});
    CHECK(run_model(m, {1e6F, -1e6F}) == std::vector<float>{255.0F, 0.0F});
}

TEST_CASE("DequantizeLinear takes the zero point off", "[converters][onnx]") {
    onnx_builder m = quantised_input();
    m.node("DequantizeLinear", {"q", "s", "z"}, {"y"}).output("y");
    CHECK(run_model(m, {3.4F, -2.0F}) == std::vector<float>{3.5F, -2.0F});
}

TEST_CASE("A constant behind DequantizeLinear keeps its integers", "[converters][onnx]") {
    onnx_builder m = quantised_input();
    m.node("DequantizeLinear", {"q", "s", "z"}, {"r"}).weights("ws", {3}, {0.1F, 0.2F, 0.4F});
    codes(m, "w", {3, 2}, {1, -2, 3, 4, -5, 127}, onnx::TensorProto::INT8);
    codes(m, "wz", {3}, {0, 0, 0}, onnx::TensorProto::INT8);
    m.node("DequantizeLinear", {"w", "ws", "wz"}, {"wr"},
           {onnx_attribute{"axis", std::int64_t{0}}});
    m.node("Gemm", {"r", "wr"}, {"y"}, {onnx_attribute{"transB", std::int64_t{1}}}).output("y");
    const auto result = import_model(m);
    const auto& fc = std::get<linear>(result.graph.layers.back().op);
    REQUIRE(fc.stored);
    CHECK(fc.stored->weight_scale == std::vector<float>{0.1F, 0.2F, 0.4F});
    CHECK(close(fc.weights, {0.1F, -0.2F, 0.6F, 0.8F, -2.0F, 50.8F}));
}

TEST_CASE("QLinearMatMul, QLinearConv and QGemm give the codes of their definition",
          "[converters][onnx]") {
    onnx_builder m = quantised_input();
    m.weights("ws", {}, {0.25F}).weights("ys", {}, {2.0F});
    codes(m, "wz", {}, {128});
    codes(m, "yz", {}, {3});
    std::vector<float> expected;
    SECTION("QLinearMatMul") {
        codes(m, "w", {2, 2}, {130, 127, 128, 132});  // 2, -1; 0, 4
        m.node("QLinearMatMul", {"q", "s", "z", "w", "ws", "wz", "ys", "yz"}, {"y"});
        code_output(m, "y");
        // codes 6 and -4 of 0.5: sums 12 and -22, times 0.0625: 0.75 and -1.375
        expected = {4.0F, 2.0F};
    }
    SECTION("QGemm") {
        codes(m, "w", {2, 2}, {130, 128, 127, 132});
        codes(m, "b", {2}, {40, 16}, onnx::TensorProto::INT32);
        m.node("QGemm", {"q", "s", "z", "w", "ws", "wz", "b", "ys", "yz"}, {"y"},
               {onnx_attribute{"transB", std::int64_t{1}}});
        microsoft(m, 1);
        m.output("y");
        // 52 and -6: 3.25 and -0.375
        expected = {6.0F, 3.0F};
    }
    SECTION("QLinearConv") {
        onnx_builder image(13);
        image.input("x", {-1, 1, 1, 2}).weights("s", {}, {0.5F}).weights("ws", {}, {0.25F});
        image.weights("ys", {}, {2.0F});
        codes(image, "z", {}, {10});
        codes(image, "wz", {}, {128});
        codes(image, "yz", {}, {3});
        codes(image, "w", {1, 1, 1, 2}, {138, 148});  // 10, 20
        image.node("QuantizeLinear", {"x", "s", "z"}, {"q"});
        image.node("QLinearConv", {"q", "s", "z", "w", "ws", "wz", "ys", "yz"}, {"y"},
                   {onnx_attribute{"pads", onnx_dims{0, 1, 0, 0}}});
        code_output(image, "y");
        m = image;
        // the padding is real 0: 6 * 20 = 120, 6 * 10 - 4 * 20 = -20; 7.5 rounds to 8, -1.25 to -1
        expected = {11.0F, 2.0F};
    }
    CHECK(run_model(m, {3.0F, -2.0F}) == expected);
}

TEST_CASE("QLinearAdd and QLinearConcat keep their scales apart", "[converters][onnx]") {
    onnx_builder m = quantised_input();
    m.weights("t", {}, {0.25F}).weights("ys", {}, {1.0F});
    codes(m, "tz", {}, {128});
    codes(m, "yz", {}, {100});
    m.node("QuantizeLinear", {"x", "t", "tz"}, {"p"});
    std::vector<float> expected;
    SECTION("sum") {
        m.node("QLinearAdd", {"q", "s", "z", "p", "t", "tz", "ys", "yz"}, {"y"});
        expected = {106.0F, 95.0F};  // 3 + 3; -2.5 - 2.5
    }
    SECTION("joined") {
        m.node("QLinearConcat", {"ys", "yz", "q", "s", "z", "p", "t", "tz"}, {"y"},
               {onnx_attribute{"axis", std::int64_t{1}}});
        expected = {103.0F, 98.0F, 103.0F, 98.0F};  // -2.5 rounds to -2
    }
    microsoft(m, 2);
    m.output("y");
    CHECK(run_model(m, {3.0F, -2.5F}) == expected);
}

TEST_CASE("Codes that cannot be imported are refused", "[converters][onnx]") {
    onnx_builder m(13);
    m.input("x", {-1, 2}).weights("s", {}, {0.5F}).weights("two", {2}, {0.5F, 0.25F});
    codes(m, "z16", {}, {10}, onnx::TensorProto::INT16);
    codes(m, "z", {}, {10});
    codes(m, "zz", {3}, {1, 2, 3});
    SECTION("16 bits") {
        m.node("QuantizeLinear", {"x", "s", "z16"}, {"q"}).output("q");
        CHECK_THAT(refusals_of(m).at(0).reason, contains_text("int16"));
    }
    SECTION("scale that is no constant") {
        m.node("Relu", {"x"}, {"r"}).node("QuantizeLinear", {"x", "r", "z"}, {"q"}).output("q");
        CHECK_THAT(refusals_of(m).back().reason, contains_text("not a constant"));
    }
    SECTION("zero points that do not fit") {
        m.node("QuantizeLinear", {"x", "two", "zz"}, {"q"}).output("q");
        CHECK(bad_input_of(m).what == "scales and zero points differ in number");
    }
    SECTION("negative scale") {
        m.weights("bad", {}, {-0.5F}).node("QuantizeLinear", {"x", "bad", "z"}, {"q"}).output("q");
        CHECK(bad_input_of(m).what == "scales must be positive");
    }
}
