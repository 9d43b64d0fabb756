// SPDX-License-Identifier: Apache-2.0
// Which spike code carries a layer's codes at the least cost: all of one number of levels give the
// same codes and potentials.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

#include <synfire/converters/quantised_model.hpp>

namespace synfire::converters {

/// counts[population][|code|] over all samples; read-outs have none.
using code_counts = std::vector<std::vector<std::uint64_t>>;

/// Populations in the order of net.populations.
code_counts count_codes(const network& net, const quantised_model& quantised, const dataset& data,
                        std::size_t samples);

/// The codes that have exactly the levels of `phase` with T steps and fit a window: phase itself,
/// digits of a base 2^k with k dividing T, and ttfs.
std::vector<code_window> equal_windows(std::int32_t phase_steps);

/// Synaptic events of one spike of each population, on average.
std::vector<double> mean_fan_outs(const network& net);

/// Gives every population with a `phase` window and each max-pool with its sources the window for
/// which synaptic events, ramp additions of the receivers and threshold comparisons together are
/// fewest. Fan-outs count as evenly spread over a population's neurons.
void choose_codes(network& net, const code_counts& counts, std::size_t samples);

}  // namespace synfire::converters
