// SPDX-License-Identifier: Apache-2.0
#include "mixed_steps.hpp"

#include <algorithm>
#include <numeric>

#include "code_choice.hpp"
#include "quantise/layer_steps.hpp"
#include "quantise/scaled_terms.hpp"

namespace synfire::converters {

namespace {

/// Fires with the steps of the options, or fewer.
bool may_have_fewer_steps(const graph_node& node) {
    const sum_node* sum = node.as_sum();
    return sum != nullptr && !sum->readout && sum->phase_steps == 0;
}

std::vector<std::vector<node_id>> groups_of(const neuron_graph& graph) {
    std::vector<node_id> group(graph.nodes.size());
    std::iota(group.begin(), group.end(), 0);
    for (const graph_node& node : graph.nodes) {
        const auto* pool = std::get_if<max_pool_node>(&node.kind);
        if (pool == nullptr) { continue; }
        const std::vector<node_id> sources = populations_of(graph, pool->source);
        const node_id joined = group[sources.front()];
        for (const node_id source : sources) {
            const node_id own = group[source];  // a copy: replace writes into the same vector
            std::replace(group.begin(), group.end(), own, joined);
        }
    }
    std::vector<std::vector<node_id>> groups(graph.nodes.size());
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (may_have_fewer_steps(graph.nodes[id])) { groups[group[id]].push_back(id); }
    }
    std::erase_if(groups, [](const std::vector<node_id>& g) { return g.empty(); });
    return groups;
}

/// Synapses that one spike of each node drives, those behind max-pools included. A pool has fewer
/// neurons than its sources; that they are active more often is not counted.
std::vector<double> fan_outs_through_pools(const neuron_graph& graph,
                                           const emitted_network& emitted) {
    const std::vector<double> of_population = mean_fan_outs(emitted.net);
    std::vector<double> fan_outs(graph.nodes.size(), 0.0);
    for (node_id id = graph.nodes.size(); id-- > 0;) {
        const std::size_t population = emitted.population_of_node[id];
        if (population != no_population) { fan_outs[id] += of_population[population]; }
        const auto* pool = std::get_if<max_pool_node>(&graph.nodes[id].kind);
        if (pool == nullptr) { continue; }
        const std::vector<node_id> sources = populations_of(graph, pool->source);
        std::int64_t neurons = 0;
        for (const node_id source : sources) { neurons += element_count(graph.nodes[source].item); }
        const double share =
            static_cast<double>(element_count(graph.nodes[id].item)) / static_cast<double>(neurons);
        for (const node_id source : sources) { fan_outs[source] += share * fan_outs[id]; }
    }
    return fan_outs;
}

}  // namespace

std::vector<layer_menu> steps_menus(const neuron_graph& graph, const calibration& measured,
                                    const quantise_options& options,
                                    const emitted_network& emitted) {
    const std::vector<double> fan_outs = fan_outs_through_pools(graph, emitted);
    std::vector<layer_menu> menus;
    for (std::vector<node_id>& nodes : groups_of(graph)) { menus.push_back({nodes, 1, {}, {}}); }
    for (std::int32_t t = 1; t <= options.steps; ++t) {
        quantise_options with = options;
        with.steps = t;
        with.node_steps.clear();
        const layer_steps steps(graph, measured, with);
        for (layer_menu& menu : menus) {
            menu.error.push_back(0.0);
            menu.cost.push_back(0.0);
            for (const node_id id : menu.nodes) {
                const layer_steps::outcome found = steps.outcome_of(id);
                const step_error& e = found.error;
                if (e.power > 0.0) { menu.error.back() += (e.clip + e.round) / e.power; }
                menu.cost.back() += found.spikes * fan_outs[id];
            }
        }
    }
    return menus;
}

}  // namespace synfire::converters
