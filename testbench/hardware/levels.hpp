// SPDX-License-Identifier: Apache-2.0
// One network on three levels: event-driven engine (L4), cycle model (L5), Verilog core (L6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <support/random_network.hpp>
#include <synfire/hw/counts.hpp>
#include <synfire/hw/image.hpp>

#include "engine_bench.hpp"

namespace synfire::test {

/// A case with everything that must come out of the core.
struct levelled_case {
    /// Throws bad_input where the engine cannot run the network.
    levelled_case(random_case made, const hw::engine_config& config);
    levelled_case() = default;  ///< to be filled: streaming_levels.hpp

    random_case c;  ///< with `current` inputs: hw::engine_network of the case that was given
    bool currents = false;  ///< it had some
    hw::image image;
    std::vector<std::size_t> order;                        ///< topological
    std::vector<sim::sample_output> simulated;             ///< [sample]
    std::vector<std::vector<hw::hardware_counts>> counts;  ///< [sample][population]
    std::vector<std::uint32_t> ends{};  ///< [sample]: what its END word says; empty: nothing
};

/// Words that answer a sample.
std::vector<std::uint32_t> expected_words(const network& net, const sim::sample_output& simulated);

/// Runs a sample on the core that has the case's image. Empty where every spike, every potential,
/// the answer and every counter, per layer and in all, are those of simulator and cycle model;
/// otherwise the first difference.
std::string core_difference(engine_bench& bench, const levelled_case& c, std::size_t sample);

/// Empty where simulator and cycle model count the same.
std::string model_difference(const levelled_case& c, std::size_t sample);

/// Loads the case and runs all its samples back to back; the first difference with what is needed
/// to repeat it.
std::string difference(engine_bench& bench, const levelled_case& c);

/// Begins the text of a difference.
std::string repeat_text(const levelled_case& c, std::size_t sample);

}  // namespace synfire::test
