// SPDX-License-Identifier: Apache-2.0
// Which whole channels a network can do without.
#pragma once

#include <vector>

#include "channel_groups.hpp"
#include "effects.hpp"

namespace synfire::converters {

/// Marks further groups of channels until at most `share` of the multiplications of the whole graph
/// are left, each time the one that adds least to the relative squared errors of the layers that
/// read it for what it saves: sum of w^2 * var(x) / (variance of the layer's sums). No layer loses
/// its last channel, so that more may be left. The marked channels' weights and biases become 0,
/// and what they contributed on the mean joins the biases of their readers.
void prune_channels(neuron_graph& graph, const layer_effects& measured, double share,
                    channel_marks& removed);

/// The graph without the marked channels, which must be whole removable groups. Nodes keep their
/// numbers.
neuron_graph without_channels(const neuron_graph& graph, const channel_marks& removed);

}  // namespace synfire::converters
