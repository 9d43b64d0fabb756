// SPDX-License-Identifier: Apache-2.0
// Factors and thresholds for the channels of one population.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "threshold_fit.hpp"

namespace synfire::converters {

/// One channel: what the model makes of its accumulators, and what its potential may be.
struct channel_problem {
    code_map map;
    std::vector<code_boundary> boundaries;
    fit_limits limits;
    std::int64_t largest_weight = 1;  ///< |weight| that the factor multiplies
};

/// Limits of a population whose codes have steps of at most `first_step_value`.
fit_limits limits_of(std::int64_t first_step_value, std::int64_t magnitude);

/// One power of two for all channels, the smallest that meets every boundary; ties may round either
/// way only where no power meets them. Nothing where potentials would need more than 32 bits.
std::optional<std::vector<threshold_fit>> fit_together(const std::vector<channel_problem>& all);

/// A factor of its own for this channel: the smallest that meets every boundary and whose products
/// with weights stay within `largest_product`. The nearest thresholds where none does.
threshold_fit fit_alone(const channel_problem& channel, std::int64_t largest_product);

}  // namespace synfire::converters
