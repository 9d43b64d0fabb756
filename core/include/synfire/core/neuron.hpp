// SPDX-License-Identifier: Apache-2.0
// THE integer neuron of synchronous execution: integrate everything, then fire a window of T steps.
// Used by the engines, the checkers and the tests; state lives with the caller.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/coding.hpp>

namespace synfire {

/// Thresholds of one neuron; theta_neg is used for negative potentials of signed ranges.
struct thresholds {
    std::int32_t theta = 1;
    std::int32_t theta_neg = 1;
};

/// Potential and sign with which a window starts.
struct fire_start {
    std::int64_t v = 0;
    std::int32_t sign = 0;   ///< 0: silent
    std::int64_t theta = 1;  ///< threshold of that sign
};

/// v = min(|x| + (theta >> 1), theta * |q_hi| + theta - 1): the half threshold makes rounding out
/// of truncation, the clamp makes saturation come out by itself.
fire_start start_window(std::int64_t x, const thresholds& th, const code_range& range);

/// The spike loop, step by step: for t: if v >= theta * d_t (and this digit is still silent):
/// spike. Returns the steps at which the neuron fires.
std::vector<std::int32_t> fire(const fire_start& start, const code_window& window);

/// Closed form of the loop: clamp(round(x / theta), lo, hi), ties away from zero. Equal to the sum
/// of sign * d_t over the spikes of `fire`.
constexpr std::int32_t fire_code(std::int64_t x, const thresholds& th, const code_range& range) {
    if (x >= 0) {
        const std::int64_t q = (x + (th.theta >> 1)) / th.theta;
        return q > range.hi ? range.hi : static_cast<std::int32_t>(q);
    }
    if (range.lo == 0) { return 0; }
    const std::int64_t q = (-x + (th.theta_neg >> 1)) / th.theta_neg;
    return q > -std::int64_t{range.lo} ? range.lo : static_cast<std::int32_t>(-q);
}

}  // namespace synfire
