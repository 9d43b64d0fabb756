// SPDX-License-Identifier: Apache-2.0
// Accumulator widths by interval arithmetic over every synapse: tight per neuron, no assumption on
// the input.
#include <synfire/core/width.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>

#include "synapse_walk.hpp"

namespace synfire {
namespace {

/// Far outside 32 bits, far inside 64: sums stop here instead of wrapping.
constexpr std::int64_t far_away = std::int64_t{1} << 61;

std::int64_t hold(std::int64_t x) { return std::clamp(x, -far_away, far_away); }

using interval = sum_range;

std::vector<interval> bias_intervals(const population& p) {
    std::vector<interval> sums(p.shape.neurons());
    for (std::size_t n = 0; n < sums.size(); ++n) {
        const std::int64_t bias = hold(p.bias_of(n));
        sums[n] = {std::min(bias, std::int64_t{0}), std::max(bias, std::int64_t{0})};
    }
    return sums;
}

/// What one synapse can carry at once: a whole code, or one spike of a step.
code_range range_of_source(const network& net, const population& source) {
    const bool unit_spikes = net.execution == execution::streaming && !source.is_current();
    return unit_spikes ? code_range{0, source.largest_spike()} : source.range;
}

struct carried {
    std::int64_t lo = 0;  ///< smallest and largest code, shifted
    std::int64_t hi = 0;

    void add(std::int32_t weight, interval& sum) const {
        sum.lo = hold(sum.lo + std::min(weight * hi, weight * lo));
        sum.hi = hold(sum.hi + std::max(weight * hi, weight * lo));
    }
};

/// Per output channel and tap of a convolution, all input channels together: positions share them,
/// and a proof over positions and taps alone is faster by the number of input channels.
std::vector<interval> tap_intervals(const projection& p, const carried& codes) {
    const std::size_t in = detail::to_size(p.source_channels.count() / p.groups);
    const std::size_t taps =
        detail::to_size(p.geometry.kernel[0]) * detail::to_size(p.geometry.kernel[1]);
    std::vector<interval> sums(detail::to_size(p.target_channels.count()) * taps);
    for (std::size_t i = 0; i < p.weights.size(); ++i) {
        codes.add(p.weights[i], sums[i / (in * taps) * taps + i % taps]);
    }
    return sums;
}

void add_convolution(const network& net, const projection& p, const carried& codes,
                     std::vector<interval>& sums) {
    const detail::projection_view v(net, p);
    const std::vector<interval> by_tap = tap_intervals(p, codes);
    const std::size_t columns = detail::to_size(p.geometry.kernel[1]);
    const std::size_t taps = detail::to_size(p.geometry.kernel[0]) * columns;
    detail::for_each_tap(p.geometry, v.target_shape, v.source_shape,
                         [&](auto oy, auto ox, auto, auto, auto ky, auto kx) {
                             const std::size_t tap =
                                 detail::to_size(ky) * columns + detail::to_size(kx);
                             for (std::int32_t oc = 0; oc < p.target_channels.count(); ++oc) {
                                 const interval& more = by_tap[detail::to_size(oc) * taps + tap];
                                 interval& sum = sums[v.target.neuron(oc, oy, ox)];
                                 sum.lo = hold(sum.lo + more.lo);
                                 sum.hi = hold(sum.hi + more.hi);
                             }
                         });
}

void add_projection(const network& net, const projection& p, std::vector<interval>& sums) {
    const code_range range = range_of_source(net, net.populations[p.source]);
    const std::int64_t unit = std::int64_t{1} << p.shift;
    const carried codes{range.lo * unit, range.hi * unit};
    if (p.kind == connectivity::conv2d) { return add_convolution(net, p, codes, sums); }
    detail::walk_synapses(net, p, [&](std::size_t, std::size_t target, std::int32_t weight) {
        codes.add(weight, sums[target]);
    });
}

std::int64_t largest_step_value(const population& p) {
    if (!p.table) { return step_values(p.window).front(); }
    const std::int64_t top = std::max(p.table->k_hi, -p.table->k_lo);
    std::int64_t value = 1;
    while (value * 2 <= top) { value *= 2; }
    return value;
}

/// What the threshold comparison needs besides the sum itself; `d_0`: largest_step_value().
interval with_thresholds(const population& p, std::size_t neuron, interval sum, std::int64_t d_0) {
    const std::int64_t theta = p.theta_of(neuron);
    interval all{sum.lo, std::max(sum.hi + (theta >> 1), theta * d_0)};
    if ((p.table ? p.table->k_lo : p.range.lo) < 0) {
        const std::int64_t theta_neg = p.theta_neg_of(neuron);
        all.hi = std::max({all.hi, -sum.lo + (theta_neg >> 1), theta_neg * d_0});
    }
    return all;
}

/// Everything before a clamp. Decay moves towards zero, so a decayed state is inside its range.
int streaming_bits(const population& p, std::size_t neuron, const interval& sum) {
    const streaming_neuron& s = *p.streaming;
    const interval current{s.s_range.lo + sum.lo, s.s_range.hi + sum.hi};
    const bool filtered = s.has_current();
    const interval in = filtered ? interval{s.s_range.lo, s.s_range.hi} : sum;
    const std::int64_t theta = p.kind == population_kind::spiking ? p.theta_of(neuron) : 0;
    return std::max({bits_for(sum.lo, sum.hi), filtered ? bits_for(current.lo, current.hi) : 1,
                     bits_for(s.v_range.lo + in.lo, s.v_range.hi + in.hi), bits_for(0, theta)});
}

/// `d_0`: 0 where the population does not fire.
int synchronous_bits(const population& p, std::size_t neuron, const interval& sum,
                     std::int64_t d_0) {
    const interval all = d_0 != 0 ? with_thresholds(p, neuron, sum, d_0) : sum;
    return bits_for(all.lo, all.hi);
}

/// Per neuron.
std::vector<interval> sums_of(const network& net, std::size_t number) {
    std::vector<interval> sums = bias_intervals(net.populations[number]);
    for (const projection& projection : net.projections) {
        if (projection.target == number) { add_projection(net, projection, sums); }
    }
    return sums;
}

int proven_width(const network& net, std::size_t number) {
    const population& p = net.populations[number];
    if (!p.has_potential()) { return 0; }
    const std::vector<interval> sums = sums_of(net, number);
    const bool streaming = net.execution == execution::streaming;
    const bool fires = !streaming && p.kind == population_kind::spiking;
    const std::int64_t d_0 = fires ? largest_step_value(p) : 0;
    int width = 1;
    for (std::size_t n = 0; n < sums.size(); ++n) {
        const int bits =
            streaming ? streaming_bits(p, n, sums[n]) : synchronous_bits(p, n, sums[n], d_0);
        width = std::max(width, bits);
    }
    return width;
}

}  // namespace

int bits_for(std::int64_t lo, std::int64_t hi) {
    const auto bits = [](std::int64_t magnitude) {
        const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(magnitude, 0));
        return static_cast<int>(std::bit_width(size)) + 1;
    };
    return std::max(bits(hi), bits(lo < 0 ? -(lo + 1) : 0));
}

sum_range possible_sums(const network& net, std::size_t population) {
    sum_range all;
    for (const interval& sum : sums_of(net, population)) {
        all = {std::min(all.lo, sum.lo), std::max(all.hi, sum.hi)};
    }
    return all;
}

std::vector<int> proven_widths(const network& net) {
    std::vector<int> widths(net.populations.size(), 0);
    for (std::size_t i = 0; i < widths.size(); ++i) { widths[i] = proven_width(net, i); }
    return widths;
}

}  // namespace synfire
