// SPDX-License-Identifier: Apache-2.0
// Steps layer by layer: as few as the answers allow, where they save most.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "emit/emit_network.hpp"
#include "quantise/quantise.hpp"

namespace synfire::converters {

/// Nodes that share a window, and what each number of steps 1 .. options.steps would mean for them.
struct steps_menu {
    std::vector<node_id> nodes;
    std::vector<double> error;   ///< [T - 1]: squared error relative to the signal, summed
    std::vector<double> events;  ///< [T - 1]: synaptic events per sample
};

/// `emitted` is the network with options.steps everywhere. Sources of one max-pool share a window.
std::vector<steps_menu> steps_menus(const neuron_graph& graph, const calibration& measured,
                                    const quantise_options& options,
                                    const emitted_network& emitted);

/// For each menu the steps with the least error + price * events / (events of all with most steps);
/// by node number, 0 for nodes of no menu.
std::vector<std::int32_t> steps_at_price(const std::vector<steps_menu>& menus, double price,
                                         std::size_t nodes);

/// The highest price whose steps `good` accepts, by bisection; no node_steps where none is.
std::vector<std::int32_t>
fewest_steps(const std::vector<steps_menu>& menus, std::size_t nodes,
             const std::function<bool(const std::vector<std::int32_t>& node_steps)>& good);

}  // namespace synfire::converters
