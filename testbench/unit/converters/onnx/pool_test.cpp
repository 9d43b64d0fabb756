// SPDX-License-Identifier: Apache-2.0
// Pooling with hand-computed values: padding, rounding up, dilation, counting of pads.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::dims;

namespace {

using ints = std::vector<std::int64_t>;
using attributes = std::vector<onnx_attribute>;

onnx_builder line(const std::string& op, std::int64_t width, const attributes& given,
                  int opset = 17) {
    onnx_builder m(opset, opset > 17 ? 10 : 8);
    m.input("x", {-1, 1, 1, width}).node(op, {"x"}, {"y"}, given).output("y");
    return m;
}

const std::int64_t on = 1;

}  // namespace

TEST_CASE("MaxPool takes the largest of each window and padding never wins", "[converters][onnx]") {
    const auto m =
        line("MaxPool", 4,
             {{"kernel_shape", ints{1, 3}}, {"strides", ints{1, 2}}, {"pads", ints{0, 1, 0, 1}}});
    CHECK(run_model(m, {-4, -3, -2, -1}) == std::vector<float>{-3, -1});
}

TEST_CASE("MaxPool reads every second cell where dilated", "[converters][onnx]") {
    const auto m = line("MaxPool", 5, {{"kernel_shape", ints{1, 2}}, {"dilations", ints{1, 3}}});
    CHECK(run_model(m, {1, 9, 3, 4, 5}) == std::vector<float>{4, 9});
}

TEST_CASE("MaxPool rounds up only with ceil_mode, and never starts in the end padding",
          "[converters][onnx]") {
    const attributes kernel{{"kernel_shape", ints{1, 2}}, {"strides", ints{1, 2}}};
    CHECK(run_model(line("MaxPool", 5, kernel), {1, 2, 3, 4, 5}) == std::vector<float>{2, 4});
    attributes up = kernel;
    up.push_back({"ceil_mode", on});
    CHECK(run_model(line("MaxPool", 5, up), {1, 2, 3, 4, 5}) == std::vector<float>{2, 4, 5});
    // Windows start at -1, 1, 3, 5; the input ends at 4, so that the last one would lie in the
    // padding.
    up.push_back({"pads", ints{0, 1, 0, 1}});
    const int opset = GENERATE(13, 22);
    CHECK(run_model(line("MaxPool", 5, up, opset), {1, 2, 3, 4, 5}) == std::vector<float>{1, 3, 5});
}

TEST_CASE("MaxPool with auto_pad SAME covers the input", "[converters][onnx]") {
    const attributes base{{"kernel_shape", ints{1, 2}}, {"strides", ints{1, 2}}};
    attributes upper = base;
    upper.push_back({"auto_pad", std::string("SAME_UPPER")});
    CHECK(run_model(line("MaxPool", 3, upper), {1, 2, 3}) == std::vector<float>{2, 3});
    attributes lower = base;
    lower.push_back({"auto_pad", std::string("SAME_LOWER")});
    CHECK(run_model(line("MaxPool", 3, lower), {1, 2, 3}) == std::vector<float>{1, 3});
}

TEST_CASE("MaxPool over one spatial axis keeps its rank", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 4})
        .node("MaxPool", {"x"}, {"y"}, {{"kernel_shape", ints{2}}, {"strides", ints{2}}});
    m.output("y");
    CHECK(output_item(m) == dims{2, 2});
    CHECK(run_model(m, counting(8)) == std::vector<float>{2, 4, 6, 8});
}

TEST_CASE("MaxPool refuses used indices and windows in the padding", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 1, 2, 2});
    m.node("MaxPool", {"x"}, {"y", "where"}, {{"kernel_shape", ints{2, 2}}})
        .output("y")
        .output("where");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text("Indices"));
    const auto padded =
        line("MaxPool", 3, {{"kernel_shape", ints{1, 2}}, {"pads", ints{0, 2, 0, 0}}});
    CHECK_THAT(refusals_of(padded).at(0).reason, contains_text("wholly in the padding"));
}

TEST_CASE("AveragePool counts pads only where it is told to", "[converters][onnx]") {
    attributes given{{"kernel_shape", ints{1, 3}}, {"pads", ints{0, 1, 0, 1}}};
    CHECK(close(run_model(line("AveragePool", 3, given), {3, 6, 9}), {4.5F, 6, 7.5F}));
    given.push_back({"count_include_pad", on});
    CHECK(close(run_model(line("AveragePool", 3, given), {3, 6, 9}), {3, 6, 5}));
}

TEST_CASE("AveragePool does not count cells that only ceil_mode adds", "[converters][onnx]") {
    attributes given{{"kernel_shape", ints{1, 2}}, {"strides", ints{1, 2}}, {"ceil_mode", on}};
    CHECK(close(run_model(line("AveragePool", 3, given), {1, 3, 8}), {2, 8}));
    given.push_back({"count_include_pad", on});
    CHECK(close(run_model(line("AveragePool", 3, given), {1, 3, 8}), {2, 8}));
}

TEST_CASE("AveragePool is dilated since operator set 19", "[converters][onnx]") {
    const attributes given{{"kernel_shape", ints{1, 2}}, {"dilations", ints{1, 2}}};
    CHECK(close(run_model(line("AveragePool", 4, given, 19), {1, 2, 5, 8}), {3, 5}));
    CHECK_THAT(bad_input_of(line("AveragePool", 4, given, 18)).what,
               contains_text("'dilations' does not exist in this operator set"));
}

TEST_CASE("Global pooling folds each channel, in one and two axes", "[converters][onnx]") {
    const auto [op, expected] = GENERATE(table<std::string, std::vector<float>>({
        {"GlobalAveragePool", {2.5F, 6.5F}},
        {"GlobalMaxPool", {4, 8}},
    }));
    onnx_builder plane;
    plane.input("x", {-1, 2, 2, 2}).node(op, {"x"}, {"y"}).output("y");
    CHECK(output_item(plane) == dims{2, 1, 1});
    CHECK(close(run_model(plane, counting(8)), expected));
    onnx_builder axis;
    axis.input("x", {-1, 2, 4}).node(op, {"x"}, {"y"}).output("y");
    CHECK(output_item(axis) == dims{2, 1});
    CHECK(close(run_model(axis, counting(8)), expected));
}

TEST_CASE("ReduceMean over the image is a global mean, with axes as attribute or input",
          "[converters][onnx]") {
    const std::int64_t keep = GENERATE(0, 1);
    onnx_builder old(17);
    old.input("x", {-1, 2, 2, 2});
    old.node("ReduceMean", {"x"}, {"y"}, {{"axes", ints{-1, 2}}, {"keepdims", keep}}).output("y");
    onnx_builder recent(18, 10);
    recent.input("x", {-1, 2, 2, 2}).integers("axes", {2}, {2, 3});
    recent.node("ReduceMean", {"x", "axes"}, {"y"}, {{"keepdims", keep}}).output("y");
    for (const onnx_builder& m : {old, recent}) {
        CHECK(output_item(m) == (keep != 0 ? dims{2, 1, 1} : dims{2}));
        CHECK(close(run_model(m, counting(8)), {2.5F, 6.5F}));
    }
}

TEST_CASE("Means and sums over other axes are constant linear maps", "[converters][onnx]") {
    const auto [op, axes, expected] = GENERATE(table<std::string, ints, std::vector<float>>({
        {"ReduceSum", {1}, {6, 8, 10, 12}},
        {"ReduceMean", {1}, {3, 4, 5, 6}},
        {"ReduceSum", {3}, {3, 7, 11, 15}},
        {"ReduceMean", {1, 2, 3}, {4.5F}},
        {"ReduceSum", {2, 3}, {10, 26}},
        {"ReduceMax", {2, 3}, {4, 8}},
    }));
    const std::int64_t keep = GENERATE(0, 1);
    onnx_builder m(12);
    m.input("x", {-1, 2, 2, 2});
    m.node(op, {"x"}, {"y"}, {{"axes", axes}, {"keepdims", keep}}).output("y");
    CHECK(close(run_model(m, counting(8)), expected));
    CHECK(output_item(m).size() == (keep != 0 ? 3 : 3 - axes.size()));
}

TEST_CASE("The batch axis is not reduced, nor the largest value over channels",
          "[converters][onnx]") {
    const auto [op, axes, reason] = GENERATE(table<std::string, ints, std::string>({
        {"ReduceMean", {0, 2, 3}, "reduces the batch axis"},
        {"ReduceMax", {1}, "other axes than the spatial ones"},
    }));
    onnx_builder m;
    m.input("x", {-1, 2, 2, 2}).node(op, {"x"}, {"y"}, {{"axes", axes}}).output("y");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text(reason));
    CHECK_FALSE(refusals_of(m).at(0).hint.empty());
}
