// SPDX-License-Identifier: Apache-2.0
#include "input_codes.hpp"

#include <algorithm>
#include <cmath>

namespace synfire::converters {

namespace {

double entry(const std::vector<double>& values, std::size_t channel) {
    return values[values.size() == 1 ? 0 : channel];
}

/// The grid of a node that does nothing but round the input, element by element.
const code_grid* plain_rounding(const graph_node& node, node_id input) {
    const sum_node* sum = node.as_sum();
    if (sum == nullptr || !sum->grid || sum->function || !sum->slopes.empty()
        || sum->terms.size() != 1 || sum->terms[0].source != input
        || sum->grid->scale.size() != 1) {
        return nullptr;
    }
    const auto* identity = std::get_if<identity_term>(&sum->terms[0].kind);
    const auto is = [](float wanted) { return [wanted](float x) { return x == wanted; }; };
    const bool plain =
        identity != nullptr && std::all_of(identity->gain.begin(), identity->gain.end(), is(1.0F))
        && std::all_of(sum->bias.begin(), sum->bias.end(), is(0.0F)) && std::isinf(sum->upper);
    return plain ? &*sum->grid : nullptr;
}

bool gives_raw_codes(const input_encoding& encoding, const code_grid& grid, std::size_t channels) {
    if (!encoding.eight_bit) {
        const auto zero = [](double m) { return m == 0.0; };
        const auto equal = [&](double s) { return s == encoding.std.front(); };
        return std::all_of(encoding.mean.begin(), encoding.mean.end(), zero)
               && std::all_of(encoding.std.begin(), encoding.std.end(), equal);
    }
    for (std::size_t c = 0; c < channels; ++c) {
        for (int raw = 0; raw < 256; ++raw) {
            const float code = std::nearbyint(real_of_raw(encoding, c, raw) / grid.scale.front());
            if (code != static_cast<float>(raw) || raw < grid.lo || raw > grid.hi) { return false; }
        }
    }
    return true;
}

void replace(node_id& id, node_id gone, node_id by) {
    if (id == gone) { id = by; }
    if (id > gone) { --id; }
}

void drop_node(neuron_graph& graph, node_id gone, node_id by) {
    graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(gone));
    for (graph_node& node : graph.nodes) {
        if (auto* sum = std::get_if<sum_node>(&node.kind)) {
            for (term& t : sum->terms) { replace(t.source, gone, by); }
        } else if (auto* pool = std::get_if<max_pool_node>(&node.kind)) {
            replace(pool->source, gone, by);
        } else if (auto* view = std::get_if<view_node>(&node.kind)) {
            for (node_id& source : view->sources) { replace(source, gone, by); }
        }
    }
}

void merge_rounding_of(neuron_graph& graph, node_id id) {
    std::vector<node_id> readers;
    for (node_id reader = input_count(graph); reader < graph.nodes.size(); ++reader) {
        for (const node_id source : sources_of(graph.nodes[reader])) {
            if (source == id) { readers.push_back(reader); }
        }
    }
    auto& input = std::get<input_node>(graph.nodes[id].kind);
    if (readers.size() != 1) { return; }
    const code_grid* grid = plain_rounding(graph.nodes[readers.front()], id);
    const auto channels = static_cast<std::size_t>(population_shape(graph.nodes[id].item).channels);
    if (grid == nullptr || graph.nodes[readers.front()].item != graph.nodes[id].item
        || !gives_raw_codes(input.encoding, *grid, channels)) {
        return;
    }
    input.grid = *grid;
    drop_node(graph, readers.front(), id);
}

}  // namespace

float real_of_raw(const input_encoding& encoding, std::size_t channel, double raw) {
    return static_cast<float>((raw * encoding.scale - entry(encoding.mean, channel))
                              / entry(encoding.std, channel));
}

void merge_input_rounding(neuron_graph& graph) {
    for (node_id id = 0; id < input_count(graph); ++id) { merge_rounding_of(graph, id); }
}

}  // namespace synfire::converters
