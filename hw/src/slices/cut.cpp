// SPDX-License-Identifier: Apache-2.0
#include "cut.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include <synfire/core/error.hpp>

#include "../image/supported.hpp"

namespace synfire::hw::detail {
namespace {

using index = std::size_t;

index to_index(std::int64_t n) { return static_cast<index>(n); }

/// Rows of a source that rows of a target read, and the pads that are left.
struct row_cut {
    std::int32_t first = 0;
    std::int32_t last = 0;
    std::int32_t before = 0;
    std::int32_t after = 0;
};

std::int32_t extent_of(const kernel_geometry& g) { return g.dilation[0] * (g.kernel[0] - 1) + 1; }

/// No rows where all that they read is padding.
row_cut windows_of(const kernel_geometry& g, const map_region& t, std::int32_t height) {
    const std::int32_t first = t.first_row * g.stride[0] - g.pads[0];
    const std::int32_t last = (t.last_row - 1) * g.stride[0] - g.pads[0] + extent_of(g);
    const row_cut cut{std::max(first, 0), std::min(last, height), std::max(-first, 0),
                      std::max(last - height, 0)};
    return cut.first < cut.last ? cut : row_cut{};
}

std::int32_t floor_of(std::int32_t a, std::int32_t b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/// A source row meets `kernel` rows of the target, the first at its number times the stride, less
/// the pad.
row_cut spread_of(const network& net, const projection& p, const map_region& t) {
    const kernel_geometry& g = p.geometry;
    const std::int32_t height = net.populations[p.source].shape.height;
    const std::int32_t at = t.first_row + g.pads[0];
    row_cut cut;
    const std::int32_t least = -floor_of(-(at - extent_of(g) + 1), g.stride[0]);
    cut.first = std::clamp(std::min(least, floor_of(at, g.stride[0])), 0, height - 1);
    cut.last =
        std::clamp(floor_of(t.last_row - 1 + g.pads[0], g.stride[0]) + 1, cut.first + 1, height);
    cut.before = at - cut.first * g.stride[0];
    const std::int32_t slack = std::max(g.stride[0], g.dilation[0]) - 1;
    const auto reach = [&] {
        return (cut.last - cut.first - 1) * g.stride[0] - cut.before + extent_of(g);
    };
    while (reach() + slack < t.rows() && cut.last < height) { ++cut.last; }
    cut.after = std::max(0, reach() - t.rows());
    if (cut.before < 0 || reach() - cut.after + slack < t.rows()) {
        throw bad_input({where_of(net, p), "the rows of this transposed convolution cannot be cut",
                         fmt::format("rows {} .. {}", t.first_row, t.last_row - 1), "", ""});
    }
    return cut;
}

void set_rows(const row_cut& rows, cut_projection& c) {
    c.source.first_row = rows.first;
    c.source.last_row = rows.last;
    c.p.geometry.pads[0] = rows.before;
    c.p.geometry.pads[2] = rows.after;
}

/// Blocks of `size` weights, those that `wanted` names.
std::vector<std::int8_t> blocks(const std::vector<std::int8_t>& all, index size,
                                const std::vector<index>& wanted) {
    std::vector<std::int8_t> some;
    some.reserve(size * wanted.size());
    for (const index block : wanted) {
        const auto begin = all.begin() + static_cast<std::ptrdiff_t>(block * size);
        some.insert(some.end(), begin, begin + static_cast<std::ptrdiff_t>(size));
    }
    return some;
}

std::vector<index> numbers(index first, index count) {
    std::vector<index> all(count);
    for (index i = 0; i < count; ++i) { all[i] = first + i; }
    return all;
}

class target_cutter {
  public:
    target_cutter(const network& net, const projection& p, const map_region& target)
        : net_(net),
          p_(p),
          target_(target),
          from_(net.populations[p.source].shape),
          to_(net.populations[p.target].shape) {
        channels_ = {std::max(p.target_channels.first, target.channels.first),
                     std::min(p.target_channels.last, target.channels.last)};
    }

    std::vector<cut_projection> cut() const {
        if (channels_.count() <= 0) { return {}; }
        switch (p_.kind) {
        case connectivity::conv2d:
        case connectivity::conv_transpose2d:
            return convolutions();
        case connectivity::dense:
            return {dense()};
        case connectivity::index:
        case connectivity::sparse:
            return gathered();
        default:
            return {alike()};
        }
    }

  private:
    const network& net_;
    const projection& p_;
    const map_region& target_;
    const shape& from_;
    const shape& to_;
    channel_range channels_;  ///< of the population, that are in the part and in the projection

    std::int32_t offset() const { return channels_.first - p_.target_channels.first; }

    cut_projection begun(const channel_range& channels, const channel_range& source) const {
        cut_projection c;
        c.p.source = p_.source;
        c.p.target = p_.target;
        c.p.kind = p_.kind;
        c.p.weight_bits = p_.weight_bits;
        c.p.shift = p_.shift;
        c.p.spatial_sum = p_.spatial_sum;
        c.p.geometry = p_.geometry;
        c.p.target_channels = {channels.first - target_.channels.first,
                               channels.last - target_.channels.first};
        c.p.source_channels = {0, source.count()};
        c.source = {source, 0, from_.height};
        return c;
    }

    /// In the projection's own numbers.
    std::vector<index> target_neurons() const {
        const map_region part{
            {offset(), offset() + channels_.count()}, target_.first_row, target_.last_row};
        return neurons_of(part, {p_.target_channels.count(), to_.height, to_.width});
    }

    cut_projection dense() const {
        cut_projection c = begun(channels_, p_.source_channels);
        const index positions = p_.spatial_sum ? 1 : from_.positions();
        c.p.weights =
            blocks(p_.weights, positions * to_index(p_.source_channels.count()), target_neurons());
        return c;
    }

    /// Channel by channel: pools, averages, skips.
    cut_projection alike() const {
        const std::int32_t first = p_.source_channels.first + offset();
        cut_projection c = begun(channels_, {first, first + channels_.count()});
        if (!p_.weights.empty()) {
            c.p.weights =
                blocks(p_.weights, 1, numbers(to_index(offset()), to_index(channels_.count())));
        }
        if (p_.kind == connectivity::one_to_one) {
            c.source.first_row = target_.first_row;
            c.source.last_row = target_.last_row;
        } else {
            set_rows(windows_of(p_.geometry, target_, from_.height), c);
        }
        return c;
    }

    void set_kernel_rows(cut_projection& c) const {
        const bool spreads = p_.kind == connectivity::conv_transpose2d;
        if (spreads && target_.rows() == to_.height) { return; }
        set_rows(spreads ? spread_of(net_, p_, target_)
                         : windows_of(p_.geometry, target_, from_.height),
                 c);
    }

    /// Groups whole, or one by one where the part begins or ends in one.
    std::vector<cut_projection> convolutions() const {
        const std::int32_t out = p_.target_channels.count() / p_.groups;
        const std::int32_t first = offset();
        const std::int32_t last = first + channels_.count();
        std::vector<cut_projection> all;
        if (first % out == 0 && last % out == 0) {
            all.push_back(groups(first / out, last / out, first, last));
            return all;
        }
        for (std::int32_t g = first / out; g * out < last; ++g) {
            all.push_back(
                groups(g, g + 1, std::max(first, g * out), std::min(last, (g + 1) * out)));
        }
        return all;
    }

    /// Groups [from, to), target channels [first, last) of the projection.
    cut_projection groups(std::int32_t from, std::int32_t to, std::int32_t first,
                          std::int32_t last) const {
        const std::int32_t in = p_.source_channels.count() / p_.groups;
        const std::int32_t out = p_.target_channels.count() / p_.groups;
        const std::int32_t begin = p_.source_channels.first + from * in;
        cut_projection c =
            begun({p_.target_channels.first + first, p_.target_channels.first + last},
                  {begin, begin + (to - from) * in});
        c.p.groups = to - from;
        const index taps = to_index(std::int64_t{p_.geometry.kernel[0]} * p_.geometry.kernel[1]);
        if (p_.kind == connectivity::conv2d) {
            c.p.weights = blocks(p_.weights, to_index(in) * taps,
                                 numbers(to_index(first), to_index(last - first)));
        } else {
            std::vector<index> wanted;
            const std::int32_t in_group = to - from == 1 ? first - from * out : 0;
            const std::int32_t count = to - from == 1 ? last - first : out;
            for (std::int32_t i = from * in; i < to * in; ++i) {
                for (std::int32_t o = 0; o < count; ++o) {
                    wanted.push_back(to_index(std::int64_t{i} * out + in_group + o));
                }
            }
            c.p.weights = blocks(p_.weights, taps, wanted);
        }
        set_kernel_rows(c);
        return c;
    }

    /// Synapses neuron by neuron: the source's rows from the first to the last that is read.
    std::vector<cut_projection> gathered() const {
        const std::int64_t a_row = std::int64_t{from_.width} * p_.source_channels.count();
        const std::vector<index> targets = target_neurons();
        std::int64_t first = -1;
        std::int64_t last = -1;
        const auto meet = [&](std::int64_t neuron) {
            if (neuron < 0) { return; }
            first = first < 0 ? neuron / a_row : std::min(first, neuron / a_row);
            last = std::max(last, neuron / a_row + 1);
        };
        for (const index t : targets) {
            each_source(t, [&](std::int64_t n, index) { meet(n); });
        }
        if (first < 0) { return {}; }
        cut_projection c = begun(channels_, p_.source_channels);
        c.source.first_row = static_cast<std::int32_t>(first);
        c.source.last_row = static_cast<std::int32_t>(last);
        const auto moved = [&](std::int64_t n) {
            return static_cast<std::int32_t>(n < 0 ? n : n - first * a_row);
        };
        if (p_.kind == connectivity::index) {
            for (const index t : targets) { c.p.index.push_back(moved(p_.index[t])); }
            c.p.weights =
                blocks(p_.weights, 1, numbers(to_index(offset()), to_index(channels_.count())));
            return {c};
        }
        c.p.row_ptr.push_back(0);
        for (const index t : targets) {
            each_source(t, [&](std::int64_t n, index weight) {
                c.p.column.push_back(moved(n));
                c.p.weights.push_back(p_.weights[weight]);
            });
            c.p.row_ptr.push_back(static_cast<std::int64_t>(c.p.column.size()));
        }
        return {c};
    }

    template <class Each>
    void each_source(index target, const Each& each) const {
        if (p_.kind == connectivity::index) {
            each(p_.index[target], target % to_index(p_.target_channels.count()));
            return;
        }
        for (std::int64_t m = p_.row_ptr[target]; m < p_.row_ptr[target + 1]; ++m) {
            each(p_.column[to_index(m)], to_index(m));
        }
    }
};

/// Part `i` of `n` of a range of numbers.
std::pair<std::int32_t, std::int32_t> share(std::int32_t count, std::int32_t i, std::int32_t n) {
    return {static_cast<std::int32_t>(std::int64_t{count} * i / n),
            static_cast<std::int32_t>(std::int64_t{count} * (i + 1) / n)};
}

}  // namespace

shape shape_of(const map_region& region, const shape& whole) {
    return {region.channels.count(), region.rows(), whole.width};
}

map_region all_of(const shape& whole) { return {{0, whole.channels}, 0, whole.height}; }

std::vector<std::size_t> neurons_of(const map_region& region, const shape& whole) {
    std::vector<std::size_t> all;
    for (std::int32_t y = region.first_row; y < region.last_row; ++y) {
        for (std::int32_t x = 0; x < whole.width; ++x) {
            for (std::int32_t c = region.channels.first; c < region.channels.last; ++c) {
                all.push_back(whole.neuron(c, y, x));
            }
        }
    }
    return all;
}

std::vector<cut_projection> cut_target(const network& net, const projection& p,
                                       const map_region& target) {
    std::vector<cut_projection> all = target_cutter(net, p, target).cut();
    std::erase_if(all, [](const cut_projection& c) { return c.source.rows() == 0; });
    return all;
}

bool has_sums(const projection& p) {
    return p.kind == connectivity::dense || (p.kind == connectivity::conv2d && p.groups == 1);
}

std::optional<cut_projection> cut_sources(const network& net, const cut_projection& c,
                                          std::int32_t i, std::int32_t n) {
    if (!has_sums(c.p) || n == 1) { return i == 0 ? std::optional(c) : std::nullopt; }
    const shape part = shape_of(c.source, net.populations[c.p.source].shape);
    const bool by_rows = c.p.kind == connectivity::dense && !c.p.spatial_sum && part.height >= n;
    const auto [first, last] = share(by_rows ? part.height : part.channels, i, n);
    if (first == last) { return std::nullopt; }
    const map_region wanted = by_rows ? map_region{{0, part.channels}, first, last}
                                      : map_region{{first, last}, 0, part.height};
    cut_projection some = c;
    some.source.channels = {c.source.channels.first + wanted.channels.first,
                            c.source.channels.first + wanted.channels.last};
    some.source.first_row = c.source.first_row + wanted.first_row;
    some.source.last_row = c.source.first_row + wanted.last_row;
    some.p.source_channels = {0, wanted.channels.count()};
    const bool convolution = c.p.kind == connectivity::conv2d;
    const index taps =
        convolution ? to_index(std::int64_t{c.p.geometry.kernel[0]} * c.p.geometry.kernel[1]) : 1;
    const bool channels_only = convolution || c.p.spatial_sum;
    const std::vector<index> columns =
        channels_only ? numbers(to_index(first), to_index(last - first)) : neurons_of(wanted, part);
    const index a_target = channels_only ? to_index(part.channels) : part.neurons();
    std::vector<index> kept;
    for (index t = 0; t * a_target * taps < c.p.weights.size(); ++t) {
        for (const index column : columns) { kept.push_back(t * a_target + column); }
    }
    some.p.weights = blocks(c.p.weights, taps, kept);
    return some;
}

}  // namespace synfire::hw::detail
