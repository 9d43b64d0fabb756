// SPDX-License-Identifier: Apache-2.0
// Layers that no output needs are dead code of the exporter.
#pragma once

#include <cstddef>
#include <set>

#include "../graph/model_graph.hpp"

namespace synfire::converters {

/// Numbers of the layers that some output depends on.
std::set<std::size_t> live_layers(const model_graph& model);

}  // namespace synfire::converters
