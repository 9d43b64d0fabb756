// SPDX-License-Identifier: Apache-2.0
// What the file says about itself beside the graph (ONNX metadata_props).
#pragma once

#include <string>
#include <vector>

#include "graph/model_graph.hpp"

namespace synfire::converters {

/// Numbers of one entry of the file's metadata; none where it has no such entry. Throws bad_input.
std::vector<double> metadata_numbers(const model_graph& model, const std::string& key);

}  // namespace synfire::converters
