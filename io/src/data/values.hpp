// SPDX-License-Identifier: Apache-2.0
// Checks that all data readers share.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>

namespace synfire::io {

/// Throws bad_input for the first value that is not finite, naming sample and value.
void check_finite(std::span<const float> values, std::size_t sample_size, const std::string& where);

/// Throws bad_input unless there is at least one sample and, where there are labels or targets, one
/// per sample.
void check_complete(const dataset& data, const std::string& where);

/// Product of the extents; throws bad_input for negative extents and products above what a memory
/// can hold.
std::size_t checked_product(std::span<const std::int64_t> extents, const std::string& where);

/// "28 x 28"; "a single value" for no extents.
std::string shape_text(std::span<const std::int64_t> shape);

/// A label from any number; throws bad_input unless it is an integer 0 .. 2^31 - 1.
std::int32_t checked_label(std::int64_t value, std::size_t sample, const std::string& where);

}  // namespace synfire::io
