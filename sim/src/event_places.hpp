// SPDX-License-Identifier: Apache-2.0
// Where the events of a recording go: places of a sensor to neurons, times to steps.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

namespace synfire::sim {

/// Throws bad_input where the data are of a sensor with other axes than the network's, and for the
/// first event outside it, naming recording and event. The network's sensor is the input's
/// data_shape, without one the population itself, channel first.
void check_places(const population& p, const dataset& data);

/// Per place of data.sample_shape its neuron; -1 outside the sensor. Precondition: check_places
/// holds, so that there are no more places than the sensor or the file's format has.
std::vector<std::int64_t> neurons_of_places(const population& p, const dataset& data);

}  // namespace synfire::sim
