// SPDX-License-Identifier: Apache-2.0
// Conv against a brute-force sum over taps in double precision.
#include <support/catch.hpp>

#include "run_model.hpp"

using namespace synfire::test;
using synfire::converters::dims;

namespace {

using ints = std::vector<std::int64_t>;

struct conv_case {
    std::int64_t channels, height, width, outputs, groups;
    ints kernel, stride, dilation, pads;
};

/// y[o][y][x] by definition.
std::vector<float> brute_force(const conv_case& c, const std::vector<float>& in,
                               const std::vector<float>& w, const std::vector<float>& bias) {
    const auto count = [](std::int64_t size, std::int64_t pads, std::int64_t k, std::int64_t d,
                          std::int64_t s) { return (size + pads - (k - 1) * d - 1) / s + 1; };
    const std::int64_t oh =
        count(c.height, c.pads[0] + c.pads[2], c.kernel[0], c.dilation[0], c.stride[0]);
    const std::int64_t ow =
        count(c.width, c.pads[1] + c.pads[3], c.kernel[1], c.dilation[1], c.stride[1]);
    const std::int64_t in_group = c.channels / c.groups;
    const std::int64_t out_group = c.outputs / c.groups;
    std::vector<float> out;
    for (std::int64_t o = 0; o < c.outputs; ++o) {
        for (std::int64_t p = 0; p < oh * ow; ++p) {
            double sum = static_cast<double>(bias[static_cast<std::size_t>(o)]);
            for (std::int64_t t = 0; t < in_group * c.kernel[0] * c.kernel[1]; ++t) {
                const std::int64_t ci = t / (c.kernel[0] * c.kernel[1]);
                const std::int64_t ky = t / c.kernel[1] % c.kernel[0];
                const std::int64_t kx = t % c.kernel[1];
                const std::int64_t y = p / ow * c.stride[0] - c.pads[0] + ky * c.dilation[0];
                const std::int64_t x = p % ow * c.stride[1] - c.pads[1] + kx * c.dilation[1];
                if (y < 0 || y >= c.height || x < 0 || x >= c.width) { continue; }
                const std::int64_t source =
                    ((o / out_group * in_group + ci) * c.height + y) * c.width + x;
                const std::int64_t tap = o * in_group * c.kernel[0] * c.kernel[1] + t;
                sum += static_cast<double>(in[static_cast<std::size_t>(source)])
                       * static_cast<double>(w[static_cast<std::size_t>(tap)]);
            }
            out.push_back(static_cast<float>(sum));
        }
    }
    return out;
}

std::size_t product(const ints& shape) {
    std::int64_t n = 1;
    for (const std::int64_t d : shape) { n *= d; }
    return static_cast<std::size_t>(n);
}

}  // namespace

TEST_CASE("Conv equals the sum over its taps for all strides, pads, dilations and groups",
          "[converters][onnx]") {
    const conv_case c = GENERATE(conv_case{1, 5, 7, 3, 1, {3, 3}, {1, 1}, {1, 1}, {0, 0, 0, 0}},
                                 conv_case{2, 6, 5, 5, 1, {3, 2}, {2, 1}, {1, 1}, {1, 0, 2, 1}},
                                 conv_case{4, 7, 8, 6, 2, {3, 3}, {1, 2}, {2, 1}, {2, 3, 1, 0}},
                                 conv_case{6, 4, 4, 6, 6, {3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}},
                                 conv_case{3, 1, 9, 4, 1, {1, 4}, {1, 3}, {1, 2}, {0, 4, 0, 5}},
                                 conv_case{3, 40, 37, 9, 1, {5, 5}, {1, 1}, {1, 1}, {2, 2, 2, 2}},
                                 conv_case{2, 3, 3, 4, 1, {3, 3}, {4, 4}, {1, 1}, {3, 3, 3, 3}});
    const ints shape{c.outputs, c.channels / c.groups, c.kernel[0], c.kernel[1]};
    const auto in = scattered(product({c.channels, c.height, c.width}), 1);
    const auto w = scattered(product(shape), 2);
    const auto bias = scattered(static_cast<std::size_t>(c.outputs), 3);
    onnx_builder m;
    m.input("x", {-1, c.channels, c.height, c.width})
        .weights("w", shape, w)
        .weights("b", {c.outputs}, bias);
    m.node("Conv", {"x", "w", "b"}, {"y"},
           {{"kernel_shape", c.kernel},
            {"strides", c.stride},
            {"dilations", c.dilation},
            {"pads", c.pads},
            {"group", c.groups}});
    m.output("y");
    CHECK(close(run_model(m, in), brute_force(c, in, w, bias)));
}

TEST_CASE("Conv takes its defaults for everything but the weights", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {1, 1, 2, 3})
        .weights("w", {1, 1, 2, 2}, {1, 2, 3, 4})
        .node("Conv", {"x", "w"}, {"y"})
        .output("y");
    CHECK(run_model(m, counting(6)) == std::vector<float>{1 + 4 + 12 + 20, 2 + 6 + 15 + 24});
}

TEST_CASE("Conv with auto_pad SAME keeps the size and puts the odd pad where it says",
          "[converters][onnx]") {
    const auto [mode, expected] = GENERATE(table<std::string, std::vector<float>>({
        {"SAME_UPPER", {3, 5, 3}},  // pads 0 before, 1 after
        {"SAME_LOWER", {1, 3, 5}},  // pads 1 before, 0 after
        {"VALID", {3, 5}},
    }));
    onnx_builder m;
    m.input("x", {-1, 1, 1, 3}).weights("w", {1, 1, 1, 2}, {1, 1});
    m.node("Conv", {"x", "w"}, {"y"}, {{"auto_pad", mode}}).output("y");
    CHECK(run_model(m, {1, 2, 3}) == expected);
}

TEST_CASE("Conv with auto_pad SAME counts strides and dilations", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 1, 7, 7}).weights("w", {1, 1, 3, 3}, std::vector<float>(9, 1.0F));
    m.node("Conv", {"x", "w"}, {"y"},
           {{"auto_pad", std::string("SAME_UPPER")},
            {"strides", ints{2, 3}},
            {"dilations", ints{2, 1}}});
    m.output("y");
    const conv_case same{1, 7, 7, 1, 1, {3, 3}, {2, 3}, {2, 1}, {2, 1, 2, 1}};
    const auto in = scattered(49, 4);
    CHECK(output_item(m) == dims{1, 4, 3});
    CHECK(close(run_model(m, in), brute_force(same, in, std::vector<float>(9, 1.0F), {0})));
}

TEST_CASE("Conv over one spatial axis is a convolution of height one", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 2, 6}).weights("w", {3, 2, 3}, scattered(18, 5)).weights("b", {3}, {1, 2, 3});
    m.node("Conv", {"x", "w", "b"}, {"y"}, {{"pads", ints{2, 1}}, {"strides", ints{2}}})
        .output("y");
    const conv_case line{2, 1, 6, 3, 1, {1, 3}, {1, 2}, {1, 1}, {0, 2, 0, 1}};
    const auto in = scattered(12, 6);
    CHECK(output_item(m) == dims{3, 4});
    CHECK(close(run_model(m, in), brute_force(line, in, scattered(18, 5), {1, 2, 3})));
}

TEST_CASE("Conv over three spatial axes is refused", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 1, 2, 2, 2})
        .weights("w", {1, 1, 1, 1, 1}, {1})
        .node("Conv", {"x", "w"}, {"y"})
        .output("y");
    const auto refusals = refusals_of(m);
    REQUIRE(refusals.size() == 1);
    CHECK_THAT(refusals[0].reason, contains_text("three spatial axes"));
}

TEST_CASE("Conv with weights that are computed from the input is refused", "[converters][onnx]") {
    onnx_builder m;
    m.input("x", {-1, 1, 2, 2})
        .input("w", {1, 1, 1, 1})
        .node("Conv", {"x", "w"}, {"y"})
        .output("y");
    CHECK_THAT(refusals_of(m).at(0).reason, contains_text("weight 'w' is not a constant"));
}

TEST_CASE("Conv with sizes that do not fit is bad input that names both", "[converters][onnx]") {
    const auto [shape, attributes, what] =
        GENERATE(table<ints, std::vector<onnx_attribute>, std::string>({
            {{2, 3, 1, 1}, {}, "weights do not fit the input channels"},
            {{2, 2, 1}, {}, "weights have a wrong rank"},
            {{2, 2, 5, 5}, {}, "the window is larger than its padded input"},
            {{2, 2, 1, 1}, {{"kernel_shape", ints{3, 3}}}, "kernel_shape does not fit the weights"},
            {{3, 1, 1, 1}, {{"group", std::int64_t{2}}}, "group does not divide the channels"},
            {{2, 2, 1, 1}, {{"group", std::int64_t{0}}}, "group does not divide the channels"},
            {{2, 2, 1, 1}, {{"strides", ints{0, 1}}}, "strides out of range"},
            {{2, 2, 1, 1}, {{"pads", ints{1, 1}}}, "attribute 'pads' has a wrong length"},
            {{2, 2, 1, 1}, {{"pads", ints{-1, 0, 0, 0}}}, "pads out of range"},
            {{2, 2, 1, 1}, {{"auto_pad", std::string("MIRROR")}}, "unknown auto_pad"},
            {{2, 2, 1, 1},
             {{"auto_pad", std::string("SAME_UPPER")}, {"pads", ints{1, 1, 1, 1}}},
             "auto_pad and pads contradict each other"},
        }));
    onnx_builder m;
    m.input("x", {-1, 2, 4, 4}).weights("w", shape, std::vector<float>(product(shape), 1.0F));
    m.node("Conv", {"x", "w"}, {"y"}, attributes).output("y");
    const synfire::error_facts facts = bad_input_of(m);
    CHECK_THAT(facts.where, contains_text("test.onnx: node 'node_y' (Conv)"));
    CHECK_THAT(facts.what, contains_text(what));
    CHECK_FALSE(facts.found.empty());
}
