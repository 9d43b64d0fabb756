// SPDX-License-Identifier: Apache-2.0
// inspect for NIR graphs.
#pragma once

#include <string>

#include "command.hpp"

namespace synfire::cli {

/// Nodes, edges and deviations of a graph; returns the exit status.
int inspect_nir(const std::string& file, const result_header& header, const output& out);

/// The table of node types that docs/reference/nir.md shows.
void print_nir_nodes();

}  // namespace synfire::cli
