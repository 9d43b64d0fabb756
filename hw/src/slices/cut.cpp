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

constexpr std::size_t row_axis = 0;  // of a kernel's pairs
constexpr std::size_t column_axis = 1;

/// What of an axis of a source some of the target reads, and the pads that are left.
struct axis_cut {
    span_of_map source;
    std::int32_t before = 0;
    std::int32_t after = 0;
};

struct axis {
    std::int32_t kernel;
    std::int32_t stride;
    std::int32_t dilation;
    std::int32_t pad;   ///< before the first
    std::int32_t size;  ///< of the source

    std::int32_t extent() const { return dilation * (kernel - 1) + 1; }
};

axis axis_of(const kernel_geometry& g, const shape& source, std::size_t i) {
    return {g.kernel.at(i), g.stride.at(i), g.dilation.at(i), g.pads.at(i),
            i == row_axis ? source.height : source.width};
}

/// Nothing of the source where all that they read is padding.
axis_cut windows_of(const axis& a, const span_of_map& target) {
    const std::int32_t first = target.first * a.stride - a.pad;
    const std::int32_t last = (target.last - 1) * a.stride - a.pad + a.extent();
    const axis_cut cut{{std::max(first, 0), std::min(last, a.size)},
                       std::max(-first, 0),
                       std::max(last - a.size, 0)};
    return cut.source.count() > 0 ? cut : axis_cut{};
}

std::int32_t floor_of(std::int32_t a, std::int32_t b) {
    return a >= 0 ? a / b : -((-a + b - 1) / b);
}

/// A row (column) of the source meets `kernel` of the target, the first at its number times the
/// stride, less the pad. Nothing where that cannot be cut.
std::optional<axis_cut> spread_of(const axis& a, const span_of_map& target) {
    const std::int32_t at = target.first + a.pad;
    const std::int32_t least = -floor_of(-(at - a.extent() + 1), a.stride);
    axis_cut cut;
    cut.source.first = std::clamp(std::min(least, floor_of(at, a.stride)), 0, a.size - 1);
    cut.source.last =
        std::clamp(floor_of(target.last - 1 + a.pad, a.stride) + 1, cut.source.first + 1, a.size);
    cut.before = at - cut.source.first * a.stride;
    const std::int32_t slack = std::max(a.stride, a.dilation) - 1;
    const auto reach = [&] {
        return (cut.source.count() - 1) * a.stride - cut.before + a.extent();
    };
    while (reach() + slack < target.count() && cut.source.last < a.size) { ++cut.source.last; }
    cut.after = std::max(0, reach() - target.count());
    const bool whole = cut.before >= 0 && reach() - cut.after + slack >= target.count();
    return whole ? std::optional(cut) : std::nullopt;
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
        c.source = {source, {0, from_.height}, {0, from_.width}};
        return c;
    }

    /// In the projection's own numbers.
    std::vector<index> target_neurons() const {
        const map_region part{
            {offset(), offset() + channels_.count()}, target_.rows, target_.columns};
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
            c.source.rows = target_.rows;
            c.source.columns = target_.columns;
        } else {
            set_taps(c);
        }
        return c;
    }

    void set_taps(cut_projection& c) const {
        set_axis(c, row_axis, target_.rows, to_.height, c.source.rows);
        set_axis(c, column_axis, target_.columns, to_.width, c.source.columns);
    }

    void set_axis(cut_projection& c, std::size_t i, const span_of_map& target, std::int32_t all,
                  span_of_map& source) const {
        if (target.count() == all) { return; }
        const axis a = axis_of(p_.geometry, from_, i);
        const bool spreads = p_.kind == connectivity::conv_transpose2d;
        const auto cut = spreads ? spread_of(a, target) : windows_of(a, target);
        if (!cut) {
            throw bad_input({where_of(net_, p_), "this transposed convolution cannot be cut there",
                             fmt::format("{} .. {}", target.first, target.last - 1), "", ""});
        }
        source = cut->source;
        c.p.geometry.pads.at(i) = cut->before;
        c.p.geometry.pads.at(i + 2) = cut->after;
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
        set_taps(c);
        return c;
    }

    /// Synapses neuron by neuron: the source's rows and columns from the first to the last that is
    /// read.
    std::vector<cut_projection> gathered() const {
        const std::vector<index> targets = target_neurons();
        span_of_map rows;
        span_of_map columns;
        const auto meet = [](span_of_map& all, std::int32_t place) {
            all = all.count() == 0
                      ? span_of_map{place, place + 1}
                      : span_of_map{std::min(all.first, place), std::max(all.last, place + 1)};
        };
        for (const index t : targets) {
            each_source(t, [&](std::int64_t n, index) {
                if (n < 0) { return; }
                meet(rows, row_of(n));
                meet(columns, column_of(n));
            });
        }
        if (rows.count() == 0) { return {}; }
        cut_projection c = begun(channels_, p_.source_channels);
        c.source.rows = rows;
        c.source.columns = columns;
        const auto moved = [&](std::int64_t n) {
            if (n < 0) { return std::int32_t{-1}; }
            const std::int32_t position =
                (row_of(n) - rows.first) * columns.count() + column_of(n) - columns.first;
            return static_cast<std::int32_t>(position * p_.source_channels.count()
                                             + n % p_.source_channels.count());
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

    std::int32_t row_of(std::int64_t neuron) const {
        return static_cast<std::int32_t>(neuron / p_.source_channels.count() / from_.width);
    }
    std::int32_t column_of(std::int64_t neuron) const {
        return static_cast<std::int32_t>(neuron / p_.source_channels.count() % from_.width);
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

shape shape_of(const map_region& region) {
    return {region.channels.count(), region.rows.count(), region.columns.count()};
}

map_region all_of(const shape& whole) {
    return {{0, whole.channels}, {0, whole.height}, {0, whole.width}};
}

std::vector<std::size_t> neurons_of(const map_region& region, const shape& whole) {
    std::vector<std::size_t> all;
    for (std::int32_t y = region.rows.first; y < region.rows.last; ++y) {
        for (std::int32_t x = region.columns.first; x < region.columns.last; ++x) {
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
    std::erase_if(all, [](const cut_projection& c) { return c.source.positions() == 0; });
    return all;
}

namespace {

/// An average of all positions: its kernel is as large as what it reads.
bool is_global(const cut_projection& c) {
    const kernel_geometry& g = c.p.geometry;
    return c.p.kind == connectivity::sum_pool && g.kernel[0] == c.source.rows.count()
           && g.kernel[1] == c.source.columns.count() && g.dilation[0] == 1 && g.dilation[1] == 1
           && std::all_of(g.pads.begin(), g.pads.end(), [](std::int32_t pad) { return pad == 0; });
}

enum class part_axis : std::uint8_t { none, rows, columns, channels };

/// Along which sources are cut: the longest axis that the kind allows.
part_axis axis_of_sums(const cut_projection& c) {
    const shape part = shape_of(c.source);
    const bool dense = c.p.kind == connectivity::dense && !c.p.spatial_sum;
    if (dense || is_global(c)) {
        const std::int32_t longest = std::max(part.height, part.width);
        if (dense && part.channels >= longest) { return part_axis::channels; }
        return part.height == longest ? part_axis::rows : part_axis::columns;
    }
    const bool by_channels =
        c.p.kind == connectivity::dense || (c.p.kind == connectivity::conv2d && c.p.groups == 1);
    return by_channels ? part_axis::channels : part_axis::none;
}

std::int32_t size_of(const shape& part, part_axis along) {
    return along == part_axis::rows       ? part.height
           : along == part_axis::columns  ? part.width
           : along == part_axis::channels ? part.channels
                                          : 1;
}

}  // namespace

std::int32_t most_parts(const cut_projection& c) {
    return size_of(shape_of(c.source), axis_of_sums(c));
}

std::optional<cut_projection> cut_sources(const cut_projection& c, std::int32_t i, std::int32_t n) {
    const part_axis along = axis_of_sums(c);
    if (along == part_axis::none || n == 1) { return i == 0 ? std::optional(c) : std::nullopt; }
    const shape part = shape_of(c.source);
    map_region wanted = all_of(part);
    const auto [first, last] = share(size_of(part, along), i, n);
    if (first == last) { return std::nullopt; }
    if (along == part_axis::rows) { wanted.rows = {first, last}; }
    if (along == part_axis::columns) { wanted.columns = {first, last}; }
    if (along == part_axis::channels) { wanted.channels = {first, last}; }
    const bool by_place = c.p.kind == connectivity::dense && !c.p.spatial_sum;
    cut_projection some = c;
    some.source.channels = {c.source.channels.first + wanted.channels.first,
                            c.source.channels.first + wanted.channels.last};
    some.source.rows = {c.source.rows.first + wanted.rows.first,
                        c.source.rows.first + wanted.rows.last};
    some.source.columns = {c.source.columns.first + wanted.columns.first,
                           c.source.columns.first + wanted.columns.last};
    some.p.source_channels = {0, wanted.channels.count()};
    if (c.p.kind == connectivity::sum_pool) {
        some.p.geometry.kernel = {wanted.rows.count(), wanted.columns.count()};
        some.p.geometry.stride = {1, 1};
        return some;
    }
    const bool convolution = c.p.kind == connectivity::conv2d;
    const index taps =
        convolution ? to_index(std::int64_t{c.p.geometry.kernel[0]} * c.p.geometry.kernel[1]) : 1;
    const std::vector<index> columns =
        by_place ? neurons_of(wanted, part) : numbers(to_index(first), to_index(last - first));
    const index a_target = by_place ? part.neurons() : to_index(part.channels);
    std::vector<index> kept;
    for (index t = 0; t * a_target * taps < c.p.weights.size(); ++t) {
        for (const index column : columns) { kept.push_back(t * a_target + column); }
    }
    some.p.weights = blocks(c.p.weights, taps, kept);
    return some;
}

}  // namespace synfire::hw::detail
