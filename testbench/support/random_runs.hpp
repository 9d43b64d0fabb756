// SPDX-License-Identifier: Apache-2.0
// What holds for every random network, layered or streaming: engines and instruction sets give the
// same bits, and no sample leaves anything to the next.
#pragma once

#include <string>
#include <vector>

#include <synfire/sim/simulator.hpp>

#include "random_network.hpp"

namespace synfire::test {

/// All that a run can record.
inline constexpr sim::record_options everything{true, true, true};

/// Runs all samples of the case, one after the other.
std::vector<sim::sample_output> run_all(sim::simulator& simulator, const random_case& c);

/// Both engines on all samples: empty where they agree, otherwise the seed and the first
/// difference. `expected` receives what the reference engine gives.
std::string engine_difference(const random_case& c, std::vector<sim::sample_output>& expected);

/// The first difference between the widest and the plainest instruction set; empty where none is.
std::string instruction_set_difference(const random_case& c);

/// The first difference between a simulator that has run before and a fresh one.
std::string leftover_difference(const random_case& c, sim::engine_kind engine);

}  // namespace synfire::test
