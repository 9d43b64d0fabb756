// SPDX-License-Identifier: Apache-2.0
// Data movement as index lists: where each output element comes from. One description serves
// constants (gathered at import) and activations (index_map layers).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/model_graph.hpp"

namespace synfire::converters::onnx_reader {

/// index[e] counts over all inputs one after the other; -1 is a zero.
struct movement {
    dims shape;
    std::vector<std::int32_t> index;
};

/// For each output axis, the distance of each coordinate from the start of the input; -1 where it
/// reads a zero.
using axis_offsets = std::vector<std::vector<std::int64_t>>;

/// Row-major strides.
dims strides_of(const dims& shape);

/// Offsets that read the input as it is; operators change single axes of them.
axis_offsets whole(const dims& shape);

/// Every output element is the sum of its axes' offsets, or zero where one of them is.
movement separable(const axis_offsets& offsets);

/// The same elements in the same order under another shape of the same size.
movement renamed(dims shape);

/// All inputs joined along an axis; the other dimensions are equal.
movement joined(const std::vector<dims>& inputs, std::size_t axis);

/// Product of the dimensions; they are known to be small enough.
std::int64_t product(const dims& shape);

}  // namespace synfire::converters::onnx_reader
