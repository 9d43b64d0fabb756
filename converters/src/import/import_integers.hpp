// SPDX-License-Identifier: Apache-2.0
// A model that is quantised already becomes a quantised graph with its own integers: weights and
// scales of the file fix everything, and every step between codes is checked.
#pragma once

#include <vector>

#include <synfire/converters/convert.hpp>

#include "../quantise/quantised_graph.hpp"

namespace synfire::converters {

struct imported_integers {
    quantised_graph quantised;
    std::vector<imported_layer> layers;  ///< in topological order
};

/// graph must outlive the result; rounding of the input that is no more than the raw codes is taken
/// out of it, and weights too large for 8 bits become several terms. Throws unsupported_model where
/// the file computes with real numbers in between.
imported_integers import_integers(neuron_graph& graph);

}  // namespace synfire::converters
