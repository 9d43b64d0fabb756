// SPDX-License-Identifier: Apache-2.0
#include "apply.hpp"

#include <array>

#include "shapes.hpp"

namespace synfire::converters::nir {

namespace {

/// Channels, rows and columns of a value of two or three axes.
std::array<std::int64_t, 3> volume(const nir_shape& s) {
    return s.size() == 3 ? std::array<std::int64_t, 3>{s[0], s[1], s[2]}
                         : std::array<std::int64_t, 3>{s[0], 1, s.back()};
}

std::vector<double> dense(const nir_node& node, const std::vector<double>& in) {
    const std::vector<double>& weight = node.parameter("weight").values;
    std::vector<double> out(value_count(node.output), 0.0);
    for (std::size_t o = 0; o < out.size(); ++o) {
        for (std::size_t i = 0; i < in.size(); ++i) { out[o] += weight[o * in.size() + i] * in[i]; }
        if (node.type == "Affine") { out[o] += node.parameter("bias").values[o]; }
    }
    return out;
}

/// Calls tap(output, input, kernel position) for all taps of one pair of channels that lie within
/// the input.
template <class Tap>
void for_taps(const window& w, const std::array<std::int64_t, 3>& in,
              const std::array<std::int64_t, 3>& out, const Tap& tap) {
    for (std::int64_t y = 0; y < out[1]; ++y) {
        for (std::int64_t x = 0; x < out[2]; ++x) {
            for (std::int64_t k = 0; k < w.kernel[0] * w.kernel[1]; ++k) {
                const std::int64_t iy =
                    y * w.stride[0] - w.pads[0] + k / w.kernel[1] * w.dilation[0];
                const std::int64_t ix =
                    x * w.stride[1] - w.pads[1] + k % w.kernel[1] * w.dilation[1];
                if (iy < 0 || ix < 0 || iy >= in[1] || ix >= in[2]) { continue; }
                tap(static_cast<std::size_t>(y * out[2] + x),
                    static_cast<std::size_t>(iy * in[2] + ix), static_cast<std::size_t>(k));
            }
        }
    }
}

std::vector<double> convolution(const nir_graph& graph, const nir_node& node,
                                const std::vector<double>& in) {
    const auto from = volume(node.input);
    const auto to = volume(node.output);
    const window w = window_of(graph, node, {from[1], from[2]});
    const std::vector<double>& weight = node.parameter("weight").values;
    const std::vector<double>& bias = node.parameter("bias").values;
    const auto in_plane = static_cast<std::size_t>(from[1] * from[2]);
    const auto out_plane = static_cast<std::size_t>(to[1] * to[2]);
    const auto taps = static_cast<std::size_t>(w.kernel[0] * w.kernel[1]);
    const auto in_group = static_cast<std::size_t>(from[0] / w.groups);
    const auto out_group = static_cast<std::size_t>(to[0] / w.groups);
    std::vector<double> out(value_count(node.output));
    for (std::size_t o = 0; o < static_cast<std::size_t>(to[0]); ++o) {
        double* const plane = &out[o * out_plane];
        for (std::size_t n = 0; n < out_plane; ++n) { plane[n] = bias[o]; }
        for (std::size_t i = 0; i < in_group; ++i) {
            const double* const kernel = &weight[(o * in_group + i) * taps];
            const double* const source = &in[(o / out_group * in_group + i) * in_plane];
            for_taps(w, from, to, [&](std::size_t a, std::size_t b, std::size_t k) {
                plane[a] += kernel[k] * source[b];
            });
        }
    }
    return out;
}

std::vector<double> pool(const nir_graph& graph, const nir_node& node,
                         const std::vector<double>& in) {
    const auto from = volume(node.input);
    const auto to = volume(node.output);
    const window w = window_of(graph, node, {from[1], from[2]});
    const double factor =
        node.type == "AvgPool2d" ? 1.0 / static_cast<double>(w.kernel[0] * w.kernel[1]) : 1.0;
    const auto in_plane = static_cast<std::size_t>(from[1] * from[2]);
    const auto out_plane = static_cast<std::size_t>(to[1] * to[2]);
    std::vector<double> out(value_count(node.output), 0.0);
    for (std::size_t c = 0; c < static_cast<std::size_t>(to[0]); ++c) {
        for_taps(w, from, to, [&](std::size_t a, std::size_t b, std::size_t) {
            out[c * out_plane + a] += factor * in[c * in_plane + b];
        });
    }
    return out;
}

}  // namespace

std::vector<double> apply(const nir_graph& graph, const nir_node& node,
                          const std::vector<double>& in) {
    if (node.type == "Linear" || node.type == "Affine") { return dense(node, in); }
    if (node.type == "Conv1d" || node.type == "Conv2d") { return convolution(graph, node, in); }
    if (node.type == "SumPool2d" || node.type == "AvgPool2d") { return pool(graph, node, in); }
    if (node.type != "Scale") { return in; }
    std::vector<double> out = in;
    const std::vector<double>& scale = node.parameter("scale").values;
    for (std::size_t n = 0; n < out.size(); ++n) { out[n] *= scale[n]; }
    return out;
}

}  // namespace synfire::converters::nir
