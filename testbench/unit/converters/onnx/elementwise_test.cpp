// SPDX-License-Identifier: Apache-2.0
// Arithmetic with constants and between values, BatchNormalization, Relu and Clip.
#include <variant>

#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using namespace synfire::converters;

namespace {

onnx_builder with_constant(const std::string& op, bool constant_first, const onnx_dims& shape,
                           const std::vector<float>& values,
                           const onnx_dims& input = {-1, 2, 1, 2}) {
    onnx_builder m;
    m.input("x", input).weights("c", shape, values);
    m.node(op,
           constant_first ? std::vector<std::string>{"c", "x"} : std::vector<std::string>{"x", "c"},
           {"y"});
    m.output("y");
    return m;
}

const affine& affine_of(const model_graph& g) { return std::get<affine>(g.layers.at(0).op); }

}  // namespace

TEST_CASE("Arithmetic with one constant works on both sides", "[converters][onnx]") {
    const auto [op, first, expected] = GENERATE(table<std::string, bool, std::vector<float>>({
        {"Add", false, {5, 6, 7, 8}},
        {"Add", true, {5, 6, 7, 8}},
        {"Sub", false, {-3, -2, -1, 0}},
        {"Sub", true, {3, 2, 1, 0}},
        {"Mul", false, {4, 8, 12, 16}},
        {"Mul", true, {4, 8, 12, 16}},
        {"Div", false, {0.25F, 0.5F, 0.75F, 1}},
    }));
    CHECK(run_model(with_constant(op, first, {}, {4}), {1, 2, 3, 4}) == expected);
}

TEST_CASE("Constants are kept as one value, one per channel or one per element",
          "[converters][onnx]") {
    const auto [shape, values, entries, expected] =
        GENERATE(table<onnx_dims, std::vector<float>, std::size_t, std::vector<float>>({
            {{1}, {5}, 1, {6, 7, 8, 9}},
            {{2, 1, 1}, {10, 20}, 2, {11, 12, 23, 24}},
            {{1, 2, 1, 1}, {10, 20}, 2, {11, 12, 23, 24}},
            {{2}, {10, 20}, 4, {11, 22, 13, 24}},
            {{2, 1, 2}, {1, 2, 3, 4}, 4, {2, 4, 6, 8}},
            {{2, 1, 2}, {7, 7, 9, 9}, 2, {8, 9, 12, 13}},
        }));
    const auto m = with_constant("Add", false, shape, values);
    CHECK(affine_of(import_model(m).graph).offset.size() == entries);
    CHECK(run_model(m, {1, 2, 3, 4}) == expected);
}

TEST_CASE("A constant with more elements than the value repeats the value", "[converters][onnx]") {
    const auto m = with_constant("Mul", false, {2, 3}, {1, 2, 3, 4, 5, 6}, {-1, 2, 1});
    CHECK(output_item(m) == dims{2, 3});
    CHECK(run_model(m, {10, 100}) == std::vector<float>{10, 20, 30, 400, 500, 600});
}

TEST_CASE("Constants that differ between samples, and divisions by values, are refused",
          "[converters][onnx]") {
    CHECK_THAT(refusals_of(with_constant("Add", false, {3, 2}, counting(6), {3, 2})).at(0).reason,
               contains_text("differs between the samples"));
    CHECK_THAT(refusals_of(with_constant("Add", false, {1, 1, 2}, {1, 2}, {-1, 2})).at(0).reason,
               contains_text("more axes than the value"));
    CHECK_THAT(refusals_of(with_constant("Div", true, {}, {1})).at(0).reason,
               contains_text("divides by a value"));
}

TEST_CASE("Division by a constant zero is bad input", "[converters][onnx]") {
    CHECK(bad_input_of(with_constant("Div", false, {2, 1, 1}, {1, 0})).what == "divides by zero");
}

TEST_CASE("Values are added and subtracted element by element", "[converters][onnx]") {
    const auto [op, expected] = GENERATE(table<std::string, std::vector<float>>({
        {"Add", {3, 6}},
        {"Sub", {-1, -2}},
        {"Sum", {3, 6}},
    }));
    onnx_builder m;
    m.input("x", {-1, 2})
        .weights("two", {}, {2})
        .node("Mul", {"x", "two"}, {"d"})
        .node(op, {"x", "d"}, {"y"});
    m.output("y");
    CHECK(run_model(m, {1, 2}) == expected);
}

TEST_CASE("Sum adds any number of values, a value to itself too", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2}).node("Sum", {"x", "x", "x"}, {"y"}).output("y");
    CHECK(run_model(m, {1, 2}) == std::vector<float>{3, 6});
}

TEST_CASE("A value of one cell per channel is added to every cell", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 1, 2})
        .node("GlobalMaxPool", {"x"}, {"m"})
        .node("Add", {"m", "x"}, {"y"})
        .output("y");
    CHECK(run_model(m, {1, 2, 3, 5}) == std::vector<float>{3, 4, 8, 10});
}

TEST_CASE("Values of other ranks and products of values are refused", "[converters][onnx]") {
    onnx_builder ranks;
    ranks.input("x", {-1, 2, 2})
        .node("Flatten", {"x"}, {"f"})
        .node("Add", {"x", "f"}, {"y"})
        .output("y");
    CHECK_THAT(refusals_of(ranks).at(0).reason, contains_text("aligned across the batch axis"));
    onnx_builder gate;
    gate.input("x", {-1, 2}).weights("w", {2, 2}, {1, 2, 3, 4});
    gate.node("MatMul", {"x", "w"}, {"h"}).node("Mul", {"x", "h"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(gate).at(0).reason, contains_text("a gate"));
}

TEST_CASE("BatchNormalization becomes one scale and offset per channel", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 1, 2}).weights("scale", {2}, {2, 3}).weights("bias", {2}, {1, -1});
    m.weights("mean", {2}, {1, 2}).weights("var", {2}, {3.75F, 0.75F});
    m.node("BatchNormalization", {"x", "scale", "bias", "mean", "var"}, {"y"}, {{"epsilon", 0.25F}})
        .output("y");
    const auto graph = import_model(m).graph;
    CHECK(close(affine_of(graph).scale, {1, 3}));
    CHECK(close(affine_of(graph).offset, {0, -7}));
    CHECK(close(run_graph(graph, {1, 2, 3, 4}), {1, 2, 2, 5}));
}

TEST_CASE("BatchNormalization in training mode is refused, before and after operator set 14",
          "[converters][onnx]") {
    const std::vector<std::string> inputs{"x", "s", "s", "s", "s"};
    onnx_builder recent(14);
    recent.input("x", {-1, 1}).weights("s", {1}, {1});
    recent.node("BatchNormalization", inputs, {"y"}, {{"training_mode", std::int64_t{1}}})
        .output("y");
    CHECK_THAT(refusals_of(recent).at(0).reason, contains_text("training mode"));
    onnx_builder old(9);
    old.input("x", {-1, 1}).weights("s", {1}, {1});
    old.node("BatchNormalization", inputs, {"y", "m"}).output("y").output("m");
    CHECK_THAT(refusals_of(old).at(0).reason, contains_text("training mode"));
}

TEST_CASE("BatchNormalization with a variance of zero or other sizes is bad input",
          "[converters][onnx]") {
    onnx_builder zero;
    zero.input("x", {-1, 1}).weights("s", {1}, {1}).weights("v", {1}, {-1});
    zero.node("BatchNormalization", {"x", "s", "s", "s", "v"}, {"y"}).output("y");
    CHECK_THAT(bad_input_of(zero).what, contains_text("not positive"));
    onnx_builder sizes;
    sizes.input("x", {-1, 2}).weights("s", {1}, {1});
    sizes.node("BatchNormalization", {"x", "s", "s", "s", "s"}, {"y"}).output("y");
    CHECK_THAT(bad_input_of(sizes).what, contains_text("scale does not fit the channels"));
}

TEST_CASE("Relu removes negative values and Clip from zero does the same", "[converters][onnx]") {
    onnx_builder relus;
    relus.input("x", {-1, 3}).node("Relu", {"x"}, {"y"}).output("y");
    CHECK(run_model(relus, {-1, 0, 2}) == std::vector<float>{0, 0, 2});
    onnx_builder clips;
    clips.input("x", {-1, 3})
        .weights("zero", {}, {0})
        .node("Clip", {"x", "zero"}, {"y"})
        .output("y");
    CHECK(run_model(clips, {-1, 0, 2}) == std::vector<float>{0, 0, 2});
    onnx_builder old(9);
    old.input("x", {-1, 3}).node("Clip", {"x"}, {"y"}, {{"min", 0.0F}}).output("y");
    CHECK(run_model(old, {-1, 0, 2}) == std::vector<float>{0, 0, 2});
}

TEST_CASE("Clip has an upper bound, and others by table", "[converters][onnx]") {
    const auto [low, high, expected] = GENERATE(table<float, float, std::vector<float>>({
        {0, 6, {0, 0, 2, 6}},
        {-1, 1, {-1, 0, 1, 1}},
        {1, 3, {1, 1, 2, 3}},
        {-3.4028235e38F, 3, {-2, 0, 2, 3}},
    }));
    onnx_builder m;
    m.input("x", {-1, 4}).weights("low", {}, {low}).weights("high", {}, {high});
    m.node("Clip", {"x", "low", "high"}, {"y"}).output("y");
    CHECK(run_model(m, {-2, 0, 2, 7}) == expected);
    CHECK(std::holds_alternative<relu>(import_model(m).graph.layers.at(0).op) == (low == 0.0F));
}
