// SPDX-License-Identifier: Apache-2.0
// Transpose, Slice, Pad, Concat, Split, Gather, Expand, with C, H and W all different.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::dims;

namespace {

using ints = std::vector<std::int64_t>;
using floats = std::vector<float>;

onnx_builder line(std::int64_t size, int opset = 17) {
    onnx_builder m(opset, opset > 17 ? 10 : 8);
    m.input("x", {-1, size});
    return m;
}

}  // namespace

TEST_CASE("Transpose to channel last moves every element", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 3, 4})
        .node("Transpose", {"x"}, {"y"}, {{"perm", ints{0, 2, 3, 1}}})
        .output("y");
    CHECK(output_item(m) == dims{3, 4, 2});
    floats expected;
    for (int p = 0; p < 12; ++p) {
        for (int c = 0; c < 2; ++c) { expected.push_back(static_cast<float>(c * 12 + p + 1)); }
    }
    CHECK(run_model(m, counting(24)) == expected);
}

TEST_CASE("Transpose that moves the batch axis is refused", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 3}).node("Transpose", {"x"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text("moves the batch axis"));
}

TEST_CASE("Slice takes starts, ends, steps and negative numbers as ONNX clamps them",
          "[converters][onnx]") {
    const auto [start, end, step, expected] =
        GENERATE(table<std::int64_t, std::int64_t, std::int64_t, floats>({
            {1, 3, 1, {2, 3}},
            {0, 1000, 2, {1, 3, 5}},
            {-2, 1000, 1, {4, 5}},
            {-1, -1000, -2, {5, 3, 1}},
            {3, 0, -1, {4, 3, 2}},
            {1000, 0, -3, {5, 2}},
            {-1000, -1, 1, {1, 2, 3, 4}},
            {4, -4, -1000, {5}},
        }));
    auto m = line(5);
    m.integers("s", {1}, {start})
        .integers("e", {1}, {end})
        .integers("a", {1}, {-1})
        .integers("t", {1}, {step});
    m.node("Slice", {"x", "s", "e", "a", "t"}, {"y"}).output("y");
    CHECK(run_model(m, counting(5)) == expected);
}

TEST_CASE("Slice has attributes before operator set 10 and may name the whole batch",
          "[converters][onnx]") {
    onnx_builder m(9);
    m.input("x", {-1, 2, 3});
    m.node("Slice", {"x"}, {"y"}, {{"starts", ints{0, 1, 0}}, {"ends", ints{2147483647, 2, 2}}})
        .output("y");
    CHECK(output_item(m) == dims{1, 2});
    CHECK(run_model(m, counting(6)) == floats{4, 5});
}

TEST_CASE("Slice of the batch is refused, and impossible ones are bad input",
          "[converters][onnx]") {
    auto batch = line(5);
    batch.integers("s", {1}, {0}).integers("e", {1}, {1}).integers("a", {1}, {0});
    batch.node("Slice", {"x", "s", "e", "a"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(batch).at(0).reason, contains_text("part of the batch"));
    auto empty = line(5);
    empty.integers("s", {1}, {3}).integers("e", {1}, {3}).integers("a", {1}, {1});
    empty.node("Slice", {"x", "s", "e", "a"}, {"y"}).output("y");
    CHECK(bad_input_of(empty).what == "an output has no elements");
    auto still = line(5);
    still.integers("s", {1}, {0})
        .integers("e", {1}, {3})
        .integers("a", {1}, {1})
        .integers("t", {1}, {0});
    still.node("Slice", {"x", "s", "e", "a", "t"}, {"y"}).output("y");
    CHECK(bad_input_of(still).what == "a step is 0");
}

TEST_CASE("Pad adds silent cells and negative pads cut", "[converters][onnx]") {
    const auto [before, after, expected] = GENERATE(table<std::int64_t, std::int64_t, floats>({
        {1, 2, {0, 1, 2, 3, 0, 0}},
        {-1, 1, {2, 3, 0}},
        {-1, -1, {2}},
        {2, -2, {0, 0, 1}},
    }));
    auto m = line(3);
    m.integers("p", {4}, {0, before, 0, after}).node("Pad", {"x", "p"}, {"y"}).output("y");
    CHECK(run_model(m, {1, 2, 3}) == expected);
    auto old = line(3, 10);
    old.node("Pad", {"x"}, {"y"}, {{"pads", ints{0, before, 0, after}}}).output("y");
    CHECK(run_model(old, {1, 2, 3}) == expected);
    auto axes = line(3, 18);
    axes.integers("p", {2}, {before, after}).integers("a", {1}, {-1});
    axes.node("Pad", {"x", "p", "", "a"}, {"y"}).output("y");
    CHECK(run_model(axes, {1, 2, 3}) == expected);
}

TEST_CASE("Pad with other values or modes, or of the batch, is refused", "[converters][onnx]") {
    auto ones = line(3);
    ones.integers("p", {4}, {0, 1, 0, 1})
        .weights("v", {}, {1})
        .node("Pad", {"x", "p", "v"}, {"y"})
        .output("y");
    CHECK(refusals_of(ones).at(0).reason == "pads with 1");
    auto mirror = line(3);
    mirror.integers("p", {4}, {0, 1, 0, 1});
    mirror.node("Pad", {"x", "p"}, {"y"}, {{"mode", std::string("reflect")}}).output("y");
    CHECK_THAT(refusals_of(mirror).at(0).reason, contains_text("'reflect'"));
    auto batch = line(3);
    batch.integers("p", {4}, {1, 0, 0, 0}).node("Pad", {"x", "p"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(batch).at(0).reason, contains_text("pads the batch axis"));
}

TEST_CASE("Concat joins along channels and along width", "[converters][onnx]") {
    const auto [axis, shape, expected] = GENERATE(table<std::int64_t, dims, floats>({
        {1, {4, 2}, {1, 2, 3, 4, -1, -2, -3, -4}},
        {-1, {2, 4}, {1, 2, -1, -2, 3, 4, -3, -4}},
    }));
    onnx_builder m;
    m.input("x", {-1, 2, 2}).weights("minus", {}, {-1}).node("Mul", {"x", "minus"}, {"n"});
    m.node("Concat", {"x", "n"}, {"y"}, {{"axis", axis}}).output("y");
    CHECK(output_item(m) == shape);
    CHECK(run_model(m, counting(4)) == expected);
}

TEST_CASE("Concat along the batch is refused and other shapes are bad input",
          "[converters][onnx]") {
    auto batch = line(2);
    batch.node("Concat", {"x", "x"}, {"y"}, {{"axis", std::int64_t{0}}}).output("y");
    CHECK_THAT(refusals_of(batch).at(0).reason, contains_text("batch axis"));
    onnx_builder shapes;
    shapes.input("x", {-1, 2, 3}).input("z", {-1, 2, 2});
    shapes.node("Concat", {"x", "z"}, {"y"}, {{"axis", std::int64_t{1}}}).output("y");
    CHECK(bad_input_of(shapes).what == "shapes do not fit together");
}

TEST_CASE("Split gives equal parts, given sizes or a number of outputs", "[converters][onnx]") {
    auto equal = line(4, 13);
    equal.node("Split", {"x"}, {"a", "y"}, {{"axis", std::int64_t{1}}}).output("y").output("a");
    CHECK(run_model(equal, counting(4)) == floats{3, 4});
    auto sizes = line(4, 13);
    sizes.integers("s", {2}, {1, 3})
        .node("Split", {"x", "s"}, {"a", "y"}, {{"axis", std::int64_t{1}}});
    sizes.output("y").output("a");
    CHECK(run_model(sizes, counting(4)) == floats{2, 3, 4});
    auto old = line(4, 11);
    old.node("Split", {"x"}, {"y", "b"}, {{"axis", std::int64_t{1}}, {"split", ints{3, 1}}})
        .output("y")
        .output("b");
    CHECK(run_model(old, counting(4)) == floats{1, 2, 3});
    auto count = line(5, 18);
    count.node("Split", {"x"}, {"a", "y"},
               {{"axis", std::int64_t{1}}, {"num_outputs", std::int64_t{2}}});
    count.output("y").output("a");
    CHECK(run_model(count, counting(5)) == floats{4, 5});
}

TEST_CASE("Split into sizes that do not add up is bad input", "[converters][onnx]") {
    const ints sizes = GENERATE(ints{1, 2}, ints{5, -1}, ints{4});
    auto m = line(4, 13);
    m.integers("s", {static_cast<std::int64_t>(sizes.size())}, sizes);
    m.node("Split", {"x", "s"}, {"y", "b"}, {{"axis", std::int64_t{1}}}).output("y");
    CHECK_FALSE(bad_input_of(m).what.empty());
}

TEST_CASE("Gather picks constant positions along an axis", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 3}).integers("i", {2}, {-1, 0});
    m.node("Gather", {"x", "i"}, {"y"}, {{"axis", std::int64_t{2}}}).output("y");
    CHECK(run_model(m, counting(6)) == floats{3, 1, 6, 4});
    onnx_builder scalar;
    scalar.input("x", {-1, 2, 3}).integers("i", {}, {1});
    scalar.node("Gather", {"x", "i"}, {"y"}, {{"axis", std::int64_t{1}}}).output("y");
    CHECK(output_item(scalar) == dims{3});
    CHECK(run_model(scalar, counting(6)) == floats{4, 5, 6});
}

TEST_CASE("Gather out of range is bad input and of samples refused", "[converters][onnx]") {
    auto range = line(3);
    range.integers("i", {1}, {3})
        .node("Gather", {"x", "i"}, {"y"}, {{"axis", std::int64_t{1}}})
        .output("y");
    CHECK(bad_input_of(range).what == "index out of range");
    auto samples = line(3);
    samples.integers("i", {}, {0}).node("Gather", {"x", "i"}, {"y"}).output("y");
    CHECK_THAT(refusals_of(samples).at(0).reason, contains_text("samples of the batch"));
}

TEST_CASE("Expand repeats axes of one", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 1})
        .integers("s", {3}, {1, 1, 3})
        .node("Expand", {"x", "s"}, {"y"})
        .output("y");
    CHECK(output_item(m) == dims{2, 3});
    CHECK(run_model(m, {1, 2}) == floats{1, 1, 1, 2, 2, 2});
}

TEST_CASE("Movement that changes nothing adds no layer", "[converters][onnx]") {
    auto m = line(3);
    m.integers("p", {4}, {0, 0, 0, 0})
        .node("Pad", {"x", "p"}, {"h"})
        .node("Identity", {"h"}, {"i"});
    m.node("Dropout", {"i"}, {"d"}).node("Relu", {"d"}, {"y"}).output("y");
    CHECK(import_model(m).graph.layers.size() == 1);
}
