// SPDX-License-Identifier: Apache-2.0
#include <support/corner_networks.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

#include <support/dice.hpp>
#include <support/random_parts.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

namespace synfire::test {

void corner_weights(dice& d, projection& p, std::size_t count) {
    const std::int32_t mode = d.small(0, 6);
    p.weight_bits = 8;
    p.weights.resize(count);
    for (std::int8_t& w : p.weights) {
        std::int32_t value = d.small(-127, 127);
        if (mode < 2) { value = mode == 0 ? 127 : -127; }
        if (mode == 2) { value = d.pick({127, -127}); }
        if (mode == 3) { value = d.chance(10) ? d.pick({127, -127, 1, -1}) : 0; }
        if (mode == 4) { value = d.chance(2) ? 127 : 0; }
        w = static_cast<std::int8_t>(value);
    }
}

bool finish_corner(network& net) {
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    if (std::any_of(widths.begin(), widths.end(), [](int bits) { return bits > 32; })) {
        return false;
    }
    validate(net);
    return true;
}

namespace {

constexpr std::size_t samples_per_case = 4;
constexpr std::size_t most_neurons = 12'000;

/// Input, up to three layers, and a read-out, one behind the other.
class corner_builder {
  public:
    explicit corner_builder(std::uint64_t seed) : d_(seed) {}
    std::optional<random_case> build(std::uint64_t seed);

  private:
    void add_input();
    void add_layer();
    void add_readout();
    sized_geometry kernel(const shape& from, bool transposed);
    std::int32_t axis(kernel_geometry& g, std::size_t i, std::int32_t size, bool transposed);
    void set_neurons(population& p);
    void narrow(channel_range& range);
    code_window window();
    code_range range(const code_window& window);
    sim::encoded_input draw_input();

    dice d_;
    network net_;
};

std::optional<random_case> corner_builder::build(std::uint64_t seed) {
    add_input();
    for (std::int32_t layers = d_.small(1, 3); layers > 0; --layers) { add_layer(); }
    add_readout();
    if (!finish_corner(net_)) { return std::nullopt; }
    random_case c{seed, net_, {}};
    for (std::size_t s = 0; s < samples_per_case; ++s) { c.samples.push_back({draw_input()}); }
    return c;
}

code_window corner_builder::window() {
    switch (d_.small(0, 5)) {
    case 0:
        return {coding::rate, d_.small(1, max_window_steps)};
    case 1:
        return {coding::ttfs, d_.small(1, max_window_steps)};
    case 2:
        return {coding::digit, 6, 4, 2};
    case 3:
        return {coding::phase, d_.small(9, 15)};
    default:
        return {coding::phase, d_.small(6, 8)};
    }
}

/// Ends next to those of tables, signed and unsigned bytes.
code_range corner_builder::range(const code_window& window) {
    const auto top = static_cast<std::int32_t>(max_code(window));
    code_range r{0, top};
    if (d_.chance(50)) {
        r.hi = std::min(top, d_.pick({0, 1, 15, 16, 17, 126, 127, 128, 254, 255, 256}));
    }
    if (d_.chance(12)) { r.lo = -d_.small(0, top); }
    return r;
}

void corner_builder::add_input() {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    const bool long_lines = d_.chance(40);
    p.shape = {d_.pick({1, 1, 1, 2, 3, 16, 17, 32, 33}), d_.small(1, long_lines ? 4 : 11),
               long_lines ? d_.pick({30, 63, 64, 65, 66, 127, 128, 129}) : d_.small(1, 11)};
    p.input = input_encoding{};
    if (d_.chance(10)) {
        p.input->encoder = input_encoder::current;
        p.range = {d_.chance(30) ? -255 : 0, d_.pick({127, 128, 255, 256, max_code_value})};
    } else {
        p.window = window();
        p.range = range(p.window);
    }
    net_.populations.push_back(std::move(p));
}

std::int32_t corner_builder::axis(kernel_geometry& g, std::size_t i, std::int32_t size,
                                  bool transposed) {
    const bool plain = d_.chance(50);
    for (;;) {
        const std::int32_t taps = d_.small(1, d_.chance(70) ? 5 : 9);
        const std::int32_t stride = plain ? 1 : d_.small(1, 5);
        const std::int32_t dilation = plain ? 1 : d_.small(1, 3);
        const std::int32_t before = d_.small(0, 12);
        const std::int32_t after = d_.small(0, 12);
        const std::int32_t reach = dilation * (taps - 1) + 1;
        const std::int32_t room = transposed ? (size - 1) * stride - before - after + reach - 1
                                             : size + before + after - reach;
        if (room < 0) { continue; }
        g.kernel[i] = taps;
        g.stride[i] = stride;
        g.dilation[i] = dilation;
        g.pads[i] = before;
        g.pads[i + 2] = after;
        return transposed ? room + 1 : room / stride + 1;
    }
}

sized_geometry corner_builder::kernel(const shape& from, bool transposed) {
    sized_geometry sized;
    sized.height = axis(sized.geometry, 0, from.height, transposed);
    sized.width = axis(sized.geometry, 1, from.width, transposed);
    return sized;
}

/// Thresholds at both ends of what single precision and 32 bits hold.
void corner_builder::set_neurons(population& p) {
    p.window = window();
    p.range = range(p.window);
    const std::int32_t mode = d_.small(0, 4);
    const std::int32_t exact = (1 << 21) / (p.range.hi + 1);
    const std::int32_t bias = d_.pick({0, 3, 1000, 100'000});
    p.bias_per_neuron = d_.chance(20);
    for (std::int32_t c = 0; c < p.shape.channels; ++c) {
        std::int32_t theta = mode == 0 ? 1 : d_.small(1, 60'000);
        if (mode == 1) { theta = (1 << d_.small(0, 21)) + d_.small(-1, 1); }
        if (mode == 2) { theta = exact + d_.small(-1, 1); }
        p.theta.push_back(std::max(theta, 1));
    }
    const std::size_t biases =
        p.bias_per_neuron ? p.shape.neurons() : static_cast<std::size_t>(p.shape.channels);
    for (std::size_t i = 0; i < biases; ++i) { p.bias.push_back(d_.between(-bias, bias)); }
}

void corner_builder::narrow(channel_range& range) {
    if (range.count() < 2 || !d_.chance(20)) { return; }
    range.first = d_.small(0, range.count() - 1);
    range.last = d_.small(range.first + 1, range.last);
}

void corner_builder::add_layer() {
    const std::size_t source = net_.populations.size() - 1;
    const shape from = net_.populations[source].shape;
    projection p;
    p.source = source;
    p.target = source + 1;
    p.kind = d_.chance(15) ? connectivity::conv_transpose2d : connectivity::conv2d;
    const sized_geometry sized = kernel(from, p.kind == connectivity::conv_transpose2d);
    p.geometry = sized.geometry;
    population to;
    to.name = "layer" + std::to_string(p.target);
    to.shape = {d_.pick({1, 3, 7, 8, 9, 15, 16, 17, 24, 25, 31, 32, 33, 48, 49, 64, 65}),
                sized.height, sized.width};
    while (to.shape.neurons() > most_neurons && to.shape.channels > 8) { to.shape.channels /= 2; }
    set_neurons(to);
    p.source_channels = {0, from.channels};
    p.target_channels = {0, to.shape.channels};
    narrow(p.source_channels);
    narrow(p.target_channels);
    const std::int32_t divisor = std::gcd(p.source_channels.count(), p.target_channels.count());
    if (d_.chance(30)) { p.groups = divisor; }
    p.shift = d_.chance(60) ? 0 : d_.small(0, 9);
    const std::int32_t rows = p.source_channels.count() / p.groups * p.target_channels.count();
    corner_weights(d_, p,
                   static_cast<std::size_t>(rows)
                       * static_cast<std::size_t>(p.geometry.kernel[0] * p.geometry.kernel[1]));
    net_.populations.push_back(std::move(to));
    net_.projections.push_back(std::move(p));
}

void corner_builder::add_readout() {
    projection p;
    p.source = net_.populations.size() - 1;
    p.target = p.source + 1;
    population out;
    out.name = "out";
    out.kind = population_kind::readout;
    out.shape = {d_.small(1, 5), 1, 1};
    out.bias.assign(static_cast<std::size_t>(out.shape.channels), 0);
    p.spatial_sum = true;
    p.source_channels = {0, net_.populations[p.source].shape.channels};
    p.target_channels = {0, out.shape.channels};
    corner_weights(d_, p,
                   static_cast<std::size_t>(p.source_channels.count() * p.target_channels.count()));
    net_.populations.push_back(std::move(out));
    net_.projections.push_back(std::move(p));
}

/// From silence to all neurons at their largest code, so that one engine takes every way.
sim::encoded_input corner_builder::draw_input() {
    const population& p = net_.populations.front();
    std::vector<std::int32_t> codes(p.shape.neurons(), 0);
    const int density = d_.pick({0, 1, 4, 6, 12, 30, 49, 51, 100});
    const std::int32_t mode = d_.small(0, 3);
    for (std::int32_t& q : codes) {
        if (!d_.chance(density)) { continue; }
        q = mode == 0 ? p.range.hi : d_.small(p.range.lo, p.range.hi);
        if (mode == 1) { q = d_.pick({p.range.lo, p.range.hi}); }
    }
    return sim::encode_codes(p, codes);
}

}  // namespace

std::optional<random_case> make_corner_case(std::uint64_t seed) {
    return corner_builder(seed).build(seed);
}

}  // namespace synfire::test
