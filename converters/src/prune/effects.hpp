// SPDX-License-Identifier: Apache-2.0
// How much weights and whole channels matter, from what they multiply on samples.
#pragma once

#include <cstddef>
#include <vector>

#include <synfire/core/dataset.hpp>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Of one term of a sum. Effects are squared errors of the layer's sums relative to their variance:
/// w^2 * var(x) / (sum over channels of var(sums)), since the mean of what is removed joins the
/// bias. What a column says beyond all others is no better measure: two that say the same both look
/// useless (docs/design/notes-conversion.md).
struct term_effects {
    std::vector<double> mean;     ///< of what weights multiply: see column_of_weight
    std::vector<double> weight;   ///< per weight
    std::vector<double> channel;  ///< per channel of the source: of all weights that read it
};

/// [node][term]
using layer_effects = std::vector<std::vector<term_effects>>;

/// True for terms whose weights were trained: convolutions of both kinds and linear terms.
bool is_prunable(const term& t);

/// Number of what weight number i of a prunable term multiplies: a channel of a convolution's
/// source, an element of a linear term's, the sum of a channel with spatial_sum.
std::size_t column_of_weight(const neuron_graph& graph, node_id id, const term& t, std::size_t i);

/// Per node and term; empty for terms that are not prunable. The same for any number of threads.
/// Uses the first samples, as many as layer-by-layer work can hold.
layer_effects measure_effects(const neuron_graph& graph, const dataset& data, std::size_t samples);

}  // namespace synfire::converters
