// SPDX-License-Identifier: Apache-2.0
#include "gather_axis.hpp"

namespace synfire::sim {
namespace {

/// Source coordinate of a target and tap, or -1.
std::int32_t source_of(const axis_geometry& g, std::int32_t target, std::int32_t tap) {
    std::int32_t source = target * g.stride - g.pad + tap * g.dilation;
    if (g.transposed) {
        const std::int32_t scaled = target + g.pad - tap * g.dilation;
        if (scaled < 0 || scaled % g.stride != 0) { return -1; }
        source = scaled / g.stride;
    }
    return source >= 0 && source < g.sources ? source : -1;
}

}  // namespace

gather_axis::gather_axis(const axis_geometry& geometry) {
    for (std::int32_t target = 0; target < geometry.targets; ++target) {
        add_target(geometry, target);
    }
}

void gather_axis::add_target(const axis_geometry& geometry, std::int32_t target) {
    for (std::int32_t tap = 0; tap < geometry.kernel; ++tap) {
        const std::int32_t source = source_of(geometry, target, tap);
        if (source < 0) { continue; }
        const bool starts = spans_.size() == first_.back();
        if (!starts) {
            gather_span& last = spans_.back();
            if (source == last.source + last.count && tap == last.tap + last.count) {
                ++last.count;
                continue;
            }
        }
        spans_.push_back({source, tap, 1});
    }
    first_.push_back(spans_.size());
}

}  // namespace synfire::sim
