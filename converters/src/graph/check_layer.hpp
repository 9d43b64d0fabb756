// SPDX-License-Identifier: Apache-2.0
// The rules that a layer of a model_graph keeps: what the float executor relies on.
#pragma once

#include <vector>

#include "graph/model_graph.hpp"

namespace synfire::converters {

/// Throws internal_error where inputs, output, sizes or geometry of the layer do not fit together.
void check_layer(const layer& l, const std::vector<value_info>& values);

}  // namespace synfire::converters
