// SPDX-License-Identifier: Apache-2.0
#include "prune_weights.hpp"

#include <algorithm>
#include <tuple>

#include "../quantise/scaled_terms.hpp"

namespace synfire::converters {

namespace {

struct weight_place {
    double effect = 0.0;
    node_id node = 0;
    std::size_t term = 0;
    std::size_t weight = 0;

    auto order() const { return std::tie(effect, node, term, weight); }
};

std::vector<weight_place> places_of(const neuron_graph& graph, const layer_effects& measured) {
    std::vector<weight_place> places;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        for (std::size_t k = 0; sum != nullptr && k < sum->terms.size(); ++k) {
            const term& t = sum->terms[k];
            if (!is_prunable(t)) { continue; }
            const std::vector<double>& effects = measured[id][k].weight;
            for (std::size_t i = 0; i < effects.size(); ++i) {
                // Those that are 0 already come first, even before those that nothing varies.
                places.push_back({prunable_weights(t)[i] == 0.0F ? -1.0 : effects[i], id, k, i});
            }
        }
    }
    return places;
}

}  // namespace

std::vector<float>& prunable_weights(term& t) {
    if (auto* conv = std::get_if<conv_term>(&t.kind)) { return conv->weights; }
    if (auto* turned = std::get_if<conv_transpose_term>(&t.kind)) { return turned->weights; }
    return std::get<linear_term>(t.kind).weights;
}

const std::vector<float>& prunable_weights(const term& t) { return *weights_of(t); }

weight_count count_weights(const neuron_graph& graph) {
    weight_count count;
    for (const graph_node& node : graph.nodes) {
        const sum_node* sum = node.as_sum();
        if (sum == nullptr) { continue; }
        for (const term& t : sum->terms) {
            if (!is_prunable(t)) { continue; }
            const std::vector<float>& weights = prunable_weights(t);
            count.all += weights.size();
            count.zero +=
                static_cast<std::size_t>(std::count(weights.begin(), weights.end(), 0.0F));
        }
    }
    return count;
}

void remove_weight(graph_node& node, std::size_t term, std::size_t weight, std::size_t channel,
                   double mean) {
    auto& sum = std::get<sum_node>(node.kind);
    float& w = prunable_weights(sum.terms[term])[weight];
    const auto moved = static_cast<float>(static_cast<double>(w) * mean);
    const auto channels = static_cast<std::size_t>(population_shape(node.item).channels);
    const std::size_t block = sum.bias.size() / channels;
    for (std::size_t i = channel * block; i < (channel + 1) * block; ++i) { sum.bias[i] += moved; }
    w = 0.0F;
}

void prune_weights(neuron_graph& graph, const layer_effects& measured, std::size_t count) {
    std::vector<weight_place> places = places_of(graph, measured);
    const auto removed =
        places.begin() + static_cast<std::ptrdiff_t>(std::min(count, places.size()));
    std::nth_element(
        places.begin(), removed, places.end(),
        [](const weight_place& a, const weight_place& b) { return a.order() < b.order(); });
    std::sort(places.begin(), removed,
              [](const weight_place& a, const weight_place& b) { return a.order() < b.order(); });
    for (auto p = places.begin(); p != removed; ++p) {
        const term& t = graph.nodes[p->node].as_sum()->terms[p->term];
        const std::size_t column = column_of_weight(graph, p->node, t, p->weight);
        remove_weight(graph.nodes[p->node], p->term, p->weight,
                      channel_of_weight(graph, p->node, t, p->weight),
                      measured[p->node][p->term].mean[column]);
    }
}

}  // namespace synfire::converters
