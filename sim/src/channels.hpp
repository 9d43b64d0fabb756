// SPDX-License-Identifier: Apache-2.0
// Channel ranges of the two ends of a projection, in the unsigned numbers that loops want.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include <synfire/core/network.hpp>

#include "plan.hpp"

namespace synfire::sim {

inline std::size_t to_size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// One end of a projection.
struct channel_view {
    std::size_t stride;     ///< channels of the population: distance of neighbouring positions
    std::size_t first;      ///< first channel of the range
    std::size_t count;      ///< channels of the range
    std::size_t positions;  ///< of the population
    std::size_t width;

    channel_view(const population& p, const channel_range& range)
        : stride(to_size(p.shape.channels)),
          first(to_size(range.first)),
          count(to_size(range.count())),
          positions(p.shape.positions()),
          width(to_size(p.shape.width)) {}

    bool whole() const { return count == stride; }
    std::size_t neurons() const { return positions * count; }
    /// Offset of the range in a position.
    std::size_t offset(std::size_t position) const { return position * stride + first; }
};

/// Calls visit(channel in the range, code) for the active neurons of a position that lie in the
/// range.
template <class Visit>
void for_each_active(const active_set& active, const active_position& at, const channel_view& view,
                     const Visit& visit) {
    const std::size_t base = view.offset(at.position);
    for (std::size_t e = at.first; e < at.last; ++e) {
        const std::size_t neuron = active.neurons[e];
        if (neuron < base || neuron >= base + view.count) { continue; }
        visit(neuron - base, active.codes[e]);
    }
}

}  // namespace synfire::sim
