// SPDX-License-Identifier: Apache-2.0
// Activity that calibration expects: spikes per step of each population, mean and 95th percentile.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

#include <synfire/converters/quantised_model.hpp>

namespace synfire::converters {

/// Fills population::expected of all populations that send spikes, from the quantised network's
/// codes. Returns each sample's answer of the first read-out.
std::vector<std::int32_t> expect_activity(network& net, const quantised_model& quantised,
                                          const dataset& data, std::size_t samples);

}  // namespace synfire::converters
