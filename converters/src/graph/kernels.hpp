// SPDX-License-Identifier: Apache-2.0
// Direct kernels over one sample in ONNX order (channel first), for real numbers (level L1) and
// integers (level L2). Written for exact, order-independent integer sums and short inner loops over
// rows; not for peak speed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>

#include <synfire/core/network.hpp>

namespace synfire::converters {

/// Values of one sample in ONNX order with their shape.
template <typename T>
struct feature_map {
    std::span<T> values;
    synfire::shape shape{};

    std::span<T> plane(std::int32_t channel) const {
        return values.subspan(static_cast<std::size_t>(channel) * shape.positions(),
                              shape.positions());
    }
};

/// Place in a kernel.
struct tap {
    std::int32_t y = 0;
    std::int32_t x = 0;
};

/// Half-open range of outputs o for which 0 <= o * stride + offset < size.
struct output_range {
    std::int32_t first;
    std::int32_t last;
};
inline output_range valid_outputs(std::int32_t outputs, std::int32_t stride, std::int32_t offset,
                                  std::int32_t size) {
    const std::int32_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
    const std::int32_t last = size - offset <= 0 ? 0 : (size - offset - 1) / stride + 1;
    return {std::min(first, outputs), std::clamp(last, std::min(first, outputs), outputs)};
}

/// Calls row(out_offset, in_offset, count) for every output row that the tap touches.
template <typename Row>
void for_each_tap_row(const shape& in, const shape& out, const kernel_geometry& g, const tap& at,
                      const Row& row) {
    const std::int32_t dy = at.y * g.dilation[0] - g.pads[0];
    const std::int32_t dx = at.x * g.dilation[1] - g.pads[1];
    const output_range ys = valid_outputs(out.height, g.stride[0], dy, in.height);
    const output_range xs = valid_outputs(out.width, g.stride[1], dx, in.width);
    if (xs.first >= xs.last) { return; }
    for (std::int32_t oy = ys.first; oy < ys.last; ++oy) {
        const std::int32_t iy = oy * g.stride[0] + dy;
        const std::int32_t ix = xs.first * g.stride[1] + dx;
        const auto in_row = static_cast<std::size_t>(iy) * static_cast<std::size_t>(in.width);
        const auto out_row = static_cast<std::size_t>(oy) * static_cast<std::size_t>(out.width);
        row(out_row + static_cast<std::size_t>(xs.first), in_row + static_cast<std::size_t>(ix),
            xs.last - xs.first);
    }
}

/// Calls visit(tap) for every place of the kernel.
template <typename Visit>
void for_each_tap(const kernel_geometry& g, const Visit& visit) {
    for (std::int32_t y = 0; y < g.kernel[0]; ++y) {
        for (std::int32_t x = 0; x < g.kernel[1]; ++x) { visit(tap{y, x}); }
    }
}

/// A pair of channel planes that a kernel joins.
template <typename Acc, typename In>
struct plane_pair {
    std::span<Acc> out;
    std::span<const In> in;
    const shape& out_shape;
    const shape& in_shape;
};

/// out += weight * in over one tap of a pair of planes.
template <typename Acc, typename In>
void add_tap(const plane_pair<Acc, In>& planes, const kernel_geometry& g, const tap& at,
             Acc weight) {
    const std::int32_t step = g.stride[1];
    for_each_tap_row(planes.in_shape, planes.out_shape, g, at,
                     [&](std::size_t o, std::size_t i, std::int32_t count) {
                         Acc* const to = planes.out.data() + o;
                         const In* const from = planes.in.data() + i;
                         if (step
                             == 1) {  // a loop of its own, so that it becomes vector instructions
                             for (std::int32_t k = 0; k < count; ++k) {
                                 to[k] += weight * static_cast<Acc>(from[k]);
                             }
                         } else {
                             for (std::int32_t k = 0; k < count; ++k) {
                                 to[k] += weight * static_cast<Acc>(from[k * step]);
                             }
                         }
                     });
}

/// out += convolution of in; weights [out][in/groups][kh][kw].
template <typename Acc, typename In, typename Weight>
void add_convolution(feature_map<Acc> out, feature_map<const In> in,
                     std::span<const Weight> weights, const kernel_geometry& g,
                     std::int32_t groups) {
    const std::int32_t in_per_group = in.shape.channels / groups;
    const std::int32_t out_per_group = out.shape.channels / groups;
    std::size_t next = 0;
    for (std::int32_t oc = 0; oc < out.shape.channels; ++oc) {
        for (std::int32_t i = 0; i < in_per_group; ++i) {
            const std::int32_t ic = oc / out_per_group * in_per_group + i;
            const plane_pair<Acc, In> planes{out.plane(oc), in.plane(ic), out.shape, in.shape};
            for_each_tap(g, [&](const tap& at) {
                const Weight w = weights[next++];
                if (w != Weight{}) { add_tap(planes, g, at, static_cast<Acc>(w)); }
            });
        }
    }
}

/// out += transposed convolution of in; weights [in][out/groups][kh][kw]. A tap joins the same
/// cells as that of a convolution from out to in.
template <typename Acc, typename In, typename Weight>
void add_transposed_convolution(feature_map<Acc> out, feature_map<const In> in,
                                std::span<const Weight> weights, const kernel_geometry& g,
                                std::int32_t groups) {
    const std::int32_t in_per_group = in.shape.channels / groups;
    const std::int32_t out_per_group = out.shape.channels / groups;
    std::size_t next = 0;
    for (std::int32_t ic = 0; ic < in.shape.channels; ++ic) {
        const auto from = in.plane(ic);
        for (std::int32_t o = 0; o < out_per_group; ++o) {
            const auto to = out.plane(ic / in_per_group * out_per_group + o);
            for_each_tap(g, [&](const tap& at) {
                const auto weight = static_cast<Acc>(weights[next++]);
                for_each_tap_row(
                    out.shape, in.shape, g, at,
                    [&](std::size_t i, std::size_t cell, std::int32_t count) {
                        for (std::int32_t k = 0; k < count; ++k) {
                            to[cell + static_cast<std::size_t>(k * g.stride[1])] +=
                                weight * static_cast<Acc>(from[i + static_cast<std::size_t>(k)]);
                        }
                    });
            });
        }
    }
}

/// out[o] += sum of weights[o][i] * in[i]; sums are kept in Acc, in index order.
template <typename Acc, typename In, typename Weight>
void add_linear(std::span<Acc> out, std::span<const In> in, std::span<const Weight> weights) {
    const std::size_t width = in.size();
    for (std::size_t o = 0; o < out.size(); ++o) {
        const Weight* const row = weights.data() + o * width;
        Acc total{};
        for (std::size_t i = 0; i < width; ++i) {
            total += static_cast<Acc>(row[i]) * static_cast<Acc>(in[i]);
        }
        out[o] += total;
    }
}

/// out[o] += sum of weights[o][c] * (sum of channel c).
template <typename Acc, typename In, typename Weight>
void add_spatial_linear(std::span<Acc> out, feature_map<const In> in,
                        std::span<const Weight> weights) {
    const auto channels = static_cast<std::size_t>(in.shape.channels);
    for (std::size_t c = 0; c < channels; ++c) {
        Acc total{};
        for (const In x : in.plane(static_cast<std::int32_t>(c))) { total += static_cast<Acc>(x); }
        for (std::size_t o = 0; o < out.size(); ++o) {
            out[o] += static_cast<Acc>(weights[o * channels + c]) * total;
        }
    }
}

/// out += gain[c] * (sum of each window).
template <typename Acc, typename In, typename Weight>
void add_pool(feature_map<Acc> out, feature_map<const In> in, const kernel_geometry& g,
              std::span<const Weight> gain) {
    for (std::int32_t c = 0; c < out.shape.channels; ++c) {
        const plane_pair<Acc, In> planes{out.plane(c), in.plane(c), out.shape, in.shape};
        const auto weight = static_cast<Acc>(gain[static_cast<std::size_t>(c)]);
        for_each_tap(g, [&](const tap& at) { add_tap(planes, g, at, weight); });
    }
}

/// Rows of (source element, weight), compressed.
template <typename Weight>
struct sparse_rows {
    std::span<const std::int64_t> row_ptr;
    std::span<const std::int32_t> column;
    std::span<const Weight> weights;
};

/// out[row] += sum of weights over the row's columns.
template <typename Acc, typename In, typename Weight>
void add_sparse(std::span<Acc> out, std::span<const In> in, const sparse_rows<Weight>& rows) {
    for (std::size_t row = 0; row < out.size(); ++row) {
        const auto last = static_cast<std::size_t>(rows.row_ptr[row + 1]);
        for (auto k = static_cast<std::size_t>(rows.row_ptr[row]); k < last; ++k) {
            out[row] += static_cast<Acc>(rows.weights[k])
                        * static_cast<Acc>(in[static_cast<std::size_t>(rows.column[k])]);
        }
    }
}

/// out += gain[c] * in, element by element.
template <typename Acc, typename In, typename Weight>
void add_identity(feature_map<Acc> out, std::span<const In> in, std::span<const Weight> gain) {
    for (std::size_t e = 0; e < out.values.size(); ++e) {
        out.values[e] +=
            static_cast<Acc>(gain[e / out.shape.positions()]) * static_cast<Acc>(in[e]);
    }
}

/// Largest value of each window; padding never wins. Precondition: no window lies wholly in
/// padding.
template <typename T>
void max_pool_windows(feature_map<T> out, feature_map<const T> in, const kernel_geometry& g) {
    std::fill(out.values.begin(), out.values.end(), std::numeric_limits<T>::lowest());
    for (std::int32_t c = 0; c < out.shape.channels; ++c) {
        const auto to = out.plane(c);
        const auto from = in.plane(c);
        const auto keep_largest = [&](std::size_t o, std::size_t i, std::int32_t count) {
            for (std::int32_t k = 0; k < count; ++k) {
                T& best = to[o + static_cast<std::size_t>(k)];
                best = std::max(best, from[i + static_cast<std::size_t>(k * g.stride[1])]);
            }
        };
        for_each_tap(
            g, [&](const tap& at) { for_each_tap_row(in.shape, out.shape, g, at, keep_largest); });
    }
}

}  // namespace synfire::converters
