// SPDX-License-Identifier: Apache-2.0
// Views as the pieces that projections can name: channel ranges of populations, possibly framed by
// zeros.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "neuron_graph.hpp"

namespace synfire::converters {

/// Who reads the view: a convolution (zero frames join its pads), a max-pool (a zero frame would
/// have to win against negative codes: not allowed), or somebody who needs one source as a whole
/// (grouped convolution, average).
enum class spatial_use { convolution, max_pool, whole };

/// Channels `view` of the view are channels `source_channels` of node `source`, with `frame` zeros
/// at top, left, bottom, right.
struct view_part {
    node_id source = 0;
    channel_range source_channels;
    channel_range view_channels;
    std::array<std::int32_t, 4> frame{0, 0, 0, 0};
};

/// The parts of a node in channel order; channels that are constant zero belong to no part. Empty
/// where the view cannot be described so.
std::optional<std::vector<view_part>> view_parts(const neuron_graph& graph, node_id node,
                                                 spatial_use use);

}  // namespace synfire::converters
