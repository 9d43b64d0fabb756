// SPDX-License-Identifier: Apache-2.0
// What biases alone bring to a node.
#pragma once

#include <vector>

#include "model.hpp"

namespace synfire::converters::nir {

/// What arrives at a node while no population sends anything: biases, through all that is behind
/// them. Precondition: model_of accepted the graph, so that no loop is without a population.
std::vector<double> constant_arrivals(const nir_graph& graph, const model& parts, std::size_t node);

}  // namespace synfire::converters::nir
