// SPDX-License-Identifier: Apache-2.0
// Where a conversion loses: clipping, rounding of codes, rounding of weights, per layer.
#pragma once

#include <vector>

#include <synfire/converters/convert.hpp>

#include "quantise/calibration.hpp"
#include "quantise/quantised_graph.hpp"

namespace synfire::converters {

/// One entry per sum node, in topological order. Weight errors are measured on at most 64 samples:
/// the potential that quantised weights and biases give for the real values of the layer's sources,
/// against the real potential.
std::vector<layer_report> report_layers(const quantised_graph& quantised,
                                        const calibration& measured, const dataset& data);

}  // namespace synfire::converters
