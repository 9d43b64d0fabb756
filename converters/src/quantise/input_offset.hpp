// SPDX-License-Identifier: Apache-2.0
// The mean of the input moves into the biases of the layers that read it.
#pragma once

#include <cstdint>
#include <vector>

#include "quantised_graph.hpp"

namespace synfire::converters {

/// Integer biases of a sum node whose real biases are given in units of its potential. Code 0 of
/// the input stands for -mean / std; what that constant contributes through the *quantised* weights
/// joins the bias. Padding is zero for the trained network but code 0 here, so where a layer pads,
/// biases become per element.
std::vector<std::int64_t> add_input_offset(const quantised_graph& quantised, node_id id,
                                           const std::vector<double>& bias);

}  // namespace synfire::converters
