// SPDX-License-Identifier: Apache-2.0
// From the groups of a file to nodes and edges, subgraphs dissolved; no shapes yet.
#pragma once

#include <string>

#include <synfire/converters/nir_graph.hpp>

namespace synfire::converters::nir {

/// Throws bad_input for unsound files and unsupported_model for unknown node types.
nir_graph read_graph(const io::hdf5_tree& root, const std::string& where);

}  // namespace synfire::converters::nir
