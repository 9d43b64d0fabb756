// SPDX-License-Identifier: Apache-2.0
// Shapes of all values of a graph, and parameters brought to the shape of their node.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <synfire/converters/nir_graph.hpp>

namespace synfire::converters::nir {

/// Fills input and output of every node, expands single parameters and those per channel to all
/// elements, and adds fields that may be absent. Deviations go to the graph. Throws bad_input where
/// shapes do not fit or cannot be worked out.
void work_out_shapes(nir_graph& graph);

/// "2x16x16".
std::string to_text(const nir_shape& shape);

/// Kernel geometry of Conv1d, Conv2d and pools, with two axes (Conv1d: the first is 1). Pads are
/// top, left, bottom, right. Throws bad_input where it is impossible.
struct window {
    std::array<std::int64_t, 2> kernel{1, 1};
    std::array<std::int64_t, 2> stride{1, 1};
    std::array<std::int64_t, 2> dilation{1, 1};
    std::array<std::int64_t, 4> pads{0, 0, 0, 0};
    std::int64_t groups = 1;

    /// Rows and columns that come out of so many.
    std::array<std::int64_t, 2> output(std::array<std::int64_t, 2> input) const;
};
window window_of(const nir_graph& graph, const nir_node& node, std::array<std::int64_t, 2> input);

}  // namespace synfire::converters::nir
