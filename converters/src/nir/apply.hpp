// SPDX-License-Identifier: Apache-2.0
// One node without state applied to one value, as NIR defines it, in float64.
#pragma once

#include <vector>

#include <synfire/converters/nir_graph.hpp>

namespace synfire::converters::nir {

/// Value in NIR's order to value in NIR's order. Delay passes on what it gets.
std::vector<double> apply(const nir_graph& graph, const nir_node& node,
                          const std::vector<double>& in);

}  // namespace synfire::converters::nir
