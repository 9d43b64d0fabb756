// SPDX-License-Identifier: Apache-2.0
// Models whose frame parses but whose graph or numbers are broken.
#include <limits>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;

namespace {

onnx_builder chain() {
    onnx_builder m;
    m.input("x", {-1, 2}).weights("w", {2, 2}, {1, 2, 3, 4});
    m.node("MatMul", {"x", "w"}, {"h"}).node("Relu", {"h"}, {"y"}).output("y");
    return m;
}

onnx::GraphProto& graph(onnx_builder& m) { return *m.model().mutable_graph(); }

}  // namespace

TEST_CASE(
    "Dimensions other than the batch must be fixed, and the message names input and dimension",
    "[converters][onnx]") {
    onnx_builder m;
    m.input("image", {-1, 1, -1, 28}).node("Relu", {"image"}, {"y"}).output("y");
    const auto facts = bad_input_of(m);
    CHECK(facts.where == "test.onnx: input 'image'");
    CHECK(facts.what == "dimension 2 is not fixed");
    CHECK(facts.found == "['N', 1, 'N', 28]");
    CHECK_FALSE(facts.hint.empty());
}

TEST_CASE("A batch that is symbolic, unknown, zero or any number is any batch",
          "[converters][onnx]") {
    const std::int64_t batch = GENERATE(-1, 0, 1, 64);
    onnx_builder m;
    m.input("x", {batch, 2}).node("Relu", {"x"}, {"y"}).output("y");
    CHECK(run_model(m, {-1, 2}) == std::vector<float>{0, 2});
    graph(m)
        .mutable_input(0)
        ->mutable_type()
        ->mutable_tensor_type()
        ->mutable_shape()
        ->mutable_dim(0)
        ->Clear();
    CHECK(run_model(m, {-1, 2}) == std::vector<float>{0, 2});
}

TEST_CASE("Inputs without a shape, without axes or of text are bad input", "[converters][onnx]") {
    auto none = chain();
    graph(none).mutable_input(0)->mutable_type()->mutable_tensor_type()->clear_shape();
    CHECK(bad_input_of(none).what == "has no shape");
    auto text = chain();
    graph(text).mutable_input(0)->mutable_type()->mutable_tensor_type()->set_elem_type(
        onnx::TensorProto::STRING);
    CHECK(bad_input_of(text).what == "is not a tensor of numbers");
    auto sequence = chain();
    graph(sequence).mutable_input(0)->mutable_type()->mutable_sequence_type();
    CHECK(bad_input_of(sequence).what == "is not a tensor of numbers");
    auto huge = chain();
    auto& dim = *graph(huge)
                     .mutable_input(0)
                     ->mutable_type()
                     ->mutable_tensor_type()
                     ->mutable_shape()
                     ->mutable_dim(1);
    dim.set_dim_value(std::int64_t{1} << 62);
    CHECK(bad_input_of(huge).what == "is too large");
    auto empty = chain();
    graph(empty).clear_input();
    CHECK(bad_input_of(empty).what == "an input has no source");
}

TEST_CASE("Weights that are not finite are named with the element", "[converters][onnx]") {
    const float bad =
        GENERATE(std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity());
    auto m = chain();
    graph(m).mutable_initializer(0)->set_float_data(2, bad);
    const auto facts = bad_input_of(m);
    CHECK(facts.where == "test.onnx: node 'node_h' (MatMul)");
    CHECK(facts.what == "weight 'w' is not finite");
    CHECK_THAT(facts.found, contains_text("at element 2"));
}

TEST_CASE("Initializers of a wrong size are bad input, typed or raw", "[converters][onnx]") {
    auto typed = chain();
    graph(typed).mutable_initializer(0)->add_float_data(5);
    CHECK(bad_input_of(typed).where == "test.onnx: initializer 'w'");
    CHECK(bad_input_of(typed).found == "5 elements");
    auto raw = chain();
    graph(raw).mutable_initializer(0)->clear_float_data();
    graph(raw).mutable_initializer(0)->set_raw_data("123456789");
    CHECK(bad_input_of(raw).found == "9 bytes");
    CHECK(bad_input_of(raw).expected == "16 bytes of float");
    auto missing = chain();
    graph(missing).mutable_initializer(0)->clear_float_data();
    CHECK(bad_input_of(missing).found == "0 elements");
    auto overflow = chain();
    graph(overflow).mutable_initializer(0)->set_dims(0, std::int64_t{1} << 62);
    CHECK(bad_input_of(overflow).what == "impossible shape");
    auto negative = chain();
    graph(negative).mutable_initializer(0)->set_dims(0, -2);
    CHECK(bad_input_of(negative).what == "impossible shape");
}

TEST_CASE("Names with two sources are bad input", "[converters][onnx]") {
    auto initializers = chain();
    *graph(initializers).add_initializer() = graph(initializers).initializer(0);
    CHECK(bad_input_of(initializers).what == "two initializers have the same name");
    auto inputs = chain();
    *graph(inputs).add_input() = graph(inputs).input(0);
    CHECK(bad_input_of(inputs).what == "an input has no name or one that is taken");
    auto named = chain();
    *graph(named).add_output() = graph(named).output(0);
    CHECK(bad_input_of(named).what == "two outputs have the same name");
    auto outputs = chain();
    graph(outputs).mutable_node(1)->set_output(0, "h");
    CHECK(bad_input_of(outputs).what == "a value is produced twice");
    auto shadow = chain();
    graph(shadow).mutable_node(1)->set_output(0, "w");
    CHECK(bad_input_of(shadow).what == "a value is produced twice");
}

TEST_CASE("Cycles, wrong order and missing sources are told apart", "[converters][onnx]") {
    auto cycle = chain();
    graph(cycle).mutable_node(0)->set_input(0, "y");
    CHECK(bad_input_of(cycle).what == "the graph has a cycle");
    auto self = chain();
    graph(self).mutable_node(1)->set_input(0, "y");
    CHECK(bad_input_of(self).what == "the graph has a cycle");
    auto order = chain();
    graph(order).mutable_node()->SwapElements(0, 1);
    CHECK(bad_input_of(order).what == "nodes are not in order");
    auto missing = chain();
    graph(missing).mutable_node(1)->set_input(0, "elsewhere");
    CHECK(bad_input_of(missing).what == "an input has no source");
    CHECK(bad_input_of(missing).found == "elsewhere");
    auto output = chain();
    graph(output).mutable_output(0)->set_name("elsewhere");
    CHECK(bad_input_of(output).what == "an output has no source");
    auto none = chain();
    graph(none).clear_output();
    CHECK(bad_input_of(none).what == "the graph has no outputs");
}

TEST_CASE("Attributes that do not exist, are doubled or have another type are bad input",
          "[converters][onnx]") {
    const auto with = [](const std::vector<onnx_attribute>& attributes) {
        onnx_builder m;
        m.input("x", {-1, 1, 4}).node("MaxPool", {"x"}, {"y"}, attributes).output("y");
        return bad_input_of(m).what;
    };
    const onnx_attribute kernel{"kernel_shape", std::vector<std::int64_t>{2}};
    CHECK(with({kernel, {"colour", std::int64_t{1}}})
          == "attribute 'colour' does not exist in this operator set");
    CHECK(with({kernel, kernel}) == "attribute 'kernel_shape' is given twice");
    CHECK(with({kernel, {"ceil_mode", 1.0F}}) == "attribute 'ceil_mode' has a wrong type");
    CHECK(with({}) == "required attribute 'kernel_shape' is missing");
}

TEST_CASE("Too few and too many inputs and outputs are bad input", "[converters][onnx]") {
    onnx_builder few;
    few.input("x", {-1, 2}).node("Gemm", {"x"}, {"y"}).output("y");
    CHECK(bad_input_of(few).what == "an input is missing");
    onnx_builder many;
    many.input("x", {-1, 2}).node("Relu", {"x", "x"}, {"y"}).output("y");
    CHECK(bad_input_of(many).what == "has too many inputs");
    onnx_builder outputs;
    outputs.input("x", {-1, 2}).node("Relu", {"x"}, {"y", "z"}).output("y");
    CHECK(bad_input_of(outputs).what == "has too many outputs");
}

TEST_CASE("Declared outputs must agree with the operators", "[converters][onnx]") {
    const int opset = GENERATE(17, 20);
    onnx_builder m(opset, opset > 17 ? 9 : 8);
    m.input("x", {-1, 2}).node("Relu", {"x"}, {"y"}).output("y", {-1, 3});
    const auto facts = bad_input_of(m);
    CHECK(facts.what == "declared shape contradicts the operators");
    CHECK(facts.found == "['N', 3]");
    CHECK(facts.expected == "[batch, 2]");
}

TEST_CASE("Outputs that do not depend on the input are bad input", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2}).node("Shape", {"x"}, {"y"}).output("y");
    CHECK(bad_input_of(m).what == "does not depend on the input");
}

TEST_CASE("libonnx's checker has a say where it knows the versions", "[converters][onnx]") {
    auto m = chain();
    graph(m).clear_name();  // a rule that only the checker has
    CHECK(bad_input_of(m).what == "rejected by the ONNX checker");
    m.model().set_ir_version(10);
    CHECK_NOTHROW(import_model(m));
}

TEST_CASE("Tensors that would fill the memory are refused", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 1, 1, 1}).integers("p", {8}, {0, 0, 0, 0, 0, 0, 1 << 20, 1 << 20});
    m.node("Pad", {"x", "p"}, {"y"}).output("y");
    CHECK(bad_input_of(m).what == "impossible shape of an output");
    onnx_builder many;
    many.input("x", {-1, 1}).integers("p", {4}, {0, 0, 0, 10 << 20});
    std::string last = "x";
    for (int i = 0; i < 6; ++i) {
        const std::string next = "y" + std::to_string(i);
        many.node("Pad", {"x", "p"}, {next});
        last = next;
    }
    synfire::converters::import_limits limits;
    limits.total_elements = 1 << 20;
    many.output(last);
    const std::string bytes = many.bytes();
    const auto import_limited = [&] {
        synfire::converters::import_onnx({std::as_bytes(std::span(bytes)), "test.onnx", ""},
                                         limits);
    };
    CHECK(bad_input_of(import_limited).what == "the model is too large");
}
