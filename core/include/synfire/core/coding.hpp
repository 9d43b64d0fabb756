// SPDX-License-Identifier: Apache-2.0
// Spike codes: how an integer code q leaves a neuron as spikes of value d_t
// (docs/reference/semantics.md).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <synfire/core/spike_train.hpp>

namespace synfire {

/// Spike codes. All are integrate-and-fire with subtractive reset and the step's threshold theta *
/// d_t.
enum class coding : std::uint8_t {
    rate,   ///< d_t = 1
    phase,  ///< d_t = 2^(T-1-t), largest first
    ttfs,   ///< d_t = T - t, at most one spike: earlier is larger
    digit,  ///< base-B digits, most significant first, at most one spike per digit
};

std::string_view to_string(coding kind);

/// The window of steps in which a neuron sends one code.
struct code_window {
    coding kind = coding::phase;
    std::int32_t steps = 0;   ///< T
    std::int32_t base = 0;    ///< B, `digit` only
    std::int32_t digits = 0;  ///< S, `digit` only; T = S * (B - 1)

    friend bool operator==(const code_window&, const code_window&) = default;
};

/// Range of codes; lo <= 0 <= hi.
struct code_range {
    std::int32_t lo = 0;
    std::int32_t hi = 0;

    bool is_signed() const { return lo < 0; }
    friend bool operator==(const code_range&, const code_range&) = default;
};

/// Limits of synchronous windows.
inline constexpr std::int32_t max_window_steps = 16;
inline constexpr std::int32_t max_code_value = 32767;

/// d_t for t = 0 .. T-1.
std::vector<std::int32_t> step_values(const code_window& window);

/// Largest code that the window can send.
std::int64_t max_code(const code_window& window);

/// Index of the digit that step t belongs to; a digit sends at most one spike.
/// `rate` and `phase` have one digit per step, `ttfs` one in all.
std::int32_t digit_of_step(const code_window& window, std::int32_t step);

/// Spikes of a known code: steps at which a neuron with theta 1 and potential abs(q) fires.
/// Precondition: abs(q) <= max_code(window).
std::vector<std::int32_t> spike_steps(const code_window& window, std::int32_t code);

}  // namespace synfire
