// SPDX-License-Identifier: Apache-2.0
#include "graph/check_layer.hpp"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

namespace synfire::converters {
namespace {

std::size_t size_of(const dims& shape) { return static_cast<std::size_t>(element_count(shape)); }

void require(bool holds, const layer& l, const char* what) {
    if (!holds) { throw internal_error(fmt::format("layer '{}': {}", l.name, what)); }
}

void check_windows(const layer& l, const dims& in, const dims& out, const kernel_geometry& g) {
    require(in.size() == 3 && out.size() == 3, l, "windows need {channels, height, width}");
    const auto positive = [](std::int32_t v) { return v >= 1; };
    const bool sound = std::all_of(g.kernel.begin(), g.kernel.end(), positive)
                       && std::all_of(g.stride.begin(), g.stride.end(), positive)
                       && std::all_of(g.dilation.begin(), g.dilation.end(), positive);
    require(sound, l, "kernel, stride and dilation must be positive");
}

/// Sizes of one layer against the values it joins.
struct layer_check {
    const layer& l;
    const std::vector<value_info>& values;

    const dims& in(std::size_t i = 0) const { return values[l.inputs[i]].shape; }
    const dims& out() const { return values[l.output].shape; }
    bool same_size() const { return size_of(in()) == size_of(out()); }

    /// Of both kinds: out / groups * in weights a tap, in whichever order.
    template <typename Convolution>
    void check_channels(const Convolution& op) const {
        check_windows(l, in(), out(), op.geometry);
        const bool groups =
            op.groups >= 1 && op.in_channels % op.groups == 0 && op.out_channels % op.groups == 0;
        require(groups && in()[0] == op.in_channels && out()[0] == op.out_channels, l,
                "channels do not fit");
        const std::size_t taps = static_cast<std::size_t>(op.geometry.kernel[0])
                                 * static_cast<std::size_t>(op.geometry.kernel[1]);
        const auto depth = static_cast<std::size_t>(op.in_channels / op.groups) * taps;
        require(op.weights.size() == depth * static_cast<std::size_t>(op.out_channels)
                    && op.bias.size() == static_cast<std::size_t>(op.out_channels),
                l, "weights do not fit");
    }

    void operator()(const convolution& op) const { check_channels(op); }
    void operator()(const transposed_convolution& op) const { check_channels(op); }
    void operator()(const linear& op) const {
        const auto inputs = static_cast<std::size_t>(op.in_features);
        const auto outputs = static_cast<std::size_t>(op.out_features);
        require(size_of(in()) == inputs && size_of(out()) == outputs, l, "features do not fit");
        require(op.weights.size() == inputs * outputs && op.bias.size() == outputs, l,
                "weights do not fit");
    }
    void operator()(const affine& op) const {
        const std::size_t n = size_of(in());
        const auto fits = [n](std::size_t entries) { return entries >= 1 && n % entries == 0; };
        require(same_size() && fits(op.scale.size()) && fits(op.offset.size()), l,
                "scales do not fit");
    }
    void operator()(const relu&) const { require(same_size(), l, "sizes differ"); }
    void operator()(const leaky_relu& op) const {
        require(same_size() && !op.slope.empty() && size_of(in()) % op.slope.size() == 0, l,
                "slopes do not fit");
    }
    void operator()(const curve&) const { require(same_size(), l, "sizes differ"); }
    void operator()(const sparse_map& op) const {
        require(op.row_ptr.size() == size_of(out()) + 1
                    && static_cast<std::size_t>(op.row_ptr.back()) == op.column.size()
                    && op.column.size() == op.weights.size(),
                l, "rows do not fit");
        for (const std::int32_t c : op.column) {
            require(c >= 0 && static_cast<std::size_t>(c) < size_of(in()), l,
                    "column out of range");
        }
    }
    void operator()(const max_pool& op) const { check_windows(l, in(), out(), op.geometry); }
    void operator()(const average_pool& op) const { check_windows(l, in(), out(), op.geometry); }
    void check_format(const code_format& f) const {
        const bool fits = !f.scale.empty() && f.scale.size() == f.zero.size()
                          && size_of(in()) % f.scale.size() == 0;
        require(same_size() && fits && f.lo <= f.hi, l, "scales and zero points do not fit");
    }
    void operator()(const quantise_layer& op) const { check_format(op.format); }
    void operator()(const dequantise_layer& op) const { check_format(op.format); }
    void operator()(const sum&) const {
        require(l.inputs.size() == 2 && same_size() && size_of(in(1)) == size_of(in()), l,
                "sizes differ");
    }
    void operator()(const index_map& op) const {
        std::size_t total = 0;
        for (std::size_t i = 0; i < l.inputs.size(); ++i) { total += size_of(in(i)); }
        require(op.index.size() == size_of(out()), l, "index does not fit");
        for (const std::int32_t i : op.index) {
            require(i < 0 || static_cast<std::size_t>(i) < total, l, "index out of range");
        }
    }
};

}  // namespace

void check_layer(const layer& l, const std::vector<value_info>& values) {
    require(!l.inputs.empty() && l.output < values.size(), l, "inputs or output missing");
    for (const value_id id : l.inputs) { require(id < values.size(), l, "unknown input"); }
    std::visit(layer_check{l, values}, l.op);
}

}  // namespace synfire::converters
