// SPDX-License-Identifier: Apache-2.0
#include <support/random_parts.hpp>

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include <synfire/core/neuron.hpp>
#include <synfire/core/synapses.hpp>

namespace synfire::test {
namespace {

code_window digit_window(dice& d) {
    const std::int32_t base = d.small(2, 6);
    const std::int32_t digits = d.small(1, std::min(3, max_window_steps / (base - 1)));
    return {coding::digit, digits * (base - 1), base, digits};
}

code_window any_window(dice& d) {
    switch (d.between(0, 5)) {
    case 0:
        return {coding::rate, d.small(1, max_window_steps)};
    case 1:
        return {coding::ttfs, d.small(1, max_window_steps)};
    case 2:
        return digit_window(d);
    default:
        return {coding::phase, d.chance(85) ? d.small(1, 8) : d.small(9, 15)};
    }
}

}  // namespace

code_window random_window(dice& d, std::int64_t largest) {
    code_window window = any_window(d);
    while (max_code(window) > largest) { window = any_window(d); }
    return window;
}

code_range random_range(dice& d, const code_window& window) {
    const auto top = static_cast<std::int32_t>(max_code(window));
    code_range range{0, d.chance(80) ? top : d.small(1, top)};
    if (d.chance(25)) { range.lo = -(d.chance(60) ? top : d.small(1, top)); }
    return range;
}

namespace {

struct axis_draw {
    std::int32_t kernel, stride, dilation, before, after;
};

axis_draw random_axis(dice& d) {
    return {d.small(1, 5), d.small(1, 2), d.chance(75) ? 1 : 2, d.small(0, 2), d.small(0, 2)};
}

void set_axis(kernel_geometry& g, std::size_t i, const axis_draw& a) {
    g.kernel[i] = a.kernel;
    g.stride[i] = a.stride;
    g.dilation[i] = a.dilation;
    g.pads[i] = a.before;
    g.pads[i + 2] = a.after;
}

constexpr std::int32_t largest_side = 11;

std::int32_t convolution_axis(dice& d, kernel_geometry& g, std::size_t i, std::int32_t size) {
    for (;;) {
        const axis_draw a = random_axis(d);
        const std::int32_t room = size + a.before + a.after - a.dilation * (a.kernel - 1) - 1;
        if (room < 0 || room / a.stride + 1 > largest_side) { continue; }
        set_axis(g, i, a);
        return room / a.stride + 1;
    }
}

std::int32_t transposed_axis(dice& d, kernel_geometry& g, std::size_t i, std::int32_t size) {
    for (;;) {
        const axis_draw a = random_axis(d);
        const std::int32_t least =
            (size - 1) * a.stride - a.before - a.after + a.dilation * (a.kernel - 1) + 1;
        const std::int32_t result = least + d.small(0, std::max(a.stride, a.dilation) - 1);
        if (result < 1 || result > largest_side) { continue; }
        set_axis(g, i, a);
        return result;
    }
}

/// Pads stay below the kernel's reach, so that no window lies wholly in them; ceil_mode now and
/// then.
std::int32_t pooling_axis(dice& d, kernel_geometry& g, std::size_t i, std::int32_t size) {
    for (;;) {
        axis_draw a = random_axis(d);
        a.dilation = 1;
        a.before = std::min(a.before, a.kernel - 1);
        a.after = std::min(a.after, a.kernel - 1);
        const std::int32_t room = size + a.before + a.after - a.kernel;
        if (room < 0) { continue; }
        std::int32_t result = room / a.stride + 1;
        const bool sticks_out = room % a.stride != 0 && result * a.stride < size + a.before;
        if (sticks_out && d.chance(50)) { ++result; }
        set_axis(g, i, a);
        const std::int32_t last_start = (result - 1) * a.stride - a.before;
        if (last_start < size && result <= largest_side) { return result; }
    }
}

template <class Axis>
sized_geometry both_axes(dice& d, const shape& source, const Axis& axis) {
    sized_geometry sized;
    sized.height = axis(d, sized.geometry, std::size_t{0}, source.height);
    sized.width = axis(d, sized.geometry, std::size_t{1}, source.width);
    return sized;
}

}  // namespace

sized_geometry random_convolution(dice& d, const shape& source) {
    return both_axes(d, source, convolution_axis);
}
sized_geometry random_transposed(dice& d, const shape& source) {
    return both_axes(d, source, transposed_axis);
}
sized_geometry random_pooling(dice& d, const shape& source) {
    return both_axes(d, source, pooling_axis);
}

void random_weights(dice& d, projection& p, std::size_t count, int most_bits) {
    p.weight_bits = std::min(d.chance(60) ? 8 : d.small(2, 7), most_bits);
    const std::int64_t limit = (1 << (p.weight_bits - 1)) - 1;
    const int zeros = d.pick({0, 10, 40});
    p.weights.resize(count);
    for (std::int8_t& w : p.weights) {
        w = d.chance(zeros) ? std::int8_t{0} : static_cast<std::int8_t>(d.between(-limit, limit));
    }
}

namespace {

using sums = std::vector<std::vector<std::int64_t>>;  // [sample][neuron]

sums potentials_without_bias(const network& net, std::size_t number,
                             const std::vector<sample_codes>& codes) {
    sums x(codes.front().size(),
           std::vector<std::int64_t>(net.populations[number].shape.neurons(), 0));
    for (const projection& p : net.projections) {
        if (p.target != number) { continue; }
        for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t weight) {
            const std::int64_t scaled = std::int64_t{weight} * (std::int64_t{1} << p.shift);
            for (std::size_t s = 0; s < x.size(); ++s) {
                x[s][target] += scaled * codes[p.source][s][source];
            }
        });
    }
    return x;
}

std::vector<std::int64_t> channel_values(const sums& x, std::size_t channel, std::size_t channels) {
    std::vector<std::int64_t> values;
    for (const auto& sample : x) {
        for (std::size_t n = channel; n < sample.size(); n += channels) {
            values.push_back(sample[n]);
        }
    }
    std::sort(values.begin(), values.end());
    return values;
}

struct channel_choice {
    std::int64_t bias = 0;
    std::int32_t theta = 1;
};

/// The bias puts a part of the values above zero; the threshold makes the largest code saturate or
/// just not.
channel_choice choose_channel(dice& d, const std::vector<std::int64_t>& values,
                              const code_range& range) {
    channel_choice c;
    if (values.front() == 0 && values.back() == 0) {  // dead: sends its constant
        return {d.between(-300, 900), 256};
    }
    const auto count = static_cast<std::int64_t>(values.size());
    const std::int64_t active = d.between(5, 60);
    c.bias = -values[static_cast<std::size_t>(std::min(count - 1, count * (100 - active) / 100))];
    if (range.is_signed() && d.chance(70)) { c.bias = d.between(-20, 20); }
    const std::int64_t top =
        std::max(std::abs(values.back() + c.bias), std::abs(values.front() + c.bias) / 2);
    const std::int64_t reach =
        std::max<std::int64_t>(1, std::int64_t{range.hi} * d.between(50, 140));
    c.theta = static_cast<std::int32_t>(
        std::clamp<std::int64_t>(top * 100 / reach, 1, std::int64_t{1} << 24));
    return c;
}

/// Moves the bias so that one value lies exactly on k * theta + theta / 2.
void make_tie(dice& d, const std::vector<std::int64_t>& values, channel_choice& c) {
    c.theta += c.theta & 1;
    const std::int64_t value =
        values[static_cast<std::size_t>(d.between(0, static_cast<std::int64_t>(values.size()) - 1))]
        + c.bias;
    const std::int64_t k = std::max<std::int64_t>(value / c.theta, 0);
    if (value > 0) { c.bias += k * c.theta + c.theta / 2 - value; }
}

/// As behind a padded convolution: rows differ at the border at most. Draws nothing more.
void repeat_rows(population& p) {
    const auto row = static_cast<std::ptrdiff_t>(p.shape.width) * p.shape.channels;
    const std::int32_t first = (p.bias.front() & 4) != 0 ? 1 : 0;
    const std::int32_t last = p.shape.height - ((p.bias.front() & 8) != 0 ? 1 : 0);
    const auto model = std::next(p.bias.begin(), first * row);
    for (std::int32_t y = first + 1; y < last; ++y) {
        std::copy_n(model, row, std::next(p.bias.begin(), y * row));
    }
}

void spread_bias(dice& d, population& p) {
    std::vector<std::int64_t> bias;
    for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
        bias.push_back(p.bias_of(n) + d.between(-9, 9));
    }
    p.bias = std::move(bias);
    p.bias_per_neuron = true;
    if ((p.bias.front() & 3) != 0) { repeat_rows(p); }
}

void choose_table(dice& d, population& p) {
    fire_table t{d.chance(50) ? 0 : -d.small(1, 40), d.small(1, 60), {}};
    for (std::int32_t k = t.k_lo; k <= t.k_hi; ++k) {
        t.table.push_back(std::clamp(k / 2 + d.small(-1, 1), p.range.lo, p.range.hi));
    }
    p.table = std::move(t);
}

std::int32_t fired_code(const population& p, std::size_t neuron, std::int64_t x) {
    const thresholds th{p.theta_of(neuron), p.theta_neg_of(neuron)};
    if (!p.table) { return fire_code(x, th, p.range); }
    const std::int32_t k = fire_code(x, th, {p.table->k_lo, p.table->k_hi});
    return p.table->table[static_cast<std::size_t>(k - p.table->k_lo)];
}

sample_codes fire_all(const population& p, const sums& x) {
    sample_codes fired(x.size());
    for (std::size_t s = 0; s < x.size(); ++s) {
        for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
            fired[s].push_back(fired_code(p, n, x[s][n] + p.bias_of(n)));
        }
    }
    return fired;
}

}  // namespace

sample_codes calibrate(dice& d, network& net, std::size_t number,
                       const std::vector<sample_codes>& codes, bool tables) {
    population& p = net.populations[number];
    const sums x = potentials_without_bias(net, number, codes);
    const auto channels = static_cast<std::size_t>(p.shape.channels);
    if (tables && d.chance(10)) { choose_table(d, p); }
    const code_range range = p.table ? code_range{p.table->k_lo, p.table->k_hi} : p.range;
    const bool negative = d.chance(30);
    for (std::size_t c = 0; c < channels; ++c) {
        const std::vector<std::int64_t> values = channel_values(x, c, channels);
        channel_choice choice = choose_channel(d, values, range);
        if (d.chance(30)) { make_tie(d, values, choice); }
        p.bias.push_back(choice.bias);
        p.theta.push_back(choice.theta);
        if (negative) {
            p.theta_neg.push_back(static_cast<std::int32_t>(d.between(1, 3) * choice.theta));
        }
    }
    if (d.chance(15)) { spread_bias(d, p); }
    return fire_all(p, x);
}

sample_codes fired_codes(const network& net, std::size_t number,
                         const std::vector<sample_codes>& codes) {
    return fire_all(net.populations[number], potentials_without_bias(net, number, codes));
}

}  // namespace synfire::test
