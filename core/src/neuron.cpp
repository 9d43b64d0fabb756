// SPDX-License-Identifier: Apache-2.0
// The spike loop of the synchronous neuron, as the semantics state it. Engines with a closed form
// are checked against this one.
#include <synfire/core/neuron.hpp>

#include <algorithm>
#include <cstddef>

namespace synfire {
namespace {

std::int64_t start_potential(std::int64_t magnitude, std::int64_t theta, std::int64_t largest) {
    return std::min(magnitude + (theta >> 1), theta * largest + theta - 1);
}

}  // namespace

fire_start start_window(std::int64_t x, const thresholds& th, const code_range& range) {
    if (x >= 0) { return {start_potential(x, th.theta, range.hi), 1, th.theta}; }
    if (!range.is_signed()) { return {0, 0, th.theta}; }
    return {start_potential(-x, th.theta_neg, -std::int64_t{range.lo}), -1, th.theta_neg};
}

std::vector<std::int32_t> fire(const fire_start& start, const code_window& window) {
    std::vector<std::int32_t> steps;
    if (start.sign == 0) { return steps; }
    const std::vector<std::int32_t> values = step_values(window);
    std::int64_t v = start.v;
    std::int32_t spent_digit = -1;
    for (std::int32_t t = 0; t < window.steps; ++t) {
        const std::int64_t threshold = start.theta * values[static_cast<std::size_t>(t)];
        const std::int32_t digit = digit_of_step(window, t);
        if (digit == spent_digit || v < threshold) { continue; }
        v -= threshold;
        spent_digit = digit;
        steps.push_back(t);
    }
    return steps;
}

}  // namespace synfire
