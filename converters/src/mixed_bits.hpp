// SPDX-License-Identifier: Apache-2.0
// Weight bits layer by layer: what each number of them would mean.
#pragma once

#include <vector>

#include <synfire/core/dataset.hpp>

#include "layer_menus.hpp"
#include "quantise/quantise.hpp"

namespace synfire::converters {

/// 2 .. options.weight_bits bits, in bits of memory, for each layer with trained weights.
std::vector<layer_menu> bits_menus(const neuron_graph& graph, const calibration& measured,
                                   const quantise_options& options, const dataset& data);

}  // namespace synfire::converters
