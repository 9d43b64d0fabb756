// SPDX-License-Identifier: Apache-2.0
// Sums of two codes on different scales: integer factors and a threshold, tried on every pair of
// codes.
#pragma once

#include <cstddef>
#include <cstdint>

#include <synfire/core/network.hpp>

namespace synfire::converters {

/// Two codes on their own scales, as ONNX Runtime adds them: with zero points, in single precision,
///
///     code = round_half_even(fixed + (a + zero_a) * first + (b + zero_b) * second) - zero, clamped
///     fixed = zero - (first * zero_a + second * zero_b) + constant
struct pair_problem {
    float first = 1.0F;     ///< scale of a over that of the sum
    float second = 1.0F;    ///< the same of b
    float constant = 0.0F;  ///< in codes of the sum
    std::int32_t zero_a = 0;
    std::int32_t zero_b = 0;
    std::int32_t zero = 0;
    code_range a;  ///< codes of the first source, zero point taken off
    code_range b;
    code_range range;  ///< of the sum
    std::int64_t largest_theta = 0;

    bool operator==(const pair_problem&) const = default;

    /// Value before rounding, zero point included.
    float value(std::int32_t code_a, std::int32_t code_b) const;
    std::int32_t code(std::int32_t code_a, std::int32_t code_b) const;
    /// Nearer to halfway between two codes than single precision resolves.
    bool tie(std::int32_t code_a, std::int32_t code_b) const;
};

/// Potential x = first * a + second * b + offset.
struct pair_fit {
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::int64_t offset = 0;
    std::int32_t theta = 1;
    std::size_t pairs = 0;      ///< of codes, all tried
    std::size_t ties = 0;       ///< ties with another code than the model's
    std::size_t different = 0;  ///< other pairs with another code
};

/// The threshold, of all whose factors fit, that changes the fewest codes among the nearest few.
pair_fit fit_pairs(const pair_problem& problem, std::int64_t largest_factor);

}  // namespace synfire::converters
