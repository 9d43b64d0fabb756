// SPDX-License-Identifier: Apache-2.0
// Emission: the quantised graph in ONNX order becomes populations and projections, channel last,
// views resolved.
#pragma once

#include <vector>

#include <synfire/core/network.hpp>

#include "../quantise/quantised_graph.hpp"

namespace synfire::converters {

/// Population number of each node; views have none.
inline constexpr std::size_t no_population = static_cast<std::size_t>(-1);

struct emitted_network {
    network net;
    std::vector<std::size_t> population_of_node;
};

/// The result is valid (core validate) and carries its proven widths; throws bad_input where a
/// population would need more than 32 bits.
emitted_network emit_network(const quantised_graph& quantised);

/// The same without widths and not validated: windows may be longer than those of a network that
/// runs synchronously.
emitted_network assemble_network(const quantised_graph& quantised);

/// Sets the proven width of every population; throws bad_input where one exceeds 32 bits.
void prove_widths(network& net);

}  // namespace synfire::converters
