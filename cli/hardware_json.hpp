// SPDX-License-Identifier: Apache-2.0
// Accelerator results as JSON (docs/reference/json.md) and as lines for people.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <synfire/core/network.hpp>

#include "hardware.hpp"

namespace synfire::cli {

inline constexpr double default_clock_hz = 24e6;

/// Adds equal, first_difference, cycles, model_cycles, counters, ... and hardware counts to the
/// entries of `layers`, which are looked up by name and appended where they are not there.
void add_hardware(nlohmann::ordered_json& json, const network& net, const hardware_result& result,
                  double clock_hz);

/// Table per layer, counters side by side, latency and speed.
std::vector<std::string> describe(const network& net, const hardware_result& result,
                                  double clock_hz);

/// Null, or the facts.
nlohmann::ordered_json difference_json(const std::optional<hardware_difference>& difference);

/// Mean, least and most, each times the unit; null without values.
nlohmann::ordered_json spread_json(std::vector<std::uint64_t> values, double unit);

/// One line: where two parted; who is to blame.
std::string describe(const hardware_difference& difference, std::string_view who);

/// One line: where they part, or that they do not.
std::string describe_equality(const hardware_result& result);

}  // namespace synfire::cli
