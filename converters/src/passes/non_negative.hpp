// SPDX-License-Identifier: Apache-2.0
// Sums that cannot become negative fire without a sign, as if a ReLU stood behind them.
#pragma once

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Sets `relu` where nothing but non-negative values with non-negative factors and biases is
/// summed, such as averages of ReLU outputs. Their biases may then be corrected like any other's:
/// no code below 0 comes of it.
void mark_non_negative(neuron_graph& graph);

}  // namespace synfire::converters
