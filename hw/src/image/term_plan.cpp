// SPDX-License-Identifier: Apache-2.0
#include "term_plan.hpp"

#include <algorithm>
#include <utility>

namespace synfire::hw::detail {
namespace {

std::size_t at(std::int64_t n) { return static_cast<std::size_t>(n); }

// conv2d ------------------------------------------------------------------------------------------

struct conv_group {
    std::int32_t in = 0;   ///< source channels of a group
    std::int32_t out = 0;  ///< target channels of a group
};

void merge_columns(const term_context& c, term& t) {
    if (c.p.groups != 1 || c.p.geometry.dilation[1] != 1 || !is_contiguous(c)) { return; }
    t.tap_bits *= t.taps_x;
    t.row_step = t.tap_bits;
    t.taps_x = 1;
}

void add_convolution_group(const term_context& c, conv_group size, channel_range lanes,
                           std::vector<term_plan>& terms) {
    const std::int32_t number = (lanes.first - c.p.target_channels.first) / size.out;
    term t = term_of(c, lanes);
    t.act_base += std::int64_t{number} * size.in;
    set_kernel(t, c.source, c.p.geometry);
    t.tap_bits = size.in;
    t.row_step = size.in;
    merge_columns(c, t);
    const std::int64_t kernel = std::int64_t{c.p.geometry.kernel[0]} * c.p.geometry.kernel[1];
    const auto fill = [c, lanes, kernel, in = std::int64_t{size.in}](const row_writer& rows) {
        for (std::int32_t channel = lanes.first; channel < lanes.last; ++channel) {
            const std::int64_t first = (channel - c.p.target_channels.first) * in * kernel;
            for (std::int64_t m = 0; m < in; ++m) {
                for (std::int64_t tap = 0; tap < kernel; ++tap) {
                    rows.set(tap * in + m, c.lane_of(channel),
                             c.p.weights[at(first + m * kernel + tap)]);
                }
            }
        }
    };
    terms.push_back({t, kernel * size.in, fill, c.p.source});
}

void add_depthwise(const term_context& c, channel_range lanes, std::vector<term_plan>& terms) {
    term t = diagonal_term(c, lanes,
                           c.p.source_channels.first + lanes.first - c.p.target_channels.first);
    set_kernel(t, c.source, c.p.geometry);
    t.row_step = 1;
    const std::int64_t kernel = std::int64_t{c.p.geometry.kernel[0]} * c.p.geometry.kernel[1];
    const auto fill = [c, lanes, kernel](const row_writer& rows) {
        for (std::int32_t channel = lanes.first; channel < lanes.last; ++channel) {
            const std::int64_t first = (channel - c.p.target_channels.first) * kernel;
            for (std::int64_t tap = 0; tap < kernel; ++tap) {
                rows.set(tap, c.lane_of(channel), c.p.weights[at(first + tap)]);
            }
        }
    };
    terms.push_back({t, kernel, fill, c.p.source});
}

/// All groups at once: each channel's row leaves out what the other groups read.
void add_shared_convolution(const term_context& c, conv_group size, channel_range lanes,
                            std::vector<term_plan>& terms) {
    const channel_range from = c.p.source_channels;
    const channel_range to = c.p.target_channels;
    const std::int32_t low = (lanes.first - to.first) / size.out;
    const std::int32_t high = (lanes.last - 1 - to.first) / size.out + 1;
    const channel_range sources{from.first + low * size.in, from.first + high * size.in};
    const std::int64_t taps = std::int64_t{c.p.geometry.kernel[0]} * c.p.geometry.kernel[1];
    const auto weight = [&p = c.p, size, taps](std::int32_t target, std::int32_t source,
                                               std::int64_t tap) {
        const std::int32_t out = target - p.target_channels.first;
        const std::int32_t in = source - p.source_channels.first;
        if (in / size.in != out / size.out) { return no_synapse; }
        return p.weights[at((std::int64_t{out} * size.in + in % size.in) * taps + tap)];
    };
    add_shared_term(c, {c.p.geometry, lanes, sources, weight}, terms);
}

void add_convolution(const term_context& c, channel_range lanes, std::vector<term_plan>& terms) {
    const conv_group size{c.p.source_channels.count() / c.p.groups,
                          c.p.target_channels.count() / c.p.groups};
    if (c.group.positions > 1) { return add_shared_convolution(c, size, lanes, terms); }
    if (c.p.groups > 1 && size.in == 1 && size.out == 1) { return add_depthwise(c, lanes, terms); }
    const std::int32_t origin = c.p.target_channels.first;
    const bool one_group =
        (lanes.first - origin) / size.out == (lanes.last - 1 - origin) / size.out;
    if (c.leaves_out_lanes && !one_group) { return add_shared_convolution(c, size, lanes, terms); }
    for (std::int32_t first = lanes.first; first < lanes.last;) {
        const std::int32_t group_end = origin + ((first - origin) / size.out + 1) * size.out;
        const std::int32_t last = std::min(lanes.last, group_end);
        add_convolution_group(c, size, {first, last}, terms);
        first = last;
    }
}

}  // namespace

// dense -------------------------------------------------------------------------------------------

void add_dense(const term_context& c, channel_range lanes, std::int64_t position,
               std::vector<term_plan>& terms) {
    term t = term_of(c, lanes);
    const std::int64_t positions = static_cast<std::int64_t>(c.source.shape.positions());
    const std::int64_t channels = c.p.source_channels.count();
    const std::int64_t columns = c.p.spatial_sum ? channels : positions * channels;
    t.tap_bits = channels;
    t.row_step = c.p.spatial_sum ? 0 : channels;
    t.x_tap = c.source.pitch;
    t.y_tap = c.source.row_pitch();
    t.taps_x = c.source.shape.width;
    t.taps_y = c.source.shape.height;
    if (is_contiguous(c) && !c.p.spatial_sum) {  // one run over each row
        t.tap_bits = t.row_step = t.row_bits;
        t.x_tap = 0;
        t.taps_x = 1;
        if (t.row_bits == c.source.row_pitch()) {  // one over the whole map
            t.tap_bits = t.row_bits = t.map_bits;
            t.y_tap = 0;
            t.taps_y = 1;
            t.row_step = 0;
        }
    }
    const std::int64_t origin = position * c.p.target_channels.count() - c.p.target_channels.first;
    const auto fill = [c, lanes, columns, origin](const row_writer& rows) {
        for (std::int32_t channel = lanes.first; channel < lanes.last; ++channel) {
            const std::int64_t first = (channel + origin) * columns;
            for (std::int64_t column = 0; column < columns; ++column) {
                rows.set(column, c.lane_of(channel), c.p.weights[at(first + column)]);
            }
        }
    };
    terms.push_back({t, columns, fill, c.p.source});
}

// one_to_one, sum_pool, window --------------------------------------------------------------------

namespace {
/// Lanes of a word and bits of the source are arranged alike: one run, one row.
bool runs_along_lanes(const term_context& c, const kernel_geometry& g) {
    return g == kernel_geometry{} && c.source.pitch == c.group.pitch
           && c.p.source_channels == channel_range{0, c.source.shape.channels};
}

void add_shared_channelwise(const term_context& c, channel_range lanes, const kernel_geometry& g,
                            std::vector<term_plan>& terms) {
    const std::int32_t shift = c.p.source_channels.first - c.p.target_channels.first;
    const auto weight = [&p = c.p, shift](std::int32_t target, std::int32_t source, std::int64_t) {
        if (source != target + shift) { return no_synapse; }
        if (p.kind == connectivity::window) { return std::int8_t{0}; }
        return p.weights[at(target - p.target_channels.first)];
    };
    const channel_range sources{lanes.first + shift, lanes.last + shift};
    add_shared_term(c, {g, lanes, sources, weight}, terms);
}

void add_channelwise(const term_context& c, channel_range lanes, const kernel_geometry& g,
                     std::vector<term_plan>& terms) {
    if (c.group.positions > 1 && !runs_along_lanes(c, g)) {
        return add_shared_channelwise(c, lanes, g, terms);
    }
    term_plan plan;
    plan.fields = diagonal_term(
        c, lanes, c.p.source_channels.first + lanes.first - c.p.target_channels.first);
    set_kernel(plan.fields, c.source, g);
    plan.fields.x_stride *= c.group.positions;
    if (c.p.kind != connectivity::window) { set_channel_weights(c, lanes, plan); }
    terms.push_back(std::move(plan));
}

}  // namespace

void set_kernel(term& t, const map_info& source, const kernel_geometry& g) {
    const std::int64_t row = source.row_pitch();
    t.x_first = -g.pads[1] * source.pitch;
    t.y_first = -g.pads[0] * row;
    t.x_stride = g.stride[1] * source.pitch;
    t.y_stride = g.stride[0] * row;
    t.x_tap = g.dilation[1] * source.pitch;
    t.y_tap = g.dilation[0] * row;
    t.taps_x = g.kernel[1];
    t.taps_y = g.kernel[0];
}

bool is_contiguous(const term_context& c) {
    return c.p.source_channels == channel_range{0, c.source.shape.channels}
           && c.source.pitch == c.source.shape.channels;
}

std::int64_t mask_of(const channel_group& group, channel_range channels) {
    if (channels.count() == 0) { return 0; }
    std::uint64_t mask = 0;
    const std::uint64_t ones = ~std::uint64_t{0} >> (64 - channels.count());
    for (std::int32_t position = 0; position < group.positions; ++position) {
        mask |= ones << group.lane_of(position, channels.first);
    }
    return static_cast<std::int64_t>(mask);
}

channel_range term_context::meeting() const {
    return {std::max(group.first, p.target_channels.first),
            std::min(group.last(), p.target_channels.last)};
}

term term_of(const term_context& c, channel_range lanes) {
    term t;
    const map_info& m = c.source;
    t.act_base = m.act_base + c.p.source_channels.first;
    constexpr std::int64_t modulus = std::int64_t{1} << 20;
    t.code_base = (m.code_base - (m.act_base >> (3 - m.format)) + modulus) % modulus;
    t.row_bits = m.shape.width * m.pitch;
    t.map_bits = m.bits();
    t.taps_x = t.taps_y = 1;
    t.shift = c.p.shift;
    t.format = m.format;
    t.weighted = m.weighted ? 1 : 0;
    t.is_signed = m.is_signed ? 1 : 0;
    t.mask_count = std::int64_t{lanes.count()} * c.group.positions;
    t.lane_mask = mask_of(c.group, lanes);
    return t;
}

term diagonal_term(const term_context& c, channel_range lanes, std::int32_t first_source_channel) {
    term t = term_of(c, lanes);
    t.act_base += first_source_channel - c.p.source_channels.first;
    t.diagonal = 1;
    t.lane0 = c.lane_of(lanes.first);
    t.tap_bits = c.group.lane_of(c.group.positions - 1, lanes.last) - t.lane0;
    return t;
}

void set_channel_weights(const term_context& c, channel_range lanes, term_plan& plan) {
    plan.rows = 1;
    plan.fill = [c, lanes](const row_writer& rows) {
        for (std::int32_t channel = lanes.first; channel < lanes.last; ++channel) {
            for (std::int32_t position = 0; position < c.group.positions; ++position) {
                rows.set(0, c.group.lane_of(position, channel),
                         c.p.weights[at(channel - c.p.target_channels.first)]);
            }
        }
    };
}

void add_terms(const term_context& c, std::vector<term_plan>& terms) {
    const channel_range lanes = c.meeting();
    if (lanes.first >= lanes.last) { return; }
    switch (c.p.kind) {
    case connectivity::conv2d:
        return add_convolution(c, lanes, terms);
    case connectivity::dense:
        return add_dense(c, lanes, 0, terms);
    case connectivity::one_to_one:
        return add_channelwise(c, lanes, {}, terms);
    case connectivity::index:
        return add_index_terms(c, terms);
    case connectivity::conv_transpose2d:
        return add_transposed_terms(c, {}, terms);
    default:
        return add_channelwise(c, lanes, c.p.geometry, terms);
    }
}

}  // namespace synfire::hw::detail
