// SPDX-License-Identifier: Apache-2.0
#include "input_offset.hpp"

#include <algorithm>
#include <cmath>

#include "../graph/quantised_terms.hpp"

namespace synfire::converters {

namespace {

bool same_within_channels(const std::vector<double>& values, std::size_t positions) {
    for (std::size_t e = 0; e < values.size(); ++e) {
        if (std::llround(values[e]) != std::llround(values[e / positions * positions])) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::vector<std::int64_t> add_input_offset(const quantised_graph& quantised, node_id id,
                                           const std::vector<double>& bias) {
    const neuron_graph& graph = *quantised.graph;
    const shape to = population_shape(graph.nodes[id].item);
    const sum_node& sum = *graph.nodes[id].as_sum();
    std::vector<double> total(to.neurons());
    const std::size_t block = total.size() / bias.size();
    for (std::size_t e = 0; e < total.size(); ++e) { total[e] = bias[e / block]; }
    for (std::size_t i = 0; i < sum.terms.size(); ++i) {
        const std::vector<double> offsets = element_zeros(quantised, sum.terms[i].source);
        if (std::all_of(offsets.begin(), offsets.end(), [](double o) { return o == 0.0; })) {
            continue;
        }
        add_quantised_term<double, double>(total, offsets, quantised, id, i);
    }
    std::vector<std::int64_t> rounded;
    const bool per_channel = same_within_channels(total, to.positions());
    for (std::size_t e = 0; e < total.size(); e += per_channel ? to.positions() : 1) {
        rounded.push_back(std::llround(total[e]));
    }
    return rounded;
}

}  // namespace synfire::converters
