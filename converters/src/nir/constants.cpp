// SPDX-License-Identifier: Apache-2.0
#include "constants.hpp"

#include <algorithm>

#include "apply.hpp"

namespace synfire::converters::nir {

namespace {

bool is_population(const model& parts, std::size_t node) {
    return std::any_of(parts.populations.begin(), parts.populations.end(),
                       [&](const model_population& p) { return p.node == node; });
}

}  // namespace

std::vector<double> constant_arrivals(const nir_graph& graph, const model& parts,
                                      std::size_t node) {
    std::vector<double> sum(value_count(graph.nodes[node].input), 0.0);
    for (const nir_edge& e : graph.edges) {
        if (e.target != node || is_population(parts, e.source)) { continue; }
        const std::vector<double> part =
            apply(graph, graph.nodes[e.source], constant_arrivals(graph, parts, e.source));
        for (std::size_t n = 0; n < sum.size(); ++n) { sum[n] += part[n]; }
    }
    return sum;
}

}  // namespace synfire::converters::nir
