// SPDX-License-Identifier: Apache-2.0
// Kernels, strides and paddings as nodes write them: one number, two numbers or a word.
#include <cmath>

#include <fmt/format.h>

#include "fail.hpp"
#include "shapes.hpp"

namespace synfire::converters::nir {

namespace {

constexpr double largest_side = 1 << 20;

/// One number for all axes, or one for each.
std::array<std::int64_t, 2> sides(const nir_graph& graph, const nir_node& node,
                                  const std::string& field, double least) {
    const std::vector<double>& values = node.parameter(field).values;
    const bool one_axis = node.type == "Conv1d";
    if (values.size() > (one_axis ? 1U : 2U)) {
        refuse(graph, node, fmt::format("'{}' has too many numbers", field),
               fmt::format("{}", values.size()), one_axis ? "1" : "1 or 2");
    }
    for (const double v : values) {
        if (v != std::floor(v) || v < least || v > largest_side) {
            refuse(graph, node, fmt::format("'{}' is impossible", field), fmt::format("{}", v),
                   fmt::format("whole numbers from {} on", least));
        }
    }
    const auto last = static_cast<std::int64_t>(values.back());
    if (one_axis) { return {static_cast<std::int64_t>(least), last}; }
    return {static_cast<std::int64_t>(values.front()), last};
}

/// Pads of `same`: the output has as many rows as the input, the odd one at the end.
void pad_same(const nir_graph& graph, const nir_node& node, window& w) {
    if (w.stride[0] != 1 || w.stride[1] != 1) {
        refuse(graph, node, "padding 'same' does not go with a stride",
               fmt::format("{}x{}", w.stride[0], w.stride[1]), "stride 1",
               "write the padding as numbers");
    }
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t all = w.dilation.at(axis) * (w.kernel.at(axis) - 1);
        w.pads.at(axis) = all / 2;
        w.pads.at(axis + 2) = all - all / 2;
    }
}

void read_pads(const nir_graph& graph, const nir_node& node, window& w) {
    const auto word = node.texts.find("padding");
    if (word == node.texts.end()) {
        const auto pads = sides(graph, node, "padding", 0);
        w.pads = {pads[0], pads[1], pads[0], pads[1]};
    } else if (word->second == "same") {
        pad_same(graph, node, w);
    } else if (word->second != "valid") {
        refuse(graph, node, "unknown padding", word->second, "numbers, same or valid");
    }
}

}  // namespace

std::array<std::int64_t, 2> window::output(std::array<std::int64_t, 2> input) const {
    std::array<std::int64_t, 2> out{};
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const std::int64_t reach = dilation.at(axis) * (kernel.at(axis) - 1) + 1;
        const std::int64_t room = input.at(axis) + pads.at(axis) + pads.at(axis + 2) - reach;
        out.at(axis) = room < 0 ? 0 : room / stride.at(axis) + 1;
    }
    return out;
}

window window_of(const nir_graph& graph, const nir_node& node, std::array<std::int64_t, 2> input) {
    window w;
    if (node.type == "Conv1d" || node.type == "Conv2d") {
        const nir_shape& weight = node.parameter("weight").shape;
        const std::size_t axes = node.type == "Conv1d" ? 3 : 4;
        if (weight.size() != axes) {
            refuse(graph, node, "'weight' has the wrong shape", to_text(weight),
                   fmt::format("{} axes", axes));
        }
        w.kernel = {axes == 3 ? 1 : weight[2], weight.back()};
        w.dilation = sides(graph, node, "dilation", 1);
        w.groups = sides(graph, node, "groups", 1)[1];
    } else {
        w.kernel = sides(graph, node, "kernel_size", 1);
    }
    w.stride = sides(graph, node, "stride", 1);
    read_pads(graph, node, w);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        if (w.pads.at(axis) > input.at(axis) && w.pads.at(axis) >= w.kernel.at(axis)) {
            refuse(graph, node, "the padding is larger than kernel and input",
                   fmt::format("{}", w.pads.at(axis)), fmt::format("at most {}", input.at(axis)));
        }
        if (w.kernel.at(axis) > 3 * input.at(axis) + 2) {
            refuse(graph, node, "the kernel lies in the padding for the most part",
                   fmt::format("{}", w.kernel.at(axis)),
                   fmt::format("at most {}", 3 * input.at(axis) + 2));
        }
    }
    const auto out = w.output(input);
    if (out[0] < 1 || out[1] < 1) {
        refuse(graph, node, "the kernel is larger than what arrives",
               fmt::format("{}x{}", input[0], input[1]),
               fmt::format("at least {}x{}, padding included", w.kernel[0], w.kernel[1]));
    }
    return w;
}

}  // namespace synfire::converters::nir
