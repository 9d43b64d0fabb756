// SPDX-License-Identifier: Apache-2.0
// Gemm and MatMul with hand-computed values.
#include <variant>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::dims;

TEST_CASE("Gemm applies alpha, beta and both layouts of its weights", "[converters][onnx]") {
    const auto [transposed, shape, w] =
        GENERATE(table<std::int64_t, onnx_dims, std::vector<float>>({
            {1, {2, 3}, {1, 2, 3, 4, 5, 6}},
            {0, {3, 2}, {1, 4, 2, 5, 3, 6}},
        }));
    onnx_builder m;
    m.input("x", {-1, 3}).weights("w", shape, w).weights("c", {2}, {10, 20});
    m.node("Gemm", {"x", "w", "c"}, {"y"},
           {{"alpha", 2.0F}, {"beta", 0.5F}, {"transB", transposed}})
        .output("y");
    CHECK(run_model(m, {1, 10, 100}) == std::vector<float>{2 * 321 + 5, 2 * 654 + 10});
}

TEST_CASE("Gemm broadcasts C to all outputs or does without it", "[converters][onnx]") {
    const auto [shape, c, expected] =
        GENERATE(table<onnx_dims, std::vector<float>, std::vector<float>>({
            {{}, {7}, {8, 9}},
            {{1}, {7}, {8, 9}},
            {{1, 1}, {7}, {8, 9}},
            {{1, 2}, {7, 9}, {8, 11}},
        }));
    onnx_builder m;
    m.input("x", {-1, 1}).weights("w", {1, 2}, {1, 2}).weights("c", shape, c);
    m.node("Gemm", {"x", "w", "c"}, {"y"}).output("y");
    CHECK(run_model(m, {1}) == expected);

    onnx_builder without;
    without.input("x", {-1, 1})
        .weights("w", {1, 2}, {1, 2})
        .node("Gemm", {"x", "w"}, {"y"})
        .output("y");
    CHECK(run_model(without, {1}) == std::vector<float>{1, 2});
}

TEST_CASE("Gemm refuses what mixes samples", "[converters][onnx]") {
    onnx_builder turned;
    turned.input("x", {-1, 2}).weights("w", {2, 2}, {1, 2, 3, 4});
    turned.node("Gemm", {"x", "w"}, {"y"}, {{"transA", std::int64_t{1}}}).output("y");
    CHECK_THAT(refusals_of(turned).at(0).reason, contains_text("transA"));

    onnx_builder per_sample;
    per_sample.input("x", {4, 2})
        .weights("w", {2, 2}, {1, 2, 3, 4})
        .weights("c", {4, 1}, {1, 2, 3, 4});
    per_sample.node("Gemm", {"x", "w", "c"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(per_sample).at(0).reason, contains_text("differs between the samples"));
}

TEST_CASE("MatMul by a constant becomes a dense layer and Add its bias", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2})
        .weights("w", {2, 3}, {1, 2, 3, 4, 5, 6})
        .weights("b", {3}, {100, 200, 300});
    m.node("MatMul", {"x", "w"}, {"h"}).node("Add", {"h", "b"}, {"y"}).output("y");
    CHECK(run_model(m, {1, 10}) == std::vector<float>{141, 252, 363});
    const auto graph = import_model(m).graph;
    CHECK(std::holds_alternative<synfire::converters::linear>(graph.layers.at(0).op));
}

TEST_CASE("MatMul on a matrix per sample multiplies every row", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 2})
        .weights("w", {2, 3}, {1, 2, 3, 4, 5, 6})
        .node("MatMul", {"x", "w"}, {"y"})
        .output("y");
    CHECK(output_item(m) == dims{2, 3});
    CHECK(run_model(m, {1, 10, 2, 0}) == std::vector<float>{41, 52, 63, 2, 4, 6});
}

TEST_CASE("MatMul with the constant on the left multiplies every column", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 2})
        .weights("w", {3, 2}, {1, 2, 3, 4, 5, 6})
        .node("MatMul", {"w", "x"}, {"y"})
        .output("y");
    CHECK(output_item(m) == dims{3, 2});
    CHECK(run_model(m, {1, 10, 2, 0}) == std::vector<float>{5, 10, 11, 30, 17, 50});
}

TEST_CASE("MatMul of two values is refused as attention", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 2}).node("MatMul", {"x", "x"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text("both factors depend on the input"));
}

TEST_CASE("Gemm and MatMul with other inner dimensions are bad input", "[converters][onnx]") {
    const std::string op = GENERATE("Gemm", "MatMul");
    onnx_builder m;
    m.input("x", {-1, 3})
        .weights("w", {2, 2}, {1, 2, 3, 4})
        .node(op, {"x", "w"}, {"y"})
        .output("y");
    const synfire::error_facts facts = bad_input_of(m);
    CHECK(facts.what == "inner dimensions differ");
    CHECK(facts.found == "3 inputs");
    CHECK(facts.expected == "2 rows of weights");
}

TEST_CASE("Gemm on an image asks for a Flatten", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 1, 2, 2})
        .weights("w", {4, 2}, std::vector<float>(8, 1))
        .node("Gemm", {"x", "w"}, {"y"});
    m.output("y");
    CHECK_THAT(bad_input_of(m).hint, contains_text("Flatten"));
}
