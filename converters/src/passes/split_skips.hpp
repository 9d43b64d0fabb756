// SPDX-License-Identifier: Apache-2.0
// Fine codes for skip connections: what is added again and again must not be rounded coarsely each
// time, and costs next to nothing, since a spike of a skip drives one synapse.
#pragma once

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Every sum that a skip connection leaves or enters fires `phase` codes of `steps` steps. Skips,
/// averages and sums over positions read them; convolutions, products and max-pools read a second
/// population behind it, NAME/coarse, which rounds them to codes of the usual steps. Returns the
/// number of sums that got fine codes. Real values do not change.
std::size_t split_skips(neuron_graph& graph, std::int32_t steps);

}  // namespace synfire::converters
