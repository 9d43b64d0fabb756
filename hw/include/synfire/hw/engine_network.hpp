// SPDX-License-Identifier: Apache-2.0
// `current` inputs on an engine that adds spikes: their codes are sent as spikes of a window.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/core/spike_train.hpp>

namespace synfire::hw {

/// The window in which the engine takes the codes of a `current` input: `phase`, with as many steps
/// as the largest size of a code has bits.
code_window window_of_current(const population& p);

/// The spikes of codes in a window, sorted by step and neuron.
spike_train spikes_of(const code_window& window, std::span<const std::int32_t> codes);

/// The codes, one a neuron, that spikes in a window come to.
std::vector<std::int32_t> codes_of(const code_window& window, const spike_train& spikes,
                                   std::size_t neurons);

bool has_current(const network& net);

/// The network with these windows; its inputs say `current` still, and it is not valid as a network
/// of its own.
network with_current_windows(const network& net);

/// A synchronous network as the engine runs it: `current` inputs are inputs with the encoder `code`
/// in the window above. Potentials, codes and spikes of all other populations are those of the
/// given network; what the engine counts (docs/reference/accelerator.md, "Inputs of codes") is this
/// network's activity.
network engine_network(const network& net);

}  // namespace synfire::hw
