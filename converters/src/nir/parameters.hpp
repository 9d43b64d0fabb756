// SPDX-License-Identifier: Apache-2.0
// Parameters of one node: their common shape, and what stands for those that are absent.
#pragma once

#include <synfire/converters/nir_graph.hpp>

namespace synfire::converters::nir {

/// Shape of the parameter with the most elements.
nir_shape parameter_shape(const nir_node& node);

/// Brings the parameters of neurons, filters, Scale, Threshold and Delay to node.output, and adds
/// v_reset (0), w_in (1) and bias (0) where they are absent. Throws bad_input where a shape does
/// not fit.
void complete_parameters(nir_graph& graph, nir_node& node);

}  // namespace synfire::converters::nir
