// SPDX-License-Identifier: Apache-2.0
#include "convolution.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace synfire::converters {

namespace {

constexpr std::size_t block_channels = 4;
constexpr std::size_t block_positions = 8;  // 4 x 8 sums fill half of the SSE registers
// Columns that stay in the second-level cache while all output channels read them.
constexpr std::size_t column_floats = 64 * 1024;

/// Output rows [first, last) of one unrolled group.
struct row_range {
    std::int32_t first = 0;
    std::int32_t last = 0;
};

/// One channel of the source, with both shapes.
struct unrolled_plane {
    std::span<const float> values;
    const shape& in;
    const shape& out;
};

/// What one tap of one input channel contributes to the rows, zeros where it lies in the padding.
void unroll_tap(const unrolled_plane& plane, const kernel_geometry& g, const tap& at,
                const row_range& rows, float* column) {
    const shape& in = plane.in;
    const shape& out = plane.out;
    const std::int32_t dy = at.y * g.dilation[0] - g.pads[0];
    const std::int32_t dx = at.x * g.dilation[1] - g.pads[1];
    const output_range xs = valid_outputs(out.width, g.stride[1], dx, in.width);
    for (std::int32_t oy = rows.first; oy < rows.last; ++oy, column += out.width) {
        const std::int32_t iy = oy * g.stride[0] + dy;
        if (iy < 0 || iy >= in.height || xs.first >= xs.last) {
            std::fill(column, column + out.width, 0.0F);
            continue;
        }
        const float* const from =
            plane.values.data() + static_cast<std::ptrdiff_t>(iy) * in.width + dx;
        std::fill(column, column + xs.first, 0.0F);
        for (std::int32_t x = xs.first; x < xs.last; ++x) { column[x] = from[x * g.stride[1]]; }
        std::fill(column + xs.last, column + out.width, 0.0F);
    }
}

/// Rows of a product: `depth` columns of `positions` numbers each.
struct column_block {
    const float* columns = nullptr;
    std::size_t depth = 0;
    std::size_t positions = 0;
};

/// to[c][p] += sum over k of weights[c][k] * columns[k][p]; k ascends for every sum.
template <std::size_t Channels, std::size_t Positions>
void add_block(const std::array<float*, block_channels>& to,
               const std::array<const float*, block_channels>& weights, const column_block& b,
               std::size_t at) {
    std::array<std::array<float, Positions>, Channels> sums;
    for (std::size_t c = 0; c < Channels; ++c) { std::copy_n(to[c] + at, Positions, &sums[c][0]); }
    for (std::size_t k = 0; k < b.depth; ++k) {
        const float* const column = b.columns + k * b.positions + at;
        for (std::size_t c = 0; c < Channels; ++c) {
            const float w = weights[c][k];
            for (std::size_t p = 0; p < Positions; ++p) { sums[c][p] += w * column[p]; }
        }
    }
    for (std::size_t c = 0; c < Channels; ++c) { std::copy_n(&sums[c][0], Positions, to[c] + at); }
}

template <std::size_t Channels>
void add_channels(const std::array<float*, block_channels>& to,
                  const std::array<const float*, block_channels>& weights, const column_block& b) {
    std::size_t at = 0;
    for (; at + block_positions <= b.positions; at += block_positions) {
        add_block<Channels, block_positions>(to, weights, b, at);
    }
    for (; at < b.positions; ++at) { add_block<Channels, 1>(to, weights, b, at); }
}

/// Part of the output that is computed from one set of columns.
struct output_block {
    const feature_map<float>& out;
    std::size_t first_channel = 0;
    std::size_t channels = 0;
    std::size_t first_position = 0;
};

void multiply(const output_block& to, std::span<const float> weights, const column_block& block) {
    for (std::size_t c = 0; c < to.channels; c += block_channels) {
        std::array<float*, block_channels> sums{};
        std::array<const float*, block_channels> rows{};
        const std::size_t many = std::min(block_channels, to.channels - c);
        for (std::size_t i = 0; i < many; ++i) {
            const std::size_t channel = to.first_channel + c + i;
            sums[i] = to.out.plane(static_cast<std::int32_t>(channel)).data() + to.first_position;
            rows[i] = weights.data() + channel * block.depth;
        }
        if (many == block_channels) {
            add_channels<block_channels>(sums, rows, block);
        } else {
            for (std::size_t i = 0; i < many; ++i) { add_channels<1>({sums[i]}, {rows[i]}, block); }
        }
    }
}

void add_group(const feature_map<float>& out, const feature_map<const float>& in,
               const convolution_weights& weights, std::int32_t group) {
    static thread_local std::vector<float> columns;  // an allocation per layer and sample otherwise
    const kernel_geometry& g = weights.geometry;
    const std::int32_t in_channels = in.shape.channels / weights.groups;
    const auto out_channels = static_cast<std::size_t>(out.shape.channels / weights.groups);
    const auto width = static_cast<std::size_t>(out.shape.width);
    const std::size_t depth = static_cast<std::size_t>(in_channels)
                              * static_cast<std::size_t>(g.kernel[0])
                              * static_cast<std::size_t>(g.kernel[1]);
    const auto step = static_cast<std::int32_t>(std::clamp<std::size_t>(
        column_floats / (depth * width), 1, static_cast<std::size_t>(out.shape.height)));
    for (std::int32_t y = 0; y < out.shape.height; y += step) {
        const row_range rows{y, std::min(y + step, out.shape.height)};
        const std::size_t positions = static_cast<std::size_t>(rows.last - rows.first) * width;
        columns.resize(depth * positions);
        float* column = columns.data();
        for (std::int32_t i = 0; i < in_channels; ++i) {
            const auto plane = in.plane(group * in_channels + i);
            for_each_tap(g, [&](const tap& at) {
                unroll_tap({plane, in.shape, out.shape}, g, at, rows, column);
                column += positions;
            });
        }
        multiply({out, static_cast<std::size_t>(group) * out_channels, out_channels,
                  static_cast<std::size_t>(y) * width},
                 weights.values, {columns.data(), depth, positions});
    }
}

}  // namespace

void add_unrolled_convolution(const feature_map<float>& out, const feature_map<const float>& in,
                              const convolution_weights& weights) {
    if (out.shape.channels == weights.groups) {  // depthwise: nothing to share between channels
        add_convolution<float, float, float>(out, in, weights.values, weights.geometry,
                                             weights.groups);
        return;
    }
    for (std::int32_t group = 0; group < weights.groups; ++group) {
        add_group(out, in, weights, group);
    }
}

}  // namespace synfire::converters
