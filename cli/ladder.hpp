// SPDX-License-Identifier: Apache-2.0
// Where two levels of the ladder part first. The upper rungs are real numbers and may part by a
// little; from the quantised network (L2) down every spike, code and potential must be the same.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>

#include <synfire/converters/explain.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::cli {

/// L0 to L4.
inline constexpr int trained_level = 0;
inline constexpr int folded_level = 1;
inline constexpr int quantised_level = 2;
inline constexpr int reference_level = 3;
inline constexpr int event_level = 4;

/// "trained network", "folded network", ...
std::string level_name(int level);

struct level_range {
    int upper = trained_level;
    int lower = event_level;
};

/// "L1,L2". Throws usage_error for anything else; levels below L4 are those of `cosim`.
level_range level_range_of(const std::string& text);

struct ladder_inputs {
    const std::filesystem::path& model;
    const converters::preprocessing& preprocessing;
    const converters::conversion& conversion;
    const dataset& data;
    std::size_t samples = 0;
    double bound = 0.1;  ///< of the relative error of a layer between L1 and L2
};

/// Two neighbouring levels that part.
struct rung {
    int upper = 0;
    int lower = 0;
    converters::level_divergence divergence;

    /// A bug of the program, not a property of the network.
    bool must_be_equal() const { return upper >= quantised_level; }
};

/// Goes down from range.upper, level by level, to the first two neighbours that part.
std::optional<rung> first_divergence(const ladder_inputs& inputs, const level_range& range);

/// First difference of one population between two records of it: potential, then code, then spikes.
/// `where` says sample and layer.
std::optional<converters::level_divergence> compare_records(const population& p,
                                                            const sim::population_record& upper,
                                                            const sim::population_record& lower,
                                                            converters::level_divergence where);

}  // namespace synfire::cli
