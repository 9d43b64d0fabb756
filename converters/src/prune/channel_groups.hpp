// SPDX-License-Identifier: Apache-2.0
// Channels that can only go together: a skip connection, a pool or a depthwise convolution passes
// one channel on to another.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// A channel of a node; views have channels, too.
struct node_channel {
    node_id node = 0;
    std::size_t channel = 0;

    friend bool operator==(const node_channel&, const node_channel&) = default;
};

/// Channels of one group, in order of nodes; only groups that may be removed and have neurons that
/// fire. Inputs and read-outs stay, and so does what a grouped convolution mixes.
std::vector<std::vector<node_channel>> removable_groups(const neuron_graph& graph);

/// True for a convolution with one input channel per group: an output channel reads one channel.
bool is_depthwise(const neuron_graph& graph, const term& t);

/// [node][channel]
using channel_marks = std::vector<std::vector<bool>>;

/// Channels of a node: those of its population shape.
std::size_t channel_count(const graph_node& node);

/// No channel of any node.
channel_marks no_channels(const neuron_graph& graph);

/// Channels of each node that are not marked.
std::vector<std::size_t> kept_channels(const channel_marks& removed);

/// Multiplications of convolutions and linear terms per sample, by how many channels each node has.
class multiplication_count {
  public:
    explicit multiplication_count(const neuron_graph& graph);

    std::uint64_t of(const std::vector<std::size_t>& channels) const;

  private:
    struct product {
        node_id target = 0;
        node_id source = 0;
        bool depthwise = false;     ///< each output channel reads one channel
        std::uint64_t of_pair = 0;  ///< of one output channel and one input channel
    };
    std::vector<product> products_;
};

}  // namespace synfire::converters
