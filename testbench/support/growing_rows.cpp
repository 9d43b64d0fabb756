// SPDX-License-Identifier: Apache-2.0
// Layers that the engine computes in runs of positions: transposed convolutions, selections without
// a rule, sparse rows, dense layers onto a map. And the layer in which several inputs meet.
#include <algorithm>
#include <utility>

#include <support/growing_network.hpp>

namespace synfire::test {
namespace {

constexpr std::int32_t longest_side = 6;
constexpr std::size_t most_positions = 12;  // of a target that is computed one by one

std::size_t size_of(std::int32_t n) { return static_cast<std::size_t>(n); }

/// Channels and groups for a kernel with weights for each pair.
struct channel_plan {
    std::int32_t out = 1;
    std::int32_t groups = 1;
};

channel_plan plan_channels(growing_network& g, std::int32_t in) {
    if (g.d.chance(60)) { return {g.d.pick({1, 3, 7, 8, 9}), 1}; }
    const std::int32_t groups = in <= 4 || in == 8 ? in : 1;
    return {groups * (g.d.chance(60) ? 1 : 2), groups};
}

bool is_small(const shape& s) { return s.height <= longest_side && s.width <= longest_side; }

/// The source, or mostly a map of a few columns that it reaches: of a large map the target of a
/// layer that enlarges would be too large.
std::size_t tiny_map(growing_network& g, std::size_t source) {
    const shape& s = g.shape_of(source);
    const bool tiny = s.height <= 3 && s.width <= 3 && s.channels <= 16;
    if (tiny || !g.d.chance(70)) { return source; }
    grow_dense_map(g, source);
    return g.net.populations.size() - 1;
}

/// Whether a target of runs gets the source's size, and with it a convolution beside what makes the
/// runs: a term with a rule, which has to move with them.
bool beside(growing_network& g, const shape& from) {
    return from.width > 1 && from.positions() <= most_positions && g.d.chance(60);
}

}  // namespace

void grow_transposed(growing_network& g, std::size_t source) {
    source = tiny_map(g, source);
    const shape from = g.shape_of(source);
    const sized_geometry sized = random_transposed(g.d, from);
    if (!is_small({1, sized.height, sized.width}) || from.channels > 16) {
        return grow_convolution(g, source);
    }
    const channel_plan plan = plan_channels(g, from.channels);
    const std::size_t target = g.add_spiking({plan.out, sized.height, sized.width});
    projection p = g.joined(source, target, connectivity::conv_transpose2d);
    g.runs[target] = size_of(sized.height * sized.geometry.stride[1]);
    p.geometry = sized.geometry;
    p.groups = plan.groups;
    const std::int32_t kernel = p.geometry.kernel[0] * p.geometry.kernel[1];
    g.connect(std::move(p), size_of(from.channels * (plan.out / plan.groups) * kernel));
    if (g.d.chance(25) && is_small(from) && sized.height == from.height
        && sized.width == from.width) {
        g.connect_convolution(g.joined(source, target, connectivity::conv2d));
    }
    g.finish(target);
}

void grow_wide_transposed(growing_network& g, std::size_t source) {
    const shape from = g.shape_of(source);
    const sized_geometry sized = random_transposed(g.d, from);
    const std::int32_t groups = from.channels % 2 == 0 && g.d.chance(50) ? 2 : 1;
    const std::int32_t out = groups * static_cast<std::int32_t>(g.d.pick({9, 12, 20}));
    const std::size_t target = g.add_spiking({out, sized.height, sized.width});
    projection p = g.joined(source, target, connectivity::conv_transpose2d);
    g.runs[target] = size_of(sized.height * sized.geometry.stride[1]);
    p.geometry = sized.geometry;
    p.groups = groups;
    const std::int32_t kernel = p.geometry.kernel[0] * p.geometry.kernel[1];
    g.connect(std::move(p), size_of(from.channels * (out / groups) * kernel));
    g.finish(target);
}

void grow_global_average(growing_network& g, std::size_t source) {
    const shape from = g.shape_of(source);
    const std::size_t target = g.add_spiking({from.channels, 1, 1});
    projection p = g.joined(source, target, connectivity::sum_pool);
    p.geometry.kernel = {from.height, from.width};
    g.connect(std::move(p), size_of(from.channels));
    g.finish(target);
}

namespace {

/// Nearest up-sampling, DepthToSpace, any rows whose columns lie 0 to 2 apart, or any neurons at
/// all.
enum class choice { larger, blocks, rows, any };

std::int32_t chosen(growing_network& g, choice how, const shape& from, const shape& to,
                    std::int32_t factor, std::int32_t n) {
    const std::int32_t c = n % to.channels;
    const std::int32_t y = n / to.channels / to.width;
    const std::int32_t x = n / to.channels % to.width;
    if (how == choice::any) {
        return g.d.chance(15) ? -1 : g.d.small(0, static_cast<std::int32_t>(from.neurons()) - 1);
    }
    const std::int32_t block = (y % factor * factor + x % factor) * to.channels;
    const std::int32_t channel = how == choice::blocks ? block + c : c;
    return static_cast<std::int32_t>(from.neuron(channel, y / factor, x / factor));
}

}  // namespace

namespace {

/// Every row of the target takes one of the source's, from some column on.
void choose_rows(growing_network& g, const shape& from, const shape& to, projection& p) {
    const std::int32_t apart = g.d.small(0, 2);
    for (std::int32_t y = 0; y < to.height; ++y) {
        const std::int32_t row = g.d.small(0, from.height - 1);
        const std::int32_t column = g.d.small(0, from.width - 1);
        for (std::int32_t n = 0; n < to.width * to.channels; ++n) {
            const std::int32_t x = column + n / to.channels * apart;
            const std::size_t i = from.neuron(n % to.channels, row, x);
            p.index.push_back(x < from.width ? static_cast<std::int32_t>(i) : -1);
        }
    }
}

}  // namespace

void grow_selection(growing_network& g, std::size_t source) {
    source = tiny_map(g, source);
    const shape from = g.shape_of(source);
    const std::int32_t factor = from.width > 2 ? 2 : g.d.small(2, 3);
    const bool blocks = from.channels % (factor * factor) == 0;
    const choice how = g.d.chance(25)   ? choice::any
                       : g.d.chance(40) ? choice::rows
                       : blocks         ? choice::blocks
                                        : choice::larger;
    shape to{blocks ? from.channels / factor / factor : from.channels, from.height * factor,
             from.width * factor};
    if (how == choice::any) { to = {g.d.small(1, 9), g.d.small(1, 3), g.d.small(1, 3)}; }
    if (how == choice::rows) { to = {from.channels, g.d.small(1, 3), g.d.small(2, 4)}; }
    if (!is_small(to)) { return grow_average(g, source); }
    const std::size_t target = g.add_spiking(to);
    projection p = g.joined(source, target, connectivity::index);
    const bool any = how == choice::any || how == choice::rows;
    g.runs[target] = size_of(to.height * (any ? to.width : factor));
    if (how == choice::rows) { choose_rows(g, from, to, p); }
    for (auto n = static_cast<std::int32_t>(p.index.size());
         n < static_cast<std::int32_t>(to.neurons()); ++n) {
        p.index.push_back(chosen(g, how, from, to, factor, n));
    }
    g.connect(std::move(p), size_of(to.channels));
    g.finish(target);
}

namespace {

/// First and last source coordinate that a target coordinate reads: windows of different sizes.
struct interval {
    std::int32_t first = 0;
    std::int32_t last = 0;
};

interval window_of(std::int32_t target, std::int32_t count, std::int32_t size) {
    return {target * size / count, std::min(size - 1, ((target + 1) * size + count - 1) / count)};
}

void add_windows(growing_network& g, const shape& from, const shape& to, projection& p) {
    p.row_ptr.push_back(0);
    for (std::int32_t n = 0; n < static_cast<std::int32_t>(to.neurons()); ++n) {
        const std::int32_t position = n / to.channels;
        const interval y = window_of(position / to.width, to.height, from.height);
        const interval x = window_of(position % to.width, to.width, from.width);
        for (std::int32_t sy = y.first; sy <= y.last; ++sy) {
            for (std::int32_t sx = x.first; sx <= x.last; ++sx) {
                const std::size_t i = from.neuron(n % to.channels, sy, sx);
                p.column.push_back(static_cast<std::int32_t>(i));
            }
        }
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
    random_weights(g.d, p, p.column.size(), g.family.weight_bits);
}

/// A few neurons from anywhere for each target.
void add_picks(growing_network& g, const shape& from, const shape& to, projection& p) {
    p.row_ptr.push_back(0);
    for (std::size_t n = 0; n < to.neurons(); ++n) {
        std::vector<std::int32_t> picks;
        for (std::int32_t i = g.d.small(0, 3); i > 0; --i) {
            picks.push_back(g.d.small(0, static_cast<std::int32_t>(from.neurons()) - 1));
        }
        std::sort(picks.begin(), picks.end());
        picks.erase(std::unique(picks.begin(), picks.end()), picks.end());
        p.column.insert(p.column.end(), picks.begin(), picks.end());
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
    random_weights(g.d, p, p.column.size(), g.family.weight_bits);
}

}  // namespace

/// Averages over windows of different sizes, or synapses from anywhere.
void grow_sparse(growing_network& g, std::size_t source) {
    const shape from = g.shape_of(source);
    const bool windows = g.d.chance(60) && from.channels <= 33;
    const bool convolved = beside(g, from);
    shape to = windows ? shape{from.channels, g.d.small(1, 3), g.d.small(1, 3)}
                       : shape{g.d.small(1, 9), g.d.small(1, 2), g.d.small(1, 2)};
    if (convolved) { to = {to.channels, from.height, from.width}; }
    const std::size_t target = g.add_spiking(to);
    projection p = g.joined(source, target, connectivity::sparse);
    g.runs[target] = to.positions();
    if (windows) {
        add_windows(g, from, to, p);
    } else {
        add_picks(g, from, to, p);
    }
    g.net.projections.push_back(std::move(p));
    if (convolved) { g.connect_convolution(g.joined(source, target, connectivity::conv2d)); }
    g.finish(target);
}

/// Every neuron of a map has weights of its own.
void grow_dense_map(growing_network& g, std::size_t source) {
    const shape from = g.shape_of(source);
    const bool convolved = beside(g, from);
    shape to{g.d.small(1, 9), g.d.small(1, 3), g.d.small(2, 3)};
    if (convolved) { to = {to.channels, from.height, from.width}; }
    const std::size_t target = g.add_spiking(to);
    g.runs[target] = to.positions();
    projection p = g.joined(source, target, connectivity::dense);
    p.spatial_sum = g.d.chance(50);
    const std::size_t columns = p.spatial_sum ? size_of(from.channels) : from.neurons();
    g.connect(std::move(p), columns * to.neurons());
    if (convolved) { g.connect_convolution(g.joined(source, target, connectivity::conv2d)); }
    g.finish(target);
}

void grow_meeting(growing_network& g, const std::vector<std::size_t>& sources) {
    const std::size_t target = g.add_spiking({g.d.small(3, 20), 1, 1});
    for (const std::size_t i : sources) {
        projection p = g.joined(i, target, connectivity::dense);
        p.spatial_sum = g.d.chance(30) && !g.family.vectors;
        const std::size_t columns =
            p.spatial_sum ? size_of(g.shape_of(i).channels) : g.shape_of(i).neurons();
        g.connect(std::move(p), columns * g.shape_of(target).neurons());
    }
    g.finish(target);
}

}  // namespace synfire::test
