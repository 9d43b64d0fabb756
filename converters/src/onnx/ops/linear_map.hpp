// SPDX-License-Identifier: Apache-2.0
// Constant linear maps that work on each axis for itself.
#pragma once

#include <cstdint>
#include <vector>

#include "onnx/node_context.hpp"

namespace synfire::converters::onnx_reader::ops {

/// A position along one axis and its factor.
struct tap_weight {
    std::int64_t at = 0;
    double weight = 1.0;
};

/// Taps with the same position become one; those of weight 0 are left out unless nothing remains.
std::vector<tap_weight> merged(std::vector<tap_weight> taps);

/// For each axis after the batch and each output position on it, what it is made of.
using axis_taps = std::vector<std::vector<std::vector<tap_weight>>>;

/// Output 0 of shape `item`: the products of the axes' taps, as an index map where each position is
/// one other.
void set_linear_map(node_context& ctx, const axis_taps& axes, const dims& item);

}  // namespace synfire::converters::onnx_reader::ops
