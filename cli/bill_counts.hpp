// SPDX-License-Identifier: Apache-2.0
// What the accelerator counted, as the energy bill needs it: over the very samples of the bill.
// The RTL counts the first few; the cycle model, found equal to it there, counts all.
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/energy/compare.hpp>

#include "compare_hardware.hpp"

namespace synfire::cli {

struct bill_counts {
    std::optional<energy::hardware_activity> counts{};  ///< empty: the bill is by formula
    std::size_t samples = 0;                            ///< that were counted
    std::size_t rtl_samples = 0;  ///< of these, those on which the RTL's counters were equal
    double cycles = 0;            ///< per inference, beginning and end of the program included
};

/// Means per inference of what an engine counted.
energy::hardware_activity activity_of(const hardware_result& counted);

/// Nothing where `hardware` holds no counts or found a difference. Throws internal_error where the
/// accelerator's activity is not `simulated`.
bill_counts count_for_bill(const network& net, const dataset& data, const activity& simulated,
                           const compared_hardware& hardware);

/// Keys counts_by, counts_samples, counts_rtl_samples, engine and bill_counts (one row per kind of
/// count: with hardware, and without).
void add_bill_counts(nlohmann::ordered_json& json, const bill_counts& bill,
                     const energy::comparison& result, const energy::engine_options& engine);

/// The same as a table; after add_cycles, from which the formula's cycles come.
std::vector<std::string> describe(const bill_counts& bill, const nlohmann::ordered_json& json);

}  // namespace synfire::cli
