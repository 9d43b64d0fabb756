// SPDX-License-Identifier: Apache-2.0
// Trained against folded network, as graphs.
#pragma once

#include <synfire/converters/explain.hpp>

#include "encoding.hpp"
#include "graph/model_graph.hpp"
#include "graph/neuron_graph.hpp"

namespace synfire::converters {

struct folded_model {
    const model_graph& model;
    const std::vector<input_encoding>& encodings;
    const neuron_graph& graph;
};

/// diverge_folded without files.
std::optional<level_divergence> diverge_graphs(const folded_model& both, const dataset& data,
                                               std::size_t samples);

}  // namespace synfire::converters
