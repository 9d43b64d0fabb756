// SPDX-License-Identifier: Apache-2.0
#include "lifetimes.hpp"

#include <algorithm>

namespace synfire::converters {

std::vector<node_id> last_readers(const neuron_graph& graph) {
    std::vector<node_id> last(graph.nodes.size());
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        last[id] = id;
        for (const node_id source : sources_of(graph.nodes[id])) { last[source] = id; }
    }
    return last;
}

std::size_t most_live_elements(const neuron_graph& graph) {
    const std::vector<node_id> last = last_readers(graph);
    std::size_t most = 0;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        std::size_t live = 0;
        for (node_id old = 0; old <= id; ++old) {
            if (last[old] < id) { continue; }
            live += static_cast<std::size_t>(element_count(graph.nodes[old].item));
        }
        most = std::max(most, live);
    }
    return most;
}

std::size_t samples_that_fit(const neuron_graph& graph, std::size_t samples,
                             std::size_t element_bytes) {
    const std::size_t each = most_live_elements(graph) * element_bytes;
    return std::min(samples, std::max<std::size_t>(1, layerwise_bytes / each));
}

}  // namespace synfire::converters
