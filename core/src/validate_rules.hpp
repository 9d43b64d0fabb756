// SPDX-License-Identifier: Apache-2.0
// The parts of validate(), one per noun. Each throws bad_input for the first broken rule.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <synfire/core/error.hpp>
#include <synfire/core/network.hpp>

namespace synfire::detail {

/// Throws bad_input unless the rule holds.
inline void require(bool holds, const error_facts& facts) {
    if (!holds) { throw bad_input(facts); }
}

inline std::size_t to_unsigned(std::int32_t n) { return static_cast<std::size_t>(n); }
template <class Number>
std::string text(Number value) {
    return std::to_string(value);
}
inline std::string text_range(std::int64_t lo, std::int64_t hi) {
    return std::to_string(lo) + " .. " + std::to_string(hi);
}
inline std::string text_shape(const shape& s) {
    return std::to_string(s.channels) + "x" + std::to_string(s.height) + "x"
           + std::to_string(s.width);
}
inline std::string where_of(const population& p) { return "population '" + p.name + "'"; }
std::string where_of(const network& net, const projection& p);

void validate_population(const network& net, const population& p);

/// Dynamics of a streaming network's population: only there, and then complete.
void validate_streaming(const network& net, const population& p);

/// Precondition: all populations are valid.
void validate_projection(const network& net, const projection& p);

/// Channels, codes and windows of everything that feeds the max_pool population `number`.
/// Precondition: all projections are valid.
void validate_max_pool(const network& net, std::size_t number);

}  // namespace synfire::detail
