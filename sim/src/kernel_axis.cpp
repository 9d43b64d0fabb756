// SPDX-License-Identifier: Apache-2.0
#include "kernel_axis.hpp"

#include <algorithm>
#include <numeric>

namespace synfire::sim {
namespace {

/// Target coordinate of a source and tap, or -1.
std::int32_t target_of(const axis_geometry& g, std::int32_t source, std::int32_t tap) {
    std::int32_t target = 0;
    if (g.transposed) {
        target = source * g.stride - g.pad + tap * g.dilation;
    } else {
        const std::int32_t scaled = source + g.pad - tap * g.dilation;
        if (scaled < 0 || scaled % g.stride != 0) { return -1; }
        target = scaled / g.stride;
    }
    return target >= 0 && target < g.targets ? target : -1;
}

/// Seen from a source, targets ascend while taps descend, `step` taps at a time. Storing taps in
/// that order makes the weights of neighbouring targets neighbours in memory.
std::vector<std::size_t> merged_slots(const axis_geometry& g) {
    const std::int32_t step = g.transposed ? 1 : g.stride / std::gcd(g.stride, g.dilation);
    std::vector<std::size_t> slots(static_cast<std::size_t>(g.kernel));
    std::size_t next = 0;
    for (std::int32_t residue = 0; residue < step; ++residue) {
        for (std::int32_t i = 0; i < g.kernel; ++i) {
            const std::int32_t tap = g.transposed ? i : g.kernel - 1 - i;
            if (tap % step == residue) { slots[static_cast<std::size_t>(tap)] = next++; }
        }
    }
    return slots;
}

std::vector<std::size_t> plain_slots(std::int32_t kernel) {
    std::vector<std::size_t> slots(static_cast<std::size_t>(kernel));
    std::iota(slots.begin(), slots.end(), std::size_t{0});
    return slots;
}

}  // namespace

axis_geometry axis_of(const network& net, const projection& p, std::size_t axis) {
    const shape& from = net.populations[p.source].shape;
    const shape& to = net.populations[p.target].shape;
    axis_geometry a;
    a.sources = axis == 0 ? from.height : from.width;
    a.targets = axis == 0 ? to.height : to.width;
    if (p.kind == connectivity::one_to_one) { return a; }
    a.kernel = p.geometry.kernel[axis];
    a.stride = p.geometry.stride[axis];
    a.dilation = p.geometry.dilation[axis];
    a.pad = p.geometry.pads[axis];
    a.transposed = p.kind == connectivity::conv_transpose2d;
    return a;
}

kernel_axis::kernel_axis(const axis_geometry& geometry, bool merge)
    : slots_(merge ? merged_slots(geometry) : plain_slots(geometry.kernel)) {
    for (std::int32_t source = 0; source < geometry.sources; ++source) {
        add_source(geometry, source, merge);
    }
}

void kernel_axis::add_source(const axis_geometry& geometry, std::int32_t source, bool merge) {
    std::vector<axis_span> taps;
    for (std::int32_t tap = 0; tap < geometry.kernel; ++tap) {
        const std::int32_t target = target_of(geometry, source, tap);
        if (target < 0) { continue; }
        taps.push_back(
            {target, static_cast<std::int32_t>(slots_[static_cast<std::size_t>(tap)]), 1});
    }
    std::sort(taps.begin(), taps.end(),
              [](const axis_span& a, const axis_span& b) { return a.target < b.target; });
    for (const axis_span& tap : taps) {
        const bool starts = spans_.size() == first_.back();
        if (merge && !starts) {
            axis_span& last = spans_.back();
            if (tap.target == last.target + last.count && tap.slot == last.slot + last.count) {
                ++last.count;
                continue;
            }
        }
        spans_.push_back(tap);
    }
    first_.push_back(spans_.size());
}

}  // namespace synfire::sim
