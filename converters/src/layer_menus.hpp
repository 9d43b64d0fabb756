// SPDX-License-Identifier: Apache-2.0
// A small number for each layer (steps, weight bits): as small as the answers allow, where it saves
// most.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "graph/neuron_graph.hpp"

namespace synfire::converters {

/// Nodes that share a number, and what each number would mean for them.
struct layer_menu {
    std::vector<node_id> nodes;
    std::int32_t first = 1;     ///< number that entry 0 stands for
    std::vector<double> error;  ///< squared error relative to the signal, summed over the nodes
    std::vector<double> cost;   ///< synaptic events per sample, or bits of memory
};

/// For each menu the number with the least error + price * cost / (cost of all at the largest
/// numbers); by node number, 0 for nodes of no menu.
std::vector<std::int32_t> numbers_at_price(const std::vector<layer_menu>& menus, double price,
                                           std::size_t nodes);

/// The highest price whose numbers `good` accepts, by bisection; empty where none is.
std::vector<std::int32_t>
least_numbers(const std::vector<layer_menu>& menus, std::size_t nodes,
              const std::function<bool(const std::vector<std::int32_t>& numbers)>& good);

}  // namespace synfire::converters
