// SPDX-License-Identifier: Apache-2.0
// A network in slices on simulator, cycle model and Verilog core, loaded and run by hw's own host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include <support/random_network.hpp>
#include <synfire/hw/link.hpp>
#include <synfire/hw/slices.hpp>

namespace synfire::test {

/// Slices of a network for an engine, with memories that are smaller than the engine's by a chance
/// drawn from the seed. Nothing where no cut helps, or a source is no possible input; throws where
/// anything else is refused.
std::optional<hw::sliced_network> random_slices(const network& net, const hw::engine_config& config,
                                                std::uint64_t seed);

/// All samples of a case; empty where codes and potentials of every population are the
/// simulator's of the whole network, and the counters of every slice those of the cycle model;
/// otherwise the first difference. Where no engine is given the simulator runs the slices.
std::string slices_difference(hw::link* engine, const random_case& c,
                              const hw::sliced_network& cut);

/// Adds what the slices have in them, one name per feature.
void add_features(const hw::sliced_network& cut, std::map<std::string, int>& met);

}  // namespace synfire::test
