// SPDX-License-Identifier: Apache-2.0
// A comparison as JSON and as lines for people.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <synfire/energy/compare.hpp>

namespace synfire::cli {

/// Adds dense_macs, dense_macs_nonzero_float, dense_macs_nonzero_code and dense_layers.
void add_dense_counts(nlohmann::ordered_json& json, const energy::dense_counts& dense);

/// Adds verdict, matched, tiers, comparison (per layer) and missing.
void add_comparison(nlohmann::ordered_json& json, const energy::comparison& result);

/// Adds cycles_formula to the entries of `comparison`, and their sum to `json`: per inference, by
/// formula.
void add_cycles(nlohmann::ordered_json& json, const network& net, const activity& counts,
                const energy::engine_options& engine);

std::vector<std::string> describe(const energy::comparison& result, const std::string& technology);

}  // namespace synfire::cli
