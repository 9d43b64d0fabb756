// SPDX-License-Identifier: Apache-2.0
// Sums of two codes on different scales: integer factors and a threshold, tried on every pair of
// codes.
#pragma once

#include <cstddef>
#include <cstdint>

#include <synfire/core/network.hpp>

namespace synfire::converters {

/// The model's code of a pair is round_half_even(first * a + second * b + constant), clamped.
struct pair_problem {
    double first = 1.0;
    double second = 1.0;
    double constant = 0.0;
    code_range a;  ///< of the first source
    code_range b;
    code_range range;    ///< of the result
    double blur = 0.0;   ///< nearer than this to halfway, the model's own arithmetic decides
    std::int64_t largest_theta = 0;

    bool operator==(const pair_problem&) const = default;
};

/// Potential x = first * a + second * b + offset.
struct pair_fit {
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::int64_t offset = 0;
    std::int32_t theta = 1;
    std::size_t pairs = 0;      ///< of codes, all tried
    std::size_t ties = 0;       ///< of them within the blur
    std::size_t different = 0;  ///< of the others with another code than the model's
};

/// The threshold, of all whose factors fit two 8-bit weights, that changes the fewest codes among the
/// nearest few.
pair_fit fit_pairs(const pair_problem& problem, std::int64_t largest_factor);

}  // namespace synfire::converters
