// SPDX-License-Identifier: Apache-2.0
// Multiplications of the trained network, dense and without zeros, counted on data.
#pragma once

#include <synfire/converters/float_model.hpp>

#include "graph/neuron_graph.hpp"

namespace synfire::converters {

/// One entry per convolution or linear term, in topological order. Real zeros of the folded network
/// (level L1).
std::vector<dense_layer> count_dense(const neuron_graph& graph, const dataset& data,
                                     std::size_t samples);

}  // namespace synfire::converters
