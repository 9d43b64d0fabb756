// SPDX-License-Identifier: Apache-2.0
// Steps layer by layer: what each number of them would mean.
#pragma once

#include <vector>

#include "emit/emit_network.hpp"
#include "layer_menus.hpp"
#include "quantise/quantise.hpp"

namespace synfire::converters {

/// T = 1 .. options.steps, in synaptic events. `emitted` is the network with options.steps
/// everywhere. Sources of one max-pool share a window.
std::vector<layer_menu> steps_menus(const neuron_graph& graph, const calibration& measured,
                                    const quantise_options& options,
                                    const emitted_network& emitted);

}  // namespace synfire::converters
