// SPDX-License-Identifier: Apache-2.0
// Which weights a network can do without, over all layers together.
#pragma once

#include <cstddef>
#include <vector>

#include "../graph/neuron_graph.hpp"
#include "effects.hpp"

namespace synfire::converters {

/// Trained weights, and those of them that are 0.
struct weight_count {
    std::size_t all = 0;
    std::size_t zero = 0;
};
weight_count count_weights(const neuron_graph& graph);

/// Sets the `count` weights to 0 (those that are 0 already included) whose removal adds least to
/// the relative squared error of their layer: w^2 * var(x) / (variance of the layer's sums). What
/// a removed weight contributed on the mean joins the bias.
void prune_weights(neuron_graph& graph, const layer_effects& measured, std::size_t count);

/// Sets one weight to 0 and moves its mean contribution into the bias of its channel.
void remove_weight(graph_node& node, std::size_t term, std::size_t weight, std::size_t channel,
                   double mean);

/// Weights of a prunable term.
std::vector<float>& prunable_weights(term& t);
const std::vector<float>& prunable_weights(const term& t);

}  // namespace synfire::converters
