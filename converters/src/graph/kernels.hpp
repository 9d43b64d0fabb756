// SPDX-License-Identifier: Apache-2.0
// Direct kernels over one sample in ONNX order (channel first), for real numbers (level L1) and
// integers (level L2). Written for exact, order-independent integer sums and short inner loops over
// rows; not for peak speed.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include <synfire/core/network.hpp>

namespace synfire::converters {

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

/// Calls row(out_offset, in_offset, count) for every output row that tap (ky, kx) touches.
template <typename Row>
void for_each_tap_row(const shape& in, const shape& out, const kernel_geometry& g, std::int32_t ky,
                      std::int32_t kx, const Row& row) {
    const std::int32_t dy = ky * g.dilation[0] - g.pads[0];
    const std::int32_t dx = kx * g.dilation[1] - g.pads[1];
    const output_range ys = valid_outputs(out.height, g.stride[0], dy, in.height);
    const output_range xs = valid_outputs(out.width, g.stride[1], dx, in.width);
    if (xs.first >= xs.last) { return; }
    for (std::int32_t oy = ys.first; oy < ys.last; ++oy) {
        const std::int32_t iy = oy * g.stride[0] + dy;
        const std::int32_t ix = xs.first * g.stride[1] + dx;
        row(static_cast<std::size_t>(oy * out.width + xs.first),
            static_cast<std::size_t>(iy * in.width + ix), xs.last - xs.first);
    }
}

/// out += weight * in over one tap of one pair of channel planes.
template <typename Acc, typename In, typename Weight>
void add_tap(std::span<Acc> out, std::span<const In> in, const shape& in_shape,
             const shape& out_shape, const kernel_geometry& g, std::int32_t ky, std::int32_t kx,
             Weight weight) {
    const auto w = static_cast<Acc>(weight);
    const std::int32_t step = g.stride[1];
    for_each_tap_row(in_shape, out_shape, g, ky, kx,
                     [&](std::size_t o, std::size_t i, std::int32_t count) {
                         Acc* const to = out.data() + o;
                         const In* const from = in.data() + i;
                         if (step == 1) {
                             for (std::int32_t k = 0; k < count; ++k) {
                                 to[k] += w * static_cast<Acc>(from[k]);
                             }
                         } else {
                             for (std::int32_t k = 0; k < count; ++k) {
                                 to[k] += w * static_cast<Acc>(from[k * step]);
                             }
                         }
                     });
}

/// out += convolution of in; weights [out][in/groups][kh][kw].
template <typename Acc, typename In, typename Weight>
void add_convolution(std::span<Acc> out, std::span<const In> in, const shape& in_shape,
                     const shape& out_shape, std::span<const Weight> weights,
                     const kernel_geometry& g, std::int32_t groups) {
    const std::int32_t in_per_group = in_shape.channels / groups;
    const std::int32_t out_per_group = out_shape.channels / groups;
    std::size_t at = 0;
    for (std::int32_t oc = 0; oc < out_shape.channels; ++oc) {
        const auto to = out.subspan(static_cast<std::size_t>(oc) * out_shape.positions(),
                                    out_shape.positions());
        for (std::int32_t i = 0; i < in_per_group; ++i) {
            const std::int32_t ic = oc / out_per_group * in_per_group + i;
            const auto from = in.subspan(static_cast<std::size_t>(ic) * in_shape.positions(),
                                         in_shape.positions());
            for (std::int32_t ky = 0; ky < g.kernel[0]; ++ky) {
                for (std::int32_t kx = 0; kx < g.kernel[1]; ++kx) {
                    const Weight w = weights[at++];
                    if (w != Weight{}) { add_tap(to, from, in_shape, out_shape, g, ky, kx, w); }
                }
            }
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
void add_spatial_linear(std::span<Acc> out, std::span<const In> in, const shape& in_shape,
                        std::span<const Weight> weights) {
    const auto channels = static_cast<std::size_t>(in_shape.channels);
    for (std::size_t c = 0; c < channels; ++c) {
        Acc total{};
        for (const In x : in.subspan(c * in_shape.positions(), in_shape.positions())) {
            total += static_cast<Acc>(x);
        }
        for (std::size_t o = 0; o < out.size(); ++o) {
            out[o] += static_cast<Acc>(weights[o * channels + c]) * total;
        }
    }
}

/// out += gain[c] * (sum of each window).
template <typename Acc, typename In, typename Weight>
void add_pool(std::span<Acc> out, std::span<const In> in, const shape& in_shape,
              const shape& out_shape, const kernel_geometry& g, std::span<const Weight> gain) {
    for (std::int32_t c = 0; c < out_shape.channels; ++c) {
        const auto to =
            out.subspan(static_cast<std::size_t>(c) * out_shape.positions(), out_shape.positions());
        const auto from =
            in.subspan(static_cast<std::size_t>(c) * in_shape.positions(), in_shape.positions());
        for (std::int32_t ky = 0; ky < g.kernel[0]; ++ky) {
            for (std::int32_t kx = 0; kx < g.kernel[1]; ++kx) {
                add_tap(to, from, in_shape, out_shape, g, ky, kx,
                        gain[static_cast<std::size_t>(c)]);
            }
        }
    }
}

/// out[row] += sum of weights over the row's columns.
template <typename Acc, typename In, typename Weight>
void add_sparse(std::span<Acc> out, std::span<const In> in, std::span<const std::int64_t> row_ptr,
                std::span<const std::int32_t> column, std::span<const Weight> weights) {
    for (std::size_t row = 0; row < out.size(); ++row) {
        for (auto k = static_cast<std::size_t>(row_ptr[row]);
             k < static_cast<std::size_t>(row_ptr[row + 1]); ++k) {
            out[row] += static_cast<Acc>(weights[k])
                        * static_cast<Acc>(in[static_cast<std::size_t>(column[k])]);
        }
    }
}

/// out += gain[c] * in, element by element.
template <typename Acc, typename In, typename Weight>
void add_identity(std::span<Acc> out, std::span<const In> in, std::size_t positions,
                  std::span<const Weight> gain) {
    for (std::size_t e = 0; e < out.size(); ++e) {
        out[e] += static_cast<Acc>(gain[e / positions]) * static_cast<Acc>(in[e]);
    }
}

/// Largest value of each window; padding never wins. Precondition: no window lies wholly in
/// padding.
template <typename T>
void max_pool_windows(std::span<T> out, std::span<const T> in, const shape& in_shape,
                      const shape& out_shape, const kernel_geometry& g, T lowest) {
    std::fill(out.begin(), out.end(), lowest);
    for (std::int32_t c = 0; c < out_shape.channels; ++c) {
        const auto to =
            out.subspan(static_cast<std::size_t>(c) * out_shape.positions(), out_shape.positions());
        const auto from =
            in.subspan(static_cast<std::size_t>(c) * in_shape.positions(), in_shape.positions());
        for (std::int32_t ky = 0; ky < g.kernel[0]; ++ky) {
            for (std::int32_t kx = 0; kx < g.kernel[1]; ++kx) {
                for_each_tap_row(
                    in_shape, out_shape, g, ky, kx,
                    [&](std::size_t o, std::size_t i, std::int32_t count) {
                        for (std::int32_t k = 0; k < count; ++k) {
                            T& best = to[o + static_cast<std::size_t>(k)];
                            best =
                                std::max(best, from[i + static_cast<std::size_t>(k * g.stride[1])]);
                        }
                    });
            }
        }
    }
}

}  // namespace synfire::converters
