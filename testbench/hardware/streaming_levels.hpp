// SPDX-License-Identifier: Apache-2.0
// A streaming network on three levels: each step of its samples is a run of the engine, with the
// spikes and potentials that the simulator has after it.
#pragma once

#include <string>
#include <vector>

#include <synfire/core/network.hpp>

#include "levels.hpp"

namespace synfire::test {

struct streaming_case {
    /// Throws bad_input where the engine cannot run the network.
    streaming_case(const random_case& made, const hw::engine_config& config,
                   hw::words_at_rest at_rest = hw::words_at_rest::skipped);

    network net;          ///< as the simulator has it
    random_case samples;  ///< as it was made
    levelled_case steps;  ///< "samples" are the steps of all samples, one behind another
    std::vector<sim::sample_output> whole;  ///< [sample]: answers and counts of all its steps
    std::vector<std::string> met;           ///< features, one name for each time
};

/// Loads the case and runs all its steps; empty, or the first difference with what is needed to
/// repeat it.
std::string difference(engine_bench& bench, const streaming_case& c);

/// What hw's own host makes of the samples; empty where it is what the simulator answers.
std::string host_difference(engine_bench& bench, const streaming_case& c);

}  // namespace synfire::test
