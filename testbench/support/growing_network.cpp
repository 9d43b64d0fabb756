// SPDX-License-Identifier: Apache-2.0
// Layers with weights on every synapse, and what all kinds of layer share. Pools, selections and
// skips are in growing_channelwise.cpp.
#include <support/growing_network.hpp>

#include <algorithm>
#include <utility>

namespace synfire::test {
namespace {

constexpr std::int32_t most_phase_steps = 15;

std::size_t size_of(std::int32_t n) { return static_cast<std::size_t>(n); }

/// Strides beyond those of the general networks.
void stretch_strides(growing_network& g, const shape& source, sized_geometry& sized) {
    kernel_geometry& k = sized.geometry;
    const std::int32_t sizes[] = {source.height, source.width};
    std::int32_t* const results[] = {&sized.height, &sized.width};
    for (std::size_t axis = 0; axis < 2; ++axis) {
        if (!g.d.chance(12)) { continue; }
        k.stride[axis] = 3;
        const std::int32_t room = sizes[axis] + k.pads[axis] + k.pads[axis + 2]
                                  - k.dilation[axis] * (k.kernel[axis] - 1) - 1;
        *results[axis] = room / 3 + 1;
    }
}

std::int32_t random_divisor(dice& d, std::int32_t n) {
    std::vector<std::int32_t> divisors;
    for (std::int32_t i = 1; i <= n; ++i) {
        if (n % i == 0) { divisors.push_back(i); }
    }
    return d.pick(divisors);
}

void narrow(dice& d, channel_range& range) {
    if (range.count() < 2) { return; }
    if (d.chance(50)) { range.first += d.small(1, range.count() - 1); }
    if (range.count() > 1 && d.chance(50)) { range.last -= d.small(1, range.count() - 1); }
}

}  // namespace

std::int32_t growing_network::channels() {
    return d.chance(80) ? d.pick({1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 17}) : d.pick({24, 31, 32, 33});
}

code_window growing_network::window(std::int32_t largest) {
    const std::int32_t top = std::min(largest, family.most_steps);
    if (d.chance(30)) { return {coding::rate, d.chance(20) ? top : d.small(1, top)}; }
    const std::int32_t most = std::min(top, most_phase_steps);
    return {coding::phase, d.chance(80) ? d.small(1, std::min(most, 6)) : d.small(1, most)};
}

std::size_t growing_network::add_spiking(const shape& s, std::optional<code_window> given) {
    population p;
    p.name = "layer" + std::to_string(net.populations.size());
    p.shape = s;
    p.window = given ? *given : window(family.most_steps);
    const auto top = static_cast<std::int32_t>(max_code(p.window));
    p.range = {0, top};
    if (family.firing != 0) {
        if (d.chance(20)) { p.range.hi = d.small(0, top); }
        if (p.window.steps < family.most_steps && d.chance(25)) { p.range.lo = -d.small(1, top); }
        if (p.range.hi == 0 && p.range.lo == 0) { p.range.hi = 1; }
    }
    net.populations.push_back(std::move(p));
    return net.populations.size() - 1;
}

projection growing_network::joined(std::size_t source, std::size_t target, connectivity kind) {
    projection p;
    p.source = source;
    p.target = target;
    p.kind = kind;
    p.source_channels = {0, shape_of(source).channels};
    p.target_channels = {0, shape_of(target).channels};
    p.shift = d.chance(75) ? 0 : d.small(1, 4);
    return p;
}

void growing_network::connect(projection p, std::size_t weights) {
    random_weights(d, p, weights, family.weight_bits);
    net.projections.push_back(std::move(p));
}

void growing_network::connect_convolution(projection p) {
    const std::int32_t in = p.source_channels.count() / p.groups;
    const std::int32_t out = p.target_channels.count();
    const std::size_t per_channel = size_of(in * p.geometry.kernel[0] * p.geometry.kernel[1]);
    connect(std::move(p), per_channel * size_of(out));
    if (!d.chance(20)) { return; }
    const auto dead = static_cast<std::ptrdiff_t>(per_channel * size_of(d.small(0, out - 1)));
    const auto first = net.projections.back().weights.begin() + dead;
    std::fill(first, first + static_cast<std::ptrdiff_t>(per_channel), std::int8_t{0});
}

void growing_network::finish(std::size_t number) {
    codes.push_back(calibrate(d, net, number, codes, false));
    population& p = net.populations[number];
    if (family.vectors) { p.bias_per_neuron = false; }  // one position: the same, by channel
    if (!p.range.is_signed() || !d.chance(30)) { return; }
    p.theta_neg.clear();  // steeper below zero
    for (const std::int32_t theta : p.theta) { p.theta_neg.push_back(theta / d.small(1, 5) + 1); }
    codes.back() = fired_codes(net, number, codes);
}

bool growing_network::is_taken(std::size_t i) const {
    return at(i).range.is_signed()
           && std::any_of(net.projections.begin(), net.projections.end(), [&](const projection& p) {
                  return p.source == i && p.kind == connectivity::window;
              });
}

std::size_t growing_network::last_sender() const {
    std::size_t i = net.populations.size() - 1;
    while (net.populations[i].kind == population_kind::readout || is_taken(i)) { --i; }
    return i;
}

namespace {

/// Source channels, and as many target channels that groups are possible.
struct channel_plan {
    std::int32_t out = 1;
    std::int32_t groups = 1;
};

channel_plan plan_channels(growing_network& g, std::int32_t in) {
    if (g.d.chance(55)) { return {g.channels(), 1}; }
    const std::int32_t groups = g.d.chance(50) ? in : random_divisor(g.d, in);
    const std::int32_t most = std::max(1, 33 / groups);
    return {groups * (g.d.chance(50) ? 1 : g.d.small(1, std::min(4, most))), groups};
}

}  // namespace

void grow_convolution(growing_network& g, std::size_t source) {
    sized_geometry sized = random_convolution(g.d, g.shape_of(source));
    stretch_strides(g, g.shape_of(source), sized);
    channel_range from{0, g.shape_of(source).channels};
    if (g.d.chance(20)) { narrow(g.d, from); }
    const channel_plan plan = plan_channels(g, from.count());
    const std::int32_t before = g.d.chance(15) ? g.d.small(1, 9) : 0;
    const std::int32_t behind = g.d.chance(10) ? g.d.small(1, 9) : 0;
    const std::size_t target =
        g.add_spiking({before + plan.out + behind, sized.height, sized.width});
    projection p = g.joined(source, target, connectivity::conv2d);
    p.geometry = sized.geometry;
    p.source_channels = from;
    p.target_channels = {before, before + plan.out};
    p.groups = plan.groups;
    g.connect_convolution(std::move(p));
    g.finish(target);
}

void grow_dense(growing_network& g, std::size_t source) {
    const std::size_t target = g.add_spiking({g.d.small(3, 40), 1, 1});
    projection p = g.joined(source, target, connectivity::dense);
    if (g.d.chance(25)) { narrow(g.d, p.target_channels); }
    if (g.d.chance(25)) { narrow(g.d, p.source_channels); }
    p.spatial_sum = g.d.chance(35);
    const std::size_t columns =
        size_of(p.source_channels.count()) * (p.spatial_sum ? 1 : g.shape_of(source).positions());
    const std::size_t rows = size_of(p.target_channels.count());
    g.connect(std::move(p), columns * rows);
    g.finish(target);
}

/// Two or more sources of one map size feed one population, on the same channels or side by side.
void grow_concat(growing_network& g, std::size_t source) {
    const shape s = g.shape_of(source);
    const std::size_t second = g.add_spiking({g.channels(), s.height, s.width});
    g.connect_convolution(g.joined(source, second, connectivity::conv2d));
    g.finish(second);
    const sized_geometry sized = random_convolution(g.d, s);
    const std::int32_t out = g.d.small(2, 20);
    const std::size_t target = g.add_spiking({out, sized.height, sized.width});
    const std::int32_t cut = g.d.small(1, out - 1);
    const bool side_by_side = g.d.chance(50);
    const channel_range ranges[] = {
        {0, side_by_side ? cut : out}, {side_by_side ? cut : 0, out}, {0, out}};
    const std::size_t parts = !g.d.chance(25)  ? 2
                              : g.d.chance(50) ? 3
                                               : static_cast<std::size_t>(g.d.small(9, 12));
    for (std::size_t i = 0; i < parts; ++i) {
        projection p = g.joined(i == 1 ? second : source, target, connectivity::conv2d);
        p.geometry = sized.geometry;
        p.target_channels = ranges[std::min<std::size_t>(i, 2)];
        g.connect_convolution(std::move(p));
    }
    g.finish(target);
}

namespace {

/// All classes get the potentials of the first: the answer is a tie.
void tie_answers(growing_network& g, std::size_t target) {
    population& out = g.net.populations[target];
    projection& p = g.net.projections.back();
    std::fill(out.bias.begin(), out.bias.end(), out.bias.front());
    const std::size_t columns = p.weights.size() / out.shape.neurons();
    for (std::size_t i = columns; i < p.weights.size(); ++i) {
        p.weights[i] = p.weights[i % columns];
    }
}

void read_densely(growing_network& g, std::size_t source, std::size_t target) {
    projection p = g.joined(source, target, connectivity::dense);
    p.spatial_sum = g.d.chance(30) && !g.family.vectors;
    const std::size_t columns =
        p.spatial_sum ? size_of(p.source_channels.count()) : g.shape_of(source).neurons();
    g.connect(std::move(p), columns * g.shape_of(target).neurons());
}

/// A convolution whose kernel is the whole map.
void read_by_kernel(growing_network& g, std::size_t source, std::size_t target) {
    projection p = g.joined(source, target, connectivity::conv2d);
    p.geometry.kernel = {g.shape_of(source).height, g.shape_of(source).width};
    g.connect_convolution(std::move(p));
}

}  // namespace

void grow_readout(growing_network& g, std::size_t source) {
    population out;
    out.name = "out" + std::to_string(g.net.populations.size());
    out.kind = population_kind::readout;
    out.shape = {g.d.chance(80) ? g.d.small(2, 11) : g.d.small(12, 40), 1, 1};
    const shape from = g.shape_of(source);
    const bool map = g.family.answers_are_maps && from.positions() > 1 && from.positions() <= 40
                     && g.d.chance(20);
    if (map) { out.shape = {g.d.small(1, 10), from.height, from.width}; }
    const std::int64_t reach = g.d.chance(80) ? 50 : g.d.pick({200, 40'000, 5'000'000});
    for (std::int32_t c = 0; c < out.shape.channels; ++c) {
        out.bias.push_back(g.d.between(-reach, reach));
    }
    g.net.populations.push_back(std::move(out));
    const std::size_t target = g.net.populations.size() - 1;
    if (map) {
        g.connect_convolution(g.joined(source, target, connectivity::conv2d));
    } else if (g.d.chance(15) && !g.family.vectors) {
        read_by_kernel(g, source, target);
    } else {
        read_densely(g, source, target);
    }
    if (map) {
        // One kernel for all positions.
    } else if (g.d.chance(25)) {
        tie_answers(g, target);
    } else if (source > 0 && g.at(source - 1).kind != population_kind::readout
               && !g.is_taken(source - 1) && g.d.chance(20)) {
        read_densely(g, source - 1, target);
    }
    g.codes.emplace_back(g.samples.size());  // read-outs send nothing
}

}  // namespace synfire::test
