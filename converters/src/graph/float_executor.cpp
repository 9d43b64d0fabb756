// SPDX-License-Identifier: Apache-2.0
// Float execution of the layer kinds of model_graph. Convolutions unroll their windows into columns
// and multiply; the inner loops run over positions or outputs, so that vector units help without
// changing any order of sums.
#include "graph/float_executor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <variant>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "graph/check_layer.hpp"
#include "graph/kernels.hpp"

// Sanitisers and profilers start after the resolvers that pick a clone, so those builds have one
// version.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)                          \
    && !__has_feature(memory_sanitizer)
#define SYNFIRE_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#else
#define SYNFIRE_VECTOR_CLONES __attribute__((target_clones("avx2", "default")))
#endif
#endif
#ifndef SYNFIRE_VECTOR_CLONES
#define SYNFIRE_VECTOR_CLONES
#endif

namespace synfire::converters {
namespace {

std::size_t size_of(const dims& shape) { return static_cast<std::size_t>(element_count(shape)); }

/// Extents of a windowed layer. Positions are signed: windows start in the padding.
struct window_extents {
    std::ptrdiff_t channels, height, width, out_height, out_width;
    std::ptrdiff_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w, top, left,
        bottom, right;

    window_extents(const dims& in, const dims& out, const kernel_geometry& g)
        : channels(in[0]),
          height(in[1]),
          width(in[2]),
          out_height(out[1]),
          out_width(out[2]),
          kernel_h(g.kernel[0]),
          kernel_w(g.kernel[1]),
          stride_h(g.stride[0]),
          stride_w(g.stride[1]),
          dilation_h(g.dilation[0]),
          dilation_w(g.dilation[1]),
          top(g.pads[0]),
          left(g.pads[1]),
          bottom(g.pads[2]),
          right(g.pads[3]) {}

    std::ptrdiff_t positions() const { return out_height * out_width; }
    std::ptrdiff_t taps() const { return kernel_h * kernel_w; }
};

/// First and last + 1 output position whose tap lies inside [0, size).
struct position_range {
    std::ptrdiff_t first, last;
};
position_range inside(std::ptrdiff_t size, std::ptrdiff_t outputs, std::ptrdiff_t stride,
                      std::ptrdiff_t offset) {
    const std::ptrdiff_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    const std::ptrdiff_t last = offset >= size ? 0 : (size - 1 - offset) / stride + 1;
    return {std::min(first, outputs),
            std::clamp<std::ptrdiff_t>(last, std::min(first, outputs), outputs)};
}

/// columns[(c * taps + tap) * positions + position], zero in the padding, for one group of
/// channels.
void unroll(const window_extents& e, const float* image, std::ptrdiff_t channels, float* columns) {
    for (std::ptrdiff_t c = 0; c < channels; ++c) {
        const float* plane = image + c * e.height * e.width;
        for (std::ptrdiff_t tap = 0; tap < e.taps(); ++tap, columns += e.positions()) {
            const std::ptrdiff_t dy = tap / e.kernel_w * e.dilation_h - e.top;
            const std::ptrdiff_t dx = tap % e.kernel_w * e.dilation_w - e.left;
            const position_range rows = inside(e.height, e.out_height, e.stride_h, dy);
            const position_range cells = inside(e.width, e.out_width, e.stride_w, dx);
            std::fill_n(columns, e.positions(), 0.0F);
            for (std::ptrdiff_t y = rows.first; y < rows.last; ++y) {
                const float* line = plane + (y * e.stride_h + dy) * e.width + dx;
                float* out = columns + y * e.out_width;
                for (std::ptrdiff_t x = cells.first; x < cells.last; ++x) {
                    out[x] = line[x * e.stride_w];
                }
            }
        }
    }
}

/// Rows and positions of one register block: with eight lanes, eight registers hold all its sums.
constexpr std::ptrdiff_t block_rows = 4;
constexpr std::ptrdiff_t block_width = 16;

/// out[row][position] += weights[row][depth] * columns[depth][position], summed in order of depth.
struct product {
    const float* weights;
    const float* columns;
    float* out;
    std::ptrdiff_t depth;
    std::ptrdiff_t positions;
};

/// Eight floats at any address (g++ and clang). Sums in such variables stay in registers; arrays of
/// floats, and arrays that memcpy touches, did not.
using lanes = float __attribute__((vector_size(32), aligned(4), may_alias));
constexpr std::ptrdiff_t lane_count = 8;

/// One block of full size. Fused multiply-add stays off, so that every clone gives the same bits.
SYNFIRE_VECTOR_CLONES
void multiply_block(const product& p, std::ptrdiff_t row, std::ptrdiff_t start) {
    float* out = p.out + row * p.positions + start;
    lanes* const row_a = reinterpret_cast<lanes*>(out);
    lanes* const row_b = reinterpret_cast<lanes*>(out + p.positions);
    lanes* const row_c = reinterpret_cast<lanes*>(out + 2 * p.positions);
    lanes* const row_d = reinterpret_cast<lanes*>(out + 3 * p.positions);
    lanes a0 = row_a[0], a1 = row_a[1], b0 = row_b[0], b1 = row_b[1];
    lanes c0 = row_c[0], c1 = row_c[1], d0 = row_d[0], d1 = row_d[1];
    const float* w = p.weights + row * p.depth;
    const float* column = p.columns + start;
    for (std::ptrdiff_t k = 0; k < p.depth; ++k, column += p.positions) {
        const lanes first = *reinterpret_cast<const lanes*>(column);
        const lanes second = *reinterpret_cast<const lanes*>(column + lane_count);
        a0 += w[k] * first;
        a1 += w[k] * second;
        b0 += w[p.depth + k] * first;
        b1 += w[p.depth + k] * second;
        c0 += w[2 * p.depth + k] * first;
        c1 += w[2 * p.depth + k] * second;
        d0 += w[3 * p.depth + k] * first;
        d1 += w[3 * p.depth + k] * second;
    }
    row_a[0] = a0;
    row_a[1] = a1;
    row_b[0] = b0;
    row_b[1] = b1;
    row_c[0] = c0;
    row_c[1] = c1;
    row_d[0] = d0;
    row_d[1] = d1;
}

/// Positions from `start` on, row by row.
void multiply_rest(const product& p, std::ptrdiff_t row, std::ptrdiff_t rows,
                   std::ptrdiff_t start) {
    for (std::ptrdiff_t r = row; r < row + rows; ++r) {
        float* out = p.out + r * p.positions;
        for (std::ptrdiff_t k = 0; k < p.depth; ++k) {
            const float w = p.weights[r * p.depth + k];
            const float* column = p.columns + k * p.positions;
            for (std::ptrdiff_t i = start; i < p.positions; ++i) { out[i] += w * column[i]; }
        }
    }
}

void multiply(const product& p, std::ptrdiff_t rows) {
    const std::ptrdiff_t blocked = p.positions / block_width * block_width;
    std::ptrdiff_t row = 0;
    for (; row + block_rows <= rows; row += block_rows) {
        for (std::ptrdiff_t start = 0; start < blocked; start += block_width) {
            multiply_block(p, row, start);
        }
        multiply_rest(p, row, block_rows, blocked);
    }
    multiply_rest(p, row, rows - row, 0);
}

void convolve(const convolution& op, const window_extents& e, const float* in,
              std::vector<float>& columns, float* out) {
    const std::ptrdiff_t in_group = op.in_channels / op.groups;
    const std::ptrdiff_t out_group = op.out_channels / op.groups;
    const std::ptrdiff_t depth = in_group * e.taps();
    columns.resize(static_cast<std::size_t>(depth * e.positions()));
    for (std::ptrdiff_t g = 0; g < op.groups; ++g) {
        unroll(e, in + g * in_group * e.height * e.width, in_group, columns.data());
        const std::ptrdiff_t first = g * out_group;
        float* rows = out + first * e.positions();
        for (std::ptrdiff_t r = 0; r < out_group; ++r) {
            std::fill_n(rows + r * e.positions(), e.positions(),
                        op.bias[static_cast<std::size_t>(first + r)]);
        }
        multiply({op.weights.data() + first * depth, columns.data(), rows, depth, e.positions()},
                 out_group);
    }
}

/// Calls visit(channel, output index, first row, last row, first column, last column) with taps
/// inside the image counted in kernel cells.
template <typename Visit>
void for_each_window(const window_extents& e, Visit visit) {
    const auto taps_inside = [](std::ptrdiff_t start, std::ptrdiff_t taps, std::ptrdiff_t dilation,
                                std::ptrdiff_t size) {
        return inside(size, taps, dilation, start);
    };
    for (std::ptrdiff_t c = 0; c < e.channels; ++c) {
        for (std::ptrdiff_t y = 0; y < e.out_height; ++y) {
            const position_range rows =
                taps_inside(y * e.stride_h - e.top, e.kernel_h, e.dilation_h, e.height);
            for (std::ptrdiff_t x = 0; x < e.out_width; ++x) {
                const position_range cells =
                    taps_inside(x * e.stride_w - e.left, e.kernel_w, e.dilation_w, e.width);
                visit(c, y, x, rows, cells);
            }
        }
    }
}

template <typename Fold>
void fold_windows(const window_extents& e, const float* in, float* out, float start, Fold fold) {
    for_each_window(e, [&](std::ptrdiff_t c, std::ptrdiff_t y, std::ptrdiff_t x,
                           position_range rows, position_range cells) {
        const float* plane = in + c * e.height * e.width;
        float result = start;
        for (std::ptrdiff_t ky = rows.first; ky < rows.last; ++ky) {
            const std::ptrdiff_t iy = y * e.stride_h - e.top + ky * e.dilation_h;
            for (std::ptrdiff_t kx = cells.first; kx < cells.last; ++kx) {
                result =
                    fold(result, plane[iy * e.width + x * e.stride_w - e.left + kx * e.dilation_w]);
            }
        }
        out[(c * e.out_height + y) * e.out_width + x] = result;
    });
}

void pool_largest(const window_extents& e, const float* in, float* out) {
    constexpr float lowest = -std::numeric_limits<float>::infinity();
    fold_windows(e, in, out, lowest, [](float a, float b) { return b > a ? b : a; });
}

/// Cells of a window that count: those in the image, or also those in the declared pads.
std::ptrdiff_t counted(std::ptrdiff_t start, std::ptrdiff_t taps, std::ptrdiff_t dilation,
                       std::ptrdiff_t low, std::ptrdiff_t high) {
    const position_range r = inside(high - low, taps, dilation, start - low);
    return r.last - r.first;
}

void pool_average(const average_pool& op, const window_extents& e, const float* in, float* out) {
    fold_windows(e, in, out, 0.0F, [](float a, float b) { return a + b; });
    const bool pads = op.count_include_pad;
    for (std::ptrdiff_t y = 0; y < e.out_height; ++y) {
        const std::ptrdiff_t rows =
            counted(y * e.stride_h - e.top, e.kernel_h, e.dilation_h, pads ? -e.top : 0,
                    pads ? e.height + e.bottom : e.height);
        for (std::ptrdiff_t x = 0; x < e.out_width; ++x) {
            const std::ptrdiff_t cells =
                counted(x * e.stride_w - e.left, e.kernel_w, e.dilation_w, pads ? -e.left : 0,
                        pads ? e.width + e.right : e.width);
            const auto divisor = static_cast<float>(rows * cells);
            for (std::ptrdiff_t c = 0; c < e.channels; ++c) {
                out[(c * e.out_height + y) * e.out_width + x] /= divisor;
            }
        }
    }
}

/// y[o] += x[i] * turned[i][o], input after input; silent inputs cost nothing.
void multiply_vector(const linear& op, const std::vector<float>& turned, const float* in,
                     float* out) {
    const auto outputs = static_cast<std::size_t>(op.out_features);
    std::copy(op.bias.begin(), op.bias.end(), out);
    for (std::size_t i = 0; i < static_cast<std::size_t>(op.in_features); ++i) {
        const float x = in[i];
        if (x == 0.0F) { continue; }
        const float* row = turned.data() + i * outputs;
        for (std::size_t o = 0; o < outputs; ++o) { out[o] += x * row[o]; }
    }
}

/// Entry of a list with one value for all, one per channel or one per element.
std::size_t entry_of(std::size_t element, std::size_t entries, std::size_t elements) {
    return entries == 1 ? 0 : element / (elements / entries);
}

void scale(const affine& op, const std::vector<float>& in, std::vector<float>& out) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        out[i] = in[i] * op.scale[entry_of(i, op.scale.size(), in.size())]
                 + op.offset[entry_of(i, op.offset.size(), in.size())];
    }
}

/// round_half_even(x / scale) + zero, as ONNX defines it; the default rounding mode is half to
/// even.
void quantise(const code_format& f, const std::vector<float>& in, std::vector<float>& out) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::size_t e = entry_of(i, f.scale.size(), in.size());
        const float code = std::nearbyint(in[i] / f.scale[e]) + static_cast<float>(f.zero[e]);
        out[i] = std::clamp(code, static_cast<float>(f.lo), static_cast<float>(f.hi));
    }
}

void dequantise(const code_format& f, const std::vector<float>& in, std::vector<float>& out) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        const std::size_t e = entry_of(i, f.scale.size(), in.size());
        out[i] = (in[i] - static_cast<float>(f.zero[e])) * f.scale[e];
    }
}

void leak(const leaky_relu& op, const std::vector<float>& in, std::vector<float>& out) {
    for (std::size_t i = 0; i < in.size(); ++i) {
        const float slope = op.slope[entry_of(i, op.slope.size(), in.size())];
        out[i] = in[i] < 0.0F ? in[i] * slope : in[i];
    }
}

void bend(const curve& op, const std::vector<float>& in, std::vector<float>& out) {
    std::transform(in.begin(), in.end(), out.begin(), [&](float v) {
        return static_cast<float>(evaluate(op, static_cast<double>(v)));
    });
}

void mix(const sparse_map& op, const std::vector<float>& in, std::vector<float>& out) {
    std::fill(out.begin(), out.end(), 0.0F);
    add_sparse<float, float, float>(out, in, {op.row_ptr, op.column, op.weights});
}

void convolve_transposed(const transposed_convolution& op, const dims& in_shape,
                         const dims& out_shape, const std::vector<float>& in,
                         std::vector<float>& out) {
    const std::size_t positions = out.size() / op.bias.size();
    for (std::size_t e = 0; e < out.size(); ++e) { out[e] = op.bias[e / positions]; }
    const auto shape_of = [](const dims& d) {
        return shape{static_cast<std::int32_t>(d[0]), static_cast<std::int32_t>(d[1]),
                     static_cast<std::int32_t>(d[2])};
    };
    add_transposed_convolution<float, float, float>(
        {out, shape_of(out_shape)}, {in, shape_of(in_shape)}, op.weights, op.geometry, op.groups);
}

void move(const index_map& op, const std::vector<const std::vector<float>*>& inputs,
          std::vector<float>& out) {
    if (inputs.size() == 1) {
        const std::vector<float>& in = *inputs[0];
        for (std::size_t e = 0; e < out.size(); ++e) {
            out[e] = op.index[e] < 0 ? 0.0F : in[static_cast<std::size_t>(op.index[e])];
        }
        return;
    }
    std::vector<std::size_t> starts{0};
    for (const auto* in : inputs) { starts.push_back(starts.back() + in->size()); }
    for (std::size_t e = 0; e < out.size(); ++e) {
        out[e] = 0.0F;
        if (op.index[e] < 0) { continue; }
        const auto source = static_cast<std::size_t>(op.index[e]);
        const auto next = std::upper_bound(starts.begin(), starts.end(), source);
        const auto part = static_cast<std::size_t>(next - starts.begin()) - 1;
        out[e] = (*inputs[part])[source - starts[part]];
    }
}

std::vector<float> turned_weights(const linear& op) {
    std::vector<float> turned(op.weights.size());
    const auto inputs = static_cast<std::size_t>(op.in_features);
    const auto outputs = static_cast<std::size_t>(op.out_features);
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t i = 0; i < inputs; ++i) {
            turned[i * outputs + o] = op.weights[o * inputs + i];
        }
    }
    return turned;
}

}  // namespace

float_executor::float_executor(const model_graph& graph)
    : graph_(graph),
      values_(graph.values.size()),
      turned_(graph.layers.size()) {
    for (std::size_t v = 0; v < graph.values.size(); ++v) {
        values_[v].resize(size_of(graph.values[v].shape));
    }
    for (std::size_t n = 0; n < graph.layers.size(); ++n) {
        const layer& l = graph.layers[n];
        check_layer(l, graph.values);
        if (const auto* op = std::get_if<linear>(&l.op)) { turned_[n] = turned_weights(*op); }
    }
}

void float_executor::run(std::span<const float> input) {
    std::size_t expected = 0;
    for (const value_id id : graph_.inputs) { expected += values_[id].size(); }
    if (input.size() != expected) {
        throw bad_input({graph_.source, "a sample has a wrong size",
                         fmt::format("{} elements", input.size()),
                         fmt::format("{} elements", expected), ""});
    }
    for (const value_id id : graph_.inputs) {
        const std::size_t n = values_[id].size();
        std::copy_n(input.begin(), n, values_[id].begin());
        input = input.subspan(n);
    }
    for (std::size_t n = 0; n < graph_.layers.size(); ++n) { run_layer(n); }
}

void float_executor::run_layer(std::size_t number) {
    const layer& l = graph_.layers[number];
    const std::vector<float>& in = values_[l.inputs[0]];
    std::vector<float>& out = values_[l.output];
    const dims& in_shape = graph_.values[l.inputs[0]].shape;
    const dims& out_shape = graph_.values[l.output].shape;
    if (const auto* conv = std::get_if<convolution>(&l.op)) {
        convolve(*conv, {in_shape, out_shape, conv->geometry}, in.data(), columns_, out.data());
    } else if (const auto* dense = std::get_if<linear>(&l.op)) {
        multiply_vector(*dense, turned_[number], in.data(), out.data());
    } else if (const auto* scaled = std::get_if<affine>(&l.op)) {
        scale(*scaled, in, out);
    } else if (const auto* turned = std::get_if<transposed_convolution>(&l.op)) {
        convolve_transposed(*turned, in_shape, out_shape, in, out);
    } else if (const auto* rectify = std::get_if<relu>(&l.op)) {
        std::transform(in.begin(), in.end(), out.begin(), [upper = rectify->upper](float v) {
            return v > 0.0F ? std::min(v, upper) : 0.0F;
        });
    } else if (const auto* leaky = std::get_if<leaky_relu>(&l.op)) {
        leak(*leaky, in, out);
    } else if (const auto* to_codes = std::get_if<quantise_layer>(&l.op)) {
        quantise(to_codes->format, in, out);
    } else if (const auto* from_codes = std::get_if<dequantise_layer>(&l.op)) {
        dequantise(from_codes->format, in, out);
    } else if (const auto* function = std::get_if<curve>(&l.op)) {
        bend(*function, in, out);
    } else if (const auto* rows = std::get_if<sparse_map>(&l.op)) {
        mix(*rows, in, out);
    } else if (const auto* largest = std::get_if<max_pool>(&l.op)) {
        pool_largest({in_shape, out_shape, largest->geometry}, in.data(), out.data());
    } else if (const auto* mean = std::get_if<average_pool>(&l.op)) {
        pool_average(*mean, {in_shape, out_shape, mean->geometry}, in.data(), out.data());
    } else if (std::holds_alternative<sum>(l.op)) {
        const std::vector<float>& other = values_[l.inputs[1]];
        std::transform(in.begin(), in.end(), other.begin(), out.begin(),
                       [](float a, float b) { return a + b; });
    } else {
        std::vector<const std::vector<float>*> inputs;
        for (const value_id id : l.inputs) { inputs.push_back(&values_[id]); }
        move(std::get<index_map>(l.op), inputs, out);
    }
}

}  // namespace synfire::converters
