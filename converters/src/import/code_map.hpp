// SPDX-License-Identifier: Apache-2.0
// What a quantised model makes of a whole number: a non-decreasing step function, and where it
// steps.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::converters {

/// Codes of the accumulators first .. last of one channel, as the quantised model computes them.
struct code_map {
    std::int64_t first = 0;
    std::int64_t last = 0;
    double step = 1.0;                               ///< accumulators per code, real and positive
    code_range range;                                ///< codes lie in here
    std::function<std::int32_t(std::int64_t)> code;  ///< non-decreasing
    /// Real value, before rounding, that lies halfway between two codes, or closer to there than
    /// the model's own arithmetic resolves.
    std::function<bool(std::int64_t)> tie;
};

/// The smallest accumulator whose code is at least `code`.
struct code_boundary {
    std::int32_t code = 0;
    std::int64_t first = 0;
    bool tie_below = false;  ///< first - 1 is a tie, rounded down
    bool tie_at = false;     ///< first is a tie, rounded up
};

/// Every step of the map inside first .. last, by bisection.
std::vector<code_boundary> boundaries_of(const code_map& map);

/// clamp(round_half_even(float(acc) * multiplier)), all in single precision, as ONNX Runtime
/// requantises a 32-bit sum.
code_map requantised(std::int64_t first, std::int64_t last, float multiplier, code_range range);

/// round_half_even(value(acc)) for an increasing real function with `per_unit` codes per
/// accumulator; values within `blur` of a halfway point count as ties.
code_map rounded(std::int64_t first, std::int64_t last, double per_unit, code_range range,
                 std::function<double(std::int64_t)> value, double blur);

}  // namespace synfire::converters
