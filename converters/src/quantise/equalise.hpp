// SPDX-License-Identifier: Apache-2.0
// Cross-layer equalisation: a channel with a ReLU may be scaled down by what its reader's weights
// are scaled up by. Layers whose channels differ widely (depthwise ones above all) then share a
// step with less loss.
#pragma once

#include <cstddef>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Scales channels so that the largest weight of a channel and the largest weight that reads it
/// come near each other: by sqrt of their ratio, rounded to a power of two, so that no real result
/// changes by a single bit. Only where one weighted layer is read by one weighted layer and by
/// nothing else. Returns the number of pairs of layers with a channel that was scaled.
std::size_t equalise(neuron_graph& graph);

}  // namespace synfire::converters
