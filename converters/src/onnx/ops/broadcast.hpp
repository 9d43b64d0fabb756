// SPDX-License-Identifier: Apache-2.0
// ONNX broadcasting: shapes aligned at the right, dimensions of 1 repeated.
#pragma once

#include <cstdint>
#include <vector>

#include "onnx/node_context.hpp"

namespace synfire::converters::onnx_reader::ops {

/// Shape of the result; bad_input where two dimensions differ and neither is 1.
dims broadcast_shape(node_context& ctx, const dims& a, const dims& b);

/// For each element of `to`, the element of `from` that it reads. `from` broadcasts to `to`.
movement broadcast(const dims& from, const dims& to);

/// The activation repeated to `item`, which has its rank; no layer where nothing changes.
activation broadcast_value(node_context& ctx, const activation& from, const dims& item);

/// One entry of a shape that a model computes: a number, or that multiple of the batch size.
struct shape_entry {
    std::int64_t value = 0;
    bool times_batch = false;
};
std::vector<shape_entry> shape_entries(node_context& ctx, std::size_t input, const char* role);

/// True if an entry on the batch axis stands for the batch: 1, the batch size of the file, or its
/// symbol.
bool means_batch(const node_context& ctx, const shape_entry& entry);

}  // namespace synfire::converters::onnx_reader::ops
