// SPDX-License-Identifier: Apache-2.0
#include "output_distance.hpp"

namespace synfire::converters {

std::vector<node_id> readouts_of(const neuron_graph& graph) {
    std::vector<node_id> found;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        if (sum != nullptr && sum->readout) { found.push_back(id); }
    }
    return found;
}

std::vector<double> real_potentials(const quantised_graph& quantised, node_id id,
                                    std::span<const std::int64_t> potentials) {
    const quantised_node& q = quantised.nodes[id];
    const std::size_t positions = potentials.size() / q.scale.size();
    std::vector<double> real;
    real.reserve(potentials.size());
    for (std::size_t e = 0; e < potentials.size(); ++e) {
        real.push_back(static_cast<double>(potentials[e]) * q.unit(e / positions));
    }
    return real;
}

std::vector<double> real_codes(const quantised_graph& quantised, node_id id,
                               std::span<const std::int32_t> codes) {
    const quantised_node& q = quantised.nodes[id];
    const std::size_t positions = codes.size() / q.scale.size();
    std::vector<double> real;
    real.reserve(codes.size());
    for (std::size_t e = 0; e < codes.size(); ++e) {
        const std::size_t c = e / positions;
        const double zero = q.zero.empty() ? 0.0 : q.zero[c];
        real.push_back((codes[e] + zero) * q.scale[c]);
    }
    return real;
}

std::vector<double> real_values(const quantised_graph& quantised, node_id id,
                                const integer_executor& integers) {
    const sum_node* sum = quantised.graph->nodes[id].as_sum();
    return sum != nullptr && sum->readout ? real_potentials(quantised, id, integers.potential(id))
                                          : real_codes(quantised, id, integers.codes(id));
}

}  // namespace synfire::converters
