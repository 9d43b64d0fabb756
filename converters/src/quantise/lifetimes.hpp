// SPDX-License-Identifier: Apache-2.0
// How long nodes are needed where a graph runs node after node on many samples at once.
#pragma once

#include <cstddef>
#include <vector>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Memory that layer-by-layer work may take for what all samples hold.
inline constexpr std::size_t layerwise_bytes = std::size_t{1} << 30;

/// Per node: the last node that reads it; itself where none does.
std::vector<node_id> last_readers(const neuron_graph& graph);

/// Most elements of nodes that are needed at one time.
std::size_t most_live_elements(const neuron_graph& graph);

/// Samples, 1 to `samples`, that fit into layerwise_bytes at so many bytes per live element.
std::size_t samples_that_fit(const neuron_graph& graph, std::size_t samples,
                             std::size_t element_bytes);

}  // namespace synfire::converters
