// SPDX-License-Identifier: Apache-2.0
// ConvTranspose: sizes, pads, groups, and what is bad input. Values are those of ONNX's node tests.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using namespace synfire::converters;

namespace {

using ints = std::vector<std::int64_t>;

/// One channel of 1 x 2, a kernel of 1 x 2 with the weights 1 and 10.
onnx_builder row(const std::vector<onnx_attribute>& attributes = {}) {
    onnx_builder m;
    m.input("x", {-1, 1, 2}).weights("w", {1, 1, 2}, {1, 10});
    m.node("ConvTranspose", {"x", "w"}, {"y"}, attributes).output("y");
    return m;
}

}  // namespace

TEST_CASE("ConvTranspose scatters along one axis", "[converters][onnx]") {
    const auto [attributes, expected] =
        GENERATE(table<std::vector<onnx_attribute>, std::vector<float>>({
            {{}, {2, 23, 30}},
            {{{"strides", ints{2}}}, {2, 20, 3, 30}},
            {{{"strides", ints{2}}, {"output_padding", ints{1}}}, {2, 20, 3, 30, 0}},
            {{{"dilations", ints{2}}}, {2, 3, 20, 30}},
            {{{"pads", ints{1, 0}}}, {23, 30}},
            {{{"output_shape", ints{2}}}, {23, 30}},
            {{{"strides", ints{2}}, {"output_shape", ints{5}}}, {2, 20, 3, 30, 0}},
            {{{"auto_pad", std::string("SAME_UPPER")}}, {2, 23}},
            {{{"auto_pad", std::string("SAME_LOWER")}}, {23, 30}},
        }));
    CHECK(run_model(row(attributes), {2, 3}) == expected);
}

TEST_CASE("Groups of a ConvTranspose do not see each other", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 1, 1}).weights("w", {2, 2, 1, 1}, {1, 2, 3, 4});
    m.weights("b", {4}, {0, 0, 0, 100});
    m.node("ConvTranspose", {"x", "w", "b"}, {"y"}, {{"group", std::int64_t{2}}}).output("y");
    CHECK(run_model(m, {1, 10}) == std::vector<float>{1, 2, 30, 140});
}

TEST_CASE("A ConvTranspose that does not fit is bad input", "[converters][onnx]") {
    const auto [attributes, what] = GENERATE(table<std::vector<onnx_attribute>, std::string>({
        {{{"output_padding", ints{1}}}, "output_padding out of range"},
        {{{"output_shape", ints{3, 3}}}, "output_shape has a wrong length"},
        {{{"pads", ints{2, 2}}}, "the pads leave no output"},
        {{{"group", std::int64_t{2}}}, "group does not divide the channels"},
        {{{"kernel_shape", ints{3}}}, "kernel_shape does not fit the weights"},
    }));
    CHECK(bad_input_of(row(attributes)).what == what);
}
