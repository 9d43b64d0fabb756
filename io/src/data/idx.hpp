// SPDX-License-Identifier: Apache-2.0
// IDX, the format of MNIST: big-endian header, then raw values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>

namespace synfire::io {

/// Samples (unsigned bytes, float or double), without labels. Throws bad_input.
dataset parse_idx_samples(std::span<const std::byte> file, const std::string& where);

/// Labels: one axis of unsigned bytes or 32-bit integers. Throws bad_input.
std::vector<std::int32_t> parse_idx_labels(std::span<const std::byte> file,
                                           const std::string& where);

}  // namespace synfire::io
