// SPDX-License-Identifier: Apache-2.0
// conv_transpose2d as the engine sees it: for target columns one stride apart the same taps of the
// kernel meet the source, which moves by one column: an ordinary kernel, its taps in reverse order.
#include <algorithm>
#include <vector>

#include "term_plan.hpp"

namespace synfire::hw::detail {
namespace {

std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }

/// Taps of one axis that reach a target coordinate, in ascending order of what they read.
struct axis_taps {
    std::int32_t first = 0;            ///< source coordinate of the first tap
    std::int32_t step = 0;             ///< source coordinates from one tap to the next
    std::vector<std::int32_t> kernel;  ///< kernel coordinates
};

axis_taps taps_at(std::int32_t target, const kernel_geometry& g, std::size_t axis) {
    axis_taps taps;
    for (std::int32_t k = g.kernel[axis] - 1; k >= 0; --k) {
        const std::int32_t stuffed = target + g.pads[axis] - k * g.dilation[axis];
        const std::int32_t rest = stuffed % g.stride[axis];
        if (rest != 0) { continue; }
        const std::int32_t source = stuffed / g.stride[axis];
        if (taps.kernel.empty()) { taps.first = source; }
        if (taps.kernel.size() == 1) { taps.step = source - taps.first; }
        taps.kernel.push_back(k);
    }
    return taps;
}

struct both_taps {
    axis_taps y;
    axis_taps x;

    std::int64_t count() const {
        return static_cast<std::int64_t>(y.kernel.size() * x.kernel.size());
    }
};

void set_taps(term& t, const term_context& c, const position_run& run, const both_taps& taps) {
    const std::int64_t pitch = c.source.pitch;
    const std::int64_t row = c.source.row_pitch();
    t.x_first = taps.x.first * pitch;
    t.y_first = taps.y.first * row;
    t.x_stride = std::max(1, run.step / c.p.geometry.stride[1]) * pitch;
    t.y_stride = row;
    t.x_tap = taps.x.step * pitch;
    t.y_tap = taps.y.step * row;
    t.taps_x = static_cast<std::int64_t>(taps.x.kernel.size());
    t.taps_y = static_cast<std::int64_t>(taps.y.kernel.size());
}

/// Whole rows of the source lie behind each other, and so do the taps.
bool merges(const term_context& c, const both_taps& taps) {
    return c.p.groups == 1 && (taps.x.step == 1 || taps.x.kernel.size() == 1)
           && c.p.source_channels == channel_range{0, c.source.shape.channels}
           && c.source.pitch == c.source.shape.channels;
}

/// Channels of one group on either side.
struct group_size {
    std::int32_t in = 0;
    std::int32_t out = 0;
};

std::int8_t weight_of(const projection& p, group_size size, std::int32_t source,
                      std::int32_t target, std::int64_t tap) {
    const std::int64_t kernel = std::int64_t{p.geometry.kernel[0]} * p.geometry.kernel[1];
    return p.weights[at((std::int64_t{source} * size.out + target % size.out) * kernel + tap)];
}

/// Numbers of the kernel's weights in the order of the term's taps.
std::vector<std::int64_t> kernel_order(const projection& p, const both_taps& taps) {
    std::vector<std::int64_t> order;
    for (const std::int32_t ky : taps.y.kernel) {
        for (const std::int32_t kx : taps.x.kernel) {
            order.push_back(std::int64_t{ky} * p.geometry.kernel[1] + kx);
        }
    }
    return order;
}

void add_group(const term_context& c, const position_run& run, const both_taps& taps,
               channel_range lanes, group_size size, std::vector<term_plan>& terms) {
    const std::int32_t origin = c.p.target_channels.first;
    const std::int32_t first_source = (lanes.first - origin) / size.out * size.in;
    term t = term_of(c, lanes);
    t.act_base += first_source;
    set_taps(t, c, run, taps);
    t.tap_bits = size.in;
    t.row_step = size.in;
    if (merges(c, taps)) {
        t.tap_bits *= t.taps_x;
        t.row_step = t.tap_bits;
        t.taps_x = 1;
    }
    const auto fill = [c, lanes, size, origin, first_source,
                       order = kernel_order(c.p, taps)](const row_writer& rows) {
        std::int64_t row = 0;
        for (const std::int64_t tap : order) {
            for (std::int32_t m = 0; m < size.in; ++m, ++row) {
                for (std::int32_t channel = lanes.first; channel < lanes.last; ++channel) {
                    rows.set(row, c.lane_of(channel),
                             weight_of(c.p, size, first_source + m, channel - origin, tap));
                }
            }
        }
    };
    terms.push_back({t, taps.count() * size.in, fill, c.p.source});
}

void add_depthwise(const term_context& c, const position_run& run, const both_taps& taps,
                   channel_range lanes, std::vector<term_plan>& terms) {
    const std::int32_t origin = c.p.target_channels.first;
    term t = diagonal_term(c, lanes, c.p.source_channels.first + lanes.first - origin);
    set_taps(t, c, run, taps);
    t.row_step = 1;
    const auto fill = [c, lanes, origin, order = kernel_order(c.p, taps)](const row_writer& rows) {
        for (std::size_t row = 0; row < order.size(); ++row) {
            for (std::int32_t channel = lanes.first; channel < lanes.last; ++channel) {
                rows.set(static_cast<std::int64_t>(row), c.lane_of(channel),
                         weight_of(c.p, {1, 1}, channel - origin, channel - origin, order[row]));
            }
        }
    };
    terms.push_back({t, taps.count(), fill, c.p.source});
}

}  // namespace

void add_transposed_terms(const term_context& c, const position_run& run,
                          std::vector<term_plan>& terms) {
    const both_taps taps{taps_at(run.y, c.p.geometry, 0), taps_at(run.x, c.p.geometry, 1)};
    if (taps.count() == 0) { return; }
    const channel_range lanes = c.meeting();
    const group_size size{c.p.source_channels.count() / c.p.groups,
                          c.p.target_channels.count() / c.p.groups};
    if (c.p.groups > 1 && size.in == 1 && size.out == 1) {
        return add_depthwise(c, run, taps, lanes, terms);
    }
    const std::int32_t origin = c.p.target_channels.first;
    for (std::int32_t first = lanes.first; first < lanes.last;) {
        const std::int32_t group_end = origin + ((first - origin) / size.out + 1) * size.out;
        const std::int32_t last = std::min(lanes.last, group_end);
        add_group(c, run, taps, {first, last}, size, terms);
        first = last;
    }
}

}  // namespace synfire::hw::detail
