// SPDX-License-Identifier: Apache-2.0
// One node of a file: its fields by the table of node types.
#pragma once

#include <map>
#include <string>

#include <synfire/converters/nir_graph.hpp>

namespace synfire::converters::nir {

/// The text `type` of a node's group. Throws bad_input where it is missing.
std::string type_of(const io::hdf5_tree& group, const std::string& where);

/// Single texts and numbers of the group `metadata`; empty where there is none.
std::map<std::string, std::string> metadata_of(const io::hdf5_tree& group);

/// Precondition: the type is known. Deviations go to the graph. Throws bad_input for missing
/// fields, fields of the wrong kind and values that are not finite.
nir_node read_node(nir_graph& graph, const io::hdf5_tree& group, const std::string& name);

}  // namespace synfire::converters::nir
