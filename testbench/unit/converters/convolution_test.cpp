// SPDX-License-Identifier: Apache-2.0
// The fast convolution against the plain one: the same bits.
#include <support/catch.hpp>

#include "graph/convolution.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::numbers;

namespace {

struct convolution_case {
    shape in;
    std::int32_t out_channels;
    std::int32_t groups;
    kernel_geometry geometry;
};

kernel_geometry geometry_of(std::array<std::int32_t, 2> kernel, std::array<std::int32_t, 2> stride,
                            std::array<std::int32_t, 4> pads,
                            std::array<std::int32_t, 2> dilation) {
    kernel_geometry g;
    g.kernel = kernel;
    g.stride = stride;
    g.pads = pads;
    g.dilation = dilation;
    return g;
}

shape out_shape(const convolution_case& c) {
    const auto size = [&](std::int32_t in, std::size_t axis) {
        const kernel_geometry& g = c.geometry;
        const std::int32_t pads = g.pads[axis] + g.pads[axis + 2];
        return (in + pads - g.dilation[axis] * (g.kernel[axis] - 1) - 1) / g.stride[axis] + 1;
    };
    return {c.out_channels, size(c.in.height, 0), size(c.in.width, 1)};
}

}  // namespace

TEST_CASE("unrolled convolutions give the same bits as plain ones", "[converters][unit]") {
    const convolution_case c = GENERATE(
        convolution_case{{3, 9, 7}, 6, 1, geometry_of({3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1})},
        convolution_case{{4, 8, 8}, 9, 1, geometry_of({3, 3}, {2, 2}, {1, 1, 1, 1}, {1, 1})},
        convolution_case{{4, 11, 5}, 4, 2, geometry_of({5, 1}, {3, 1}, {0, 0, 2, 1}, {2, 1})},
        convolution_case{{6, 5, 5}, 6, 6, geometry_of({3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1})},
        convolution_case{{2, 3, 3}, 5, 1, geometry_of({3, 3}, {1, 1}, {4, 4, 4, 4}, {1, 1})},
        convolution_case{{64, 40, 40}, 4, 1, geometry_of({3, 3}, {1, 1}, {1, 1, 1, 1}, {1, 1})});
    const shape to = out_shape(c);
    const auto taps = static_cast<std::size_t>(c.geometry.kernel[0] * c.geometry.kernel[1]);
    const auto in_per_group = static_cast<std::size_t>(c.in.channels / c.groups);
    std::vector<float> weights =
        numbers(static_cast<std::size_t>(c.out_channels) * in_per_group * taps, 1);
    weights[1] = 0.0F;
    const std::vector<float> in = numbers(c.in.neurons(), 2);
    std::vector<float> expected = numbers(to.neurons(), 3);  // sums start with what is there
    std::vector<float> found = expected;
    add_convolution<float, float, float>({expected, to}, {in, c.in}, weights, c.geometry, c.groups);
    add_unrolled_convolution({found, to}, {in, c.in}, {weights, c.geometry, c.groups});
    CHECK(found == expected);
}
