// SPDX-License-Identifier: Apache-2.0
// Activity counts under the names of docs/reference/semantics.md.
#pragma once

#include <nlohmann/json.hpp>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>

namespace synfire::cli {

/// Adds every total to `json`, and `layers`, one entry per population; synaptic counts are those of
/// the projections into it.
void add_counts(nlohmann::ordered_json& json, const network& net, const activity& counts);

}  // namespace synfire::cli
