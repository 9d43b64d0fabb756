// SPDX-License-Identifier: Apache-2.0
// Questions about a neuron graph that several passes ask.
#include "neuron_graph.hpp"

#include <algorithm>

#include <synfire/core/error.hpp>

namespace synfire::converters {

bool is_quantised(const model_graph& model) {
    return std::any_of(model.layers.begin(), model.layers.end(),
                       [](const layer& l) { return std::holds_alternative<quantise_layer>(l.op); });
}

shape population_shape(const dims& item) {
    const auto at = [&](std::size_t i) { return static_cast<std::int32_t>(item[i]); };
    if (item.size() == 3) { return {at(0), at(1), at(2)}; }
    if (item.size() == 2) { return {at(0), 1, at(1)}; }
    return {static_cast<std::int32_t>(element_count(item)), 1, 1};
}

std::size_t input_count(const neuron_graph& graph) {
    const auto is_input = [](const graph_node& node) {
        return std::holds_alternative<input_node>(node.kind);
    };
    const auto end = std::find_if_not(graph.nodes.begin(), graph.nodes.end(), is_input);
    return static_cast<std::size_t>(end - graph.nodes.begin());
}

std::vector<node_id> sources_of(const graph_node& node) {
    std::vector<node_id> sources;
    if (const auto* sum = node.as_sum()) {
        for (const term& t : sum->terms) { sources.push_back(t.source); }
    } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
        sources.push_back(pool->source);
    } else if (const auto* view = std::get_if<view_node>(&node.kind)) {
        sources = view->sources;
    }
    return sources;
}

std::vector<element_source> resolve_elements(const neuron_graph& graph, node_id id) {
    const graph_node& node = graph.nodes[id];
    std::vector<element_source> elements;
    const auto* view = std::get_if<view_node>(&node.kind);
    if (view == nullptr) {
        const auto count = static_cast<std::int32_t>(element_count(node.item));
        elements.reserve(static_cast<std::size_t>(count));
        for (std::int32_t e = 0; e < count; ++e) { elements.push_back({id, e}); }
        return elements;
    }
    std::vector<element_source> joined;
    for (const node_id source : view->sources) {
        const auto part = resolve_elements(graph, source);
        joined.insert(joined.end(), part.begin(), part.end());
    }
    elements.reserve(view->index.size());
    for (const std::int32_t i : view->index) {
        elements.push_back(i < 0 ? element_source{} : joined[static_cast<std::size_t>(i)]);
    }
    return elements;
}

node_id first_readout(const neuron_graph& graph) {
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        if (sum != nullptr && sum->readout) { return id; }
    }
    throw internal_error("a neuron graph without a read-out");
}

float upper_bound(const neuron_graph& graph, node_id id) {
    const graph_node& node = graph.nodes[id];
    constexpr float none = std::numeric_limits<float>::infinity();
    if (std::holds_alternative<input_node>(node.kind)) { return none; }
    if (const auto* sum = node.as_sum()) { return sum->upper; }
    float bound = 0.0F;
    for (const node_id source : sources_of(node)) {
        bound = std::max(bound, upper_bound(graph, source));
    }
    return bound;
}

std::optional<code_grid> grid_of(const neuron_graph& graph, node_id id) {
    const graph_node& node = graph.nodes[id];
    if (const auto* input = std::get_if<input_node>(&node.kind)) { return input->grid; }
    if (const auto* sum = node.as_sum()) { return sum->grid; }
    std::optional<code_grid> common;
    for (const node_id source : sources_of(node)) {
        const std::optional<code_grid> grid = grid_of(graph, source);
        if (!grid || (common && common->scale != grid->scale)) { return std::nullopt; }
        if (node.is_view() && grid->scale.size() > 1) { return std::nullopt; }
        if (!common) { common = grid; }
        common->lo = std::min(common->lo, grid->lo);
        common->hi = std::max(common->hi, grid->hi);
    }
    return common;
}

bool is_non_negative(const neuron_graph& graph, node_id id) {
    const graph_node& node = graph.nodes[id];
    if (const auto* input = std::get_if<input_node>(&node.kind)) {
        const std::vector<double>& mean = input->encoding.mean;
        return input->encoding.eight_bit
               && std::all_of(mean.begin(), mean.end(), [](double m) { return m <= 0.0; });
    }
    if (const auto* sum = node.as_sum()) { return sum->relu; }
    for (const node_id source : sources_of(node)) {
        if (!is_non_negative(graph, source)) { return false; }
    }
    return true;
}

}  // namespace synfire::converters
