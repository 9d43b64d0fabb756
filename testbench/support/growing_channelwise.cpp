// SPDX-License-Identifier: Apache-2.0
// Layers in which every channel reads one channel: averages, pools, skips, selections of neurons.
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include <support/growing_network.hpp>
#include <synfire/core/synapses.hpp>

namespace synfire::test {
namespace {

std::size_t size_of(std::int32_t n) { return static_cast<std::size_t>(n); }

bool is_signed_or_fed_so(const growing_network& g, std::size_t number) {
    if (g.at(number).range.is_signed()) { return true; }
    return std::any_of(g.net.projections.begin(), g.net.projections.end(), [&](const auto& p) {
        return p.target == number && g.at(p.source).range.is_signed();
    });
}

/// Makes the range signed of a population that is never negative: the engine has to see that.
void sign_needlessly(growing_network& g, std::size_t number) {
    population& p = g.net.populations[number];
    for (projection& q : g.net.projections) {
        if (q.target != number) { continue; }
        const int largest = (1 << (g.family.weight_bits - 1)) - 1;
        for (std::int8_t& w : q.weights) {
            w = static_cast<std::int8_t>(std::min(std::abs(w), largest));
        }
    }
    for (std::int64_t& b : p.bias) { b = std::abs(b); }
    p.range.lo = -p.range.hi;
    g.codes.back() = fired_codes(g.net, number, g.codes);
}

}  // namespace

void grow_average(growing_network& g, std::size_t source) {
    const sized_geometry sized = random_pooling(g.d, g.shape_of(source));
    const std::int32_t all = g.shape_of(source).channels;
    const std::int32_t skipped = all > 1 && g.d.chance(25) ? g.d.small(1, all - 1) : 0;
    const std::size_t target = g.add_spiking({all - skipped, sized.height, sized.width});
    projection p = g.joined(source, target, connectivity::sum_pool);
    p.geometry = sized.geometry;
    p.source_channels.first = skipped;
    g.connect(std::move(p), size_of(all - skipped));
    g.finish(target);
    if (!is_signed_or_fed_so(g, target) && g.d.chance(20)) { sign_needlessly(g, target); }
}

namespace {

/// Encoder `rate` and its like send any of the patterns that a code has; the engine's comparison
/// knows the usual one.
bool can_be_pooled(const growing_network& g, std::size_t source) {
    const population& p = g.at(source);
    if (p.kind == population_kind::input) {
        return !p.range.is_signed() && p.input->encoder == input_encoder::code;
    }
    if (g.family.firing != 0 && p.range.is_signed()) {
        return std::none_of(g.net.projections.begin(), g.net.projections.end(),
                            [&](const projection& q) { return q.source == source; });
    }
    return p.kind == population_kind::max_pool || !is_signed_or_fed_so(g, source);
}

projection window_on(growing_network& g, std::size_t source, std::size_t target,
                     const kernel_geometry& geometry) {
    projection p = g.joined(source, target, connectivity::window);
    p.shift = 0;
    p.geometry = geometry;
    return p;
}

/// Largest code in each window; the engines are not asked, so that generation does not depend on
/// what it tests.
sample_codes pooled_codes(const growing_network& g, std::size_t number) {
    sample_codes best(g.samples.size(),
                      std::vector<std::int32_t>(g.shape_of(number).neurons(), -max_code_value));
    for (const projection& p : g.net.projections) {
        if (p.target != number) { continue; }
        for_each_synapse(g.net, p, [&](std::size_t from, std::size_t to, std::int32_t) {
            for (std::size_t s = 0; s < best.size(); ++s) {
                best[s][to] = std::max(best[s][to], g.codes[p.source][s][from]);
            }
        });
    }
    return best;
}

/// Another population of the same window and map, to be concatenated before the pool. What signed
/// pools read nothing else may read: the twin of such a source has a convolution like its own.
std::optional<std::size_t> add_twin(growing_network& g, std::size_t source) {
    const shape s = g.shape_of(source);
    const bool is_signed = g.family.firing != 0 && g.at(source).range.is_signed();
    const auto like = std::find_if(g.net.projections.begin(), g.net.projections.end(),
                                   [&](const projection& p) { return p.target == source; });
    const bool copied =
        like != g.net.projections.end() && like->kind == connectivity::conv2d && like->groups == 1;
    if (is_signed && !copied) { return std::nullopt; }
    projection p = is_signed ? *like : g.joined(source, source, connectivity::conv2d);
    p.target = g.add_spiking({g.channels(), s.height, s.width}, g.at(source).window);
    p.target_channels = {0, g.shape_of(p.target).channels};
    g.net.populations[p.target].range = g.at(source).range;
    const std::size_t twin = p.target;
    g.connect_convolution(std::move(p));
    g.finish(twin);
    return twin;
}

/// One source in two windows, its channels in the other order: parts lie across lane groups.
void connect_swapped(growing_network& g, std::size_t source, std::size_t target,
                     const kernel_geometry& geometry) {
    const std::int32_t all = g.shape_of(source).channels;
    const std::int32_t cut = g.d.small(1, all - 1);
    projection low = window_on(g, source, target, geometry);
    projection high = low;
    low.source_channels = {0, cut};
    low.target_channels = {all - cut, all};
    high.source_channels = {cut, all};
    high.target_channels = {0, all - cut};
    g.net.projections.push_back(std::move(low));
    g.net.projections.push_back(std::move(high));
}

void connect_side_by_side(growing_network& g, const std::vector<std::size_t>& sources,
                          std::size_t target, const kernel_geometry& geometry) {
    std::int32_t first = 0;
    for (const std::size_t source : sources) {
        projection p = window_on(g, source, target, geometry);
        p.target_channels = {first, first + g.shape_of(source).channels};
        first = p.target_channels.last;
        g.net.projections.push_back(std::move(p));
    }
}

}  // namespace

void grow_max_pool(growing_network& g, std::size_t source) {
    if (!can_be_pooled(g, source)) { return grow_convolution(g, source); }
    std::vector<std::size_t> sources{source};
    if (g.d.chance(40)) {
        if (const auto twin = add_twin(g, source)) { sources.push_back(*twin); }
    }
    const sized_geometry sized = random_pooling(g.d, g.shape_of(source));
    population p;
    p.name = "pool" + std::to_string(g.net.populations.size());
    p.kind = population_kind::max_pool;
    p.window = g.at(source).window;
    p.range = g.at(source).range;
    p.shape = {0, sized.height, sized.width};
    for (const std::size_t s : sources) { p.shape.channels += g.shape_of(s).channels; }
    const bool swapped = sources.size() == 1 && p.shape.channels > 1 && g.d.chance(40);
    g.net.populations.push_back(std::move(p));
    const std::size_t target = g.net.populations.size() - 1;
    if (swapped) {
        connect_swapped(g, source, target, sized.geometry);
    } else {
        connect_side_by_side(g, sources, target, sized.geometry);
    }
    g.codes.push_back(pooled_codes(g, target));
}

namespace {

/// A skip connection: weights too large for eight bits come as two parts, lo + 128 * hi; of a
/// family with short weights, for these.
void connect_skip(growing_network& g, std::size_t source, std::size_t target, std::int32_t first) {
    projection lo = g.joined(source, target, connectivity::one_to_one);
    lo.target_channels = {first, first + g.shape_of(source).channels};
    lo.shift = 0;
    projection hi = lo;
    hi.shift = g.family.weight_bits - 1;
    for (std::int32_t c = 0; c < lo.source_channels.count(); ++c) {
        // Short weights come down to the least that there is.
        const std::int64_t reach = g.family.weight_bits == 8 ? 64 : 1 << (g.family.weight_bits - 1);
        const std::int64_t least = g.family.weight_bits == 8 ? -reach : 1 - reach;  // symmetric
        const std::int64_t part = g.family.weight_bits == 2 ? 1 : 3;
        lo.weights.push_back(static_cast<std::int8_t>(g.d.between(least, reach - 1)));
        hi.weights.push_back(static_cast<std::int8_t>(g.d.between(-part, part)));
    }
    g.net.projections.push_back(std::move(lo));
    if (g.d.chance(70)) { g.net.projections.push_back(std::move(hi)); }
}

}  // namespace

/// The skip reaches all channels, or a part of a wider target.
void grow_residual(growing_network& g, std::size_t source) {
    const shape s = g.shape_of(source);
    const std::int32_t more = g.d.chance(30) ? g.d.small(1, 12) : 0;
    const std::size_t target = g.add_spiking({s.channels + more, s.height, s.width});
    projection p = g.joined(source, target, connectivity::conv2d);
    if (g.d.chance(70)) { p.geometry = {{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}}; }
    g.connect_convolution(std::move(p));
    connect_skip(g, source, target, more > 0 ? g.d.small(0, more) : 0);
    g.finish(target);
}

namespace {

struct selection {
    std::int32_t first_channel;  ///< of the target that reads the source's first channel
    std::int32_t first[2];       ///< source position of target position 0, y and x
    std::int32_t stride[2];
    std::int32_t turned_from;  ///< channels from here on read the source backwards
};

selection random_selection(dice& d, std::int32_t out) {
    return {d.chance(60) ? d.small(0, 6) : -d.small(0, 3),
            {d.small(-1, 2), d.small(-1, 2)},
            {d.small(1, 2), d.small(1, 2)},
            d.chance(30) ? d.small(0, out - 1) : out};
}

/// Source neuron of one target neuron, or -1.
std::int32_t selected(const selection& s, const shape& from, std::int32_t c,
                      const std::int32_t* at) {
    const std::int32_t straight = c - s.first_channel;
    const std::int32_t channel =
        c < s.turned_from ? straight : from.channels - 1 - (c - s.turned_from);
    const std::int32_t y = s.first[0] + at[0] * s.stride[0];
    const std::int32_t x = s.first[1] + at[1] * s.stride[1];
    const bool inside = channel >= 0 && channel < from.channels && y >= 0 && y < from.height
                        && x >= 0 && x < from.width;
    return inside ? static_cast<std::int32_t>(from.neuron(channel, y, x)) : -1;
}

}  // namespace

/// The selections that the engine can do: one source channel, offset and stride per target channel.
/// Strided shortcuts of residual networks, slices and shifts are like this.
void grow_index(growing_network& g, std::size_t source) {
    const shape from = g.shape_of(source);
    const shape to{g.d.chance(40) ? g.d.small(1, 4) : g.channels(),
                   g.d.small(1, std::min(6, from.height)), g.d.small(1, std::min(6, from.width))};
    const std::size_t target = g.add_spiking(to);
    projection p = g.joined(source, target, connectivity::index);
    const selection s = random_selection(g.d, to.channels);
    for (std::int32_t y = 0; y < to.height; ++y) {
        for (std::int32_t x = 0; x < to.width; ++x) {
            const std::int32_t position[] = {y, x};
            for (std::int32_t c = 0; c < to.channels; ++c) {
                p.index.push_back(selected(s, from, c, position));
            }
        }
    }
    g.connect(std::move(p), size_of(to.channels));
    if (g.d.chance(50)) {  // the other branch of a residual block
        projection beside = g.joined(source, target, connectivity::dense);
        if (to.positions() > 1) {
            g.finish(target);
            return;
        }
        beside.spatial_sum = true;
        g.connect(std::move(beside), size_of(from.channels * to.channels));
    }
    g.finish(target);
}

void grow_layer(growing_network& g, std::size_t source) {
    switch (g.d.between(0, 17)) {
    case 0:
        return grow_dense(g, source);
    case 1:
    case 2:
        return grow_average(g, source);
    case 3:
    case 4:
    case 5:
        return grow_max_pool(g, source);
    case 6:
    case 7:
        return grow_residual(g, source);
    case 8:
    case 9:
        return grow_concat(g, source);
    case 10:
        return grow_index(g, source);
    case 13:
    case 14:
    case 15:
        return grow_transposed(g, source);
    case 12:
    case 16:
        return grow_selection(g, source);
    case 17:
        return g.d.chance(70) ? grow_sparse(g, source) : grow_dense_map(g, source);
    default:
        return grow_convolution(g, source);
    }
}

}  // namespace synfire::test
