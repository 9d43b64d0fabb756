// SPDX-License-Identifier: Apache-2.0
// A last line of defence: folding and merging layers must not change what the model computes.
#pragma once

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>

#include "graph/model_graph.hpp"
#include "graph/neuron_graph.hpp"

namespace synfire::converters {

/// Runs the model as it is in the file (level L0) and the folded graph (L1) on the first samples.
/// Throws internal_error where an output differs by more than the rounding of float sums.
void check_folding(const model_graph& model, const std::vector<input_encoding>& encodings,
                   const neuron_graph& folded, const dataset& data);

}  // namespace synfire::converters
