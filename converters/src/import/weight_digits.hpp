// SPDX-License-Identifier: Apache-2.0
// Whole numbers as sums of 8-bit weights and shifts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../quantise/quantised_graph.hpp"

namespace synfire::converters {

/// Bits between one digit and the next.
inline constexpr int digit_shift = 7;
/// Largest number of one weight, of two and of three.
inline constexpr std::int64_t one_weight = 127;
inline constexpr std::int64_t two_weights = 128 * 128 - 1;
inline constexpr std::int64_t three_weights = 128 * 128 * 128 - 1;

/// values = sum of digits[i] << (7 * i), each digit in -127..127 and of the sign of its value. One
/// digit where all values fit one.
std::vector<std::vector<std::int8_t>> weight_digits(std::vector<std::int64_t> values);

/// The same for factors of identity and pool terms, which have two digits at most; throws
/// internal_error beyond.
scaled_part factor_digits(node_id population, const std::vector<std::int64_t>& factors);

}  // namespace synfire::converters
