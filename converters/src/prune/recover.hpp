// SPDX-License-Identifier: Apache-2.0
// Recovery without labels: what is left of a pruned layer takes over what was removed.
#pragma once

#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Layer by layer, on what the pruned layers before it send: the weights other than 0 of each
/// convolution and linear term, and its bias, are fitted by least squares to the sums of the
/// original network. Both graphs have the same nodes. Returns the names of layers that were pruned
/// but are too large to fit, or of a kind that is not fitted.
std::vector<std::string> recover(const neuron_graph& original, neuron_graph& pruned,
                                 const dataset& data, std::size_t samples);

}  // namespace synfire::converters
