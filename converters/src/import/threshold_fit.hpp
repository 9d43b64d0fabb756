// SPDX-License-Identifier: Apache-2.0
// Integer thresholds whose steps are those of a quantised model, and the proof that they are.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "code_map.hpp"

namespace synfire::converters {

/// Potential x = factor * accumulator + offset, which fires with these thresholds.
struct threshold_fit {
    std::int64_t factor = 1;
    std::int64_t offset = 0;
    std::int32_t theta = 1;
    std::int32_t theta_neg = 1;
};

/// What bounds a fit: potentials must stay inside 32 bits.
struct fit_limits {
    std::int64_t theta = 0;      ///< largest threshold
    std::int64_t potential = 0;  ///< largest |factor * accumulator + offset|, theta / 2 included
    std::int64_t magnitude = 0;  ///< largest |accumulator| that any order of arrival can reach
};

/// How strict a fit is about ties.
enum class tie_rule {
    exact,  ///< ties round as in the model
    free    ///< a tie may round either way
};

/// Thresholds for a given factor, or nothing where none meet every boundary. `map` gives step and
/// range.
std::optional<threshold_fit> fit_thresholds(const code_map& map,
                                            const std::vector<code_boundary>& boundaries,
                                            std::int64_t factor, tie_rule rule,
                                            const fit_limits& limits);

/// Where no factor fits: nearest thresholds for this one.
threshold_fit nearest_thresholds(const code_map& map, const std::vector<code_boundary>& boundaries,
                                 std::int64_t factor, const fit_limits& limits);

/// An accumulator whose code is another one in the spiking network.
struct code_difference {
    std::int64_t accumulator = 0;
    std::int32_t model = 0;
    std::int32_t network = 0;
    bool tie = false;
};

/// Every boundary, both sides of it and both ends, put through the neuron's own firing rule; all
/// accumulators in between follow, as both functions only rise.
std::vector<code_difference> compare_codes(const code_map& map,
                                           const std::vector<code_boundary>& boundaries,
                                           const threshold_fit& fit);

}  // namespace synfire::converters
