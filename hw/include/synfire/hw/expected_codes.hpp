// SPDX-License-Identifier: Apache-2.0
// A sample that nobody measured: codes as active as the network's file expects, for an estimate of
// its cycles.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::hw {

/// Whether every population but the read-outs says how active it is expected to be.
bool has_expected_activity(const network& net);

/// Codes of each population in file order, read-outs empty, as cycle_model::run() takes them. In
/// each step the expected number of spikes falls on neurons at random, of inputs with several
/// positions on those in the middle. Throws bad_input where the
/// file says nothing about a population.
std::vector<std::vector<std::int32_t>> expected_codes(const network& net, std::uint64_t seed);

}  // namespace synfire::hw
