// SPDX-License-Identifier: Apache-2.0
// Where the events of a recording go: places of a sensor to neurons, times to steps.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

namespace synfire::sim {

/// Per place of data.sample_shape its neuron; -1 where the network's sensor does not reach. The
/// sensor is the input's data_shape, without one the population itself, channel first. Throws
/// bad_input where the two have different axes.
std::vector<std::int64_t> neurons_of_places(const population& p, const dataset& data);

/// Throws bad_input for the first event outside the sensor, naming recording and event.
void check_places(const population& p, const dataset& data,
                  const std::vector<std::int64_t>& neurons);

}  // namespace synfire::sim
