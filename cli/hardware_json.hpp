// SPDX-License-Identifier: Apache-2.0
// Accelerator results as JSON (docs/reference/json.md) and as lines for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
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

/// One line: where they part, or that they do not.
std::string describe_equality(const hardware_result& result);

}  // namespace synfire::cli
