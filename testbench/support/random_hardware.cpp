// SPDX-License-Identifier: Apache-2.0
#include <support/random_hardware.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <support/growing_network.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

namespace synfire::test {
namespace {

constexpr std::size_t samples_per_case = 2;

/// Empty and full maps are rare in data and frequent in bugs.
std::vector<std::int32_t> random_codes(dice& d, const population& p) {
    const int density = d.chance(16) ? (d.chance(50) ? 0 : 100) : d.small(10, 70);
    std::vector<std::int32_t> codes(p.shape.neurons());
    for (std::int32_t& q : codes) {
        if (!d.chance(density)) { continue; }
        q = d.chance(20) ? p.range.hi : d.small(p.range.lo, p.range.hi);
        if (density == 100 && q == 0) { q = 1; }
    }
    return codes;
}

sim::encoded_input random_input(dice& d, const population& p, std::uint32_t sample) {
    if (p.input->encoder != input_encoder::poisson) {
        return sim::encode_codes(p, random_codes(d, p));
    }
    std::vector<double> probabilities;
    for (std::size_t n = 0; n < p.shape.neurons(); ++n) {
        probabilities.push_back(static_cast<double>(d.between(0, 64)) / 64.0);
    }
    return sim::encode_poisson(p, probabilities, 7, sample);
}

input_encoder random_encoder(dice& d, const code_window& window, bool is_signed) {
    if (window.kind != coding::rate || d.chance(40)) { return input_encoder::code; }
    return d.chance(60) || is_signed ? input_encoder::rate : input_encoder::poisson;
}

/// One of several: their patterns have one form, with room for a sign.
void add_input(growing_network& g, std::size_t number, std::size_t all) {
    dice& d = g.d;
    population p;
    p.name = number == 0 ? "in" : "in" + std::to_string(number);
    p.kind = population_kind::input;
    p.shape =
        d.chance(g.family.vectors ? 60 : 15)
            ? shape{d.small(5, g.family.vectors ? 400 : 70), 1, 1}
            : shape{d.pick({1, 1, 2, 3, 3, 4, 7, 8, 9, 16, 17}), d.small(3, 8), d.small(3, 8)};
    p.window = g.window(d.chance(85) ? 8 : g.family.most_steps);
    if (all > 1) { p.window.steps = std::min(p.window.steps, g.family.most_steps - 1); }
    const auto top = static_cast<std::int32_t>(max_code(p.window));
    const bool room_for_sign = p.window.steps < g.family.most_steps;
    p.range = {room_for_sign && d.chance(30) ? -top : 0, top};
    p.input = input_encoding{};
    p.input->encoder = random_encoder(d, p.window, p.range.is_signed());
    sample_codes codes;
    for (std::size_t s = 0; s < samples_per_case; ++s) {
        g.samples.resize(samples_per_case);
        g.samples[s].push_back(random_input(d, p, static_cast<std::uint32_t>(s)));
        codes.push_back(g.samples[s].back().codes);
    }
    g.net.populations.push_back(std::move(p));
    g.codes.push_back(std::move(codes));
}

std::size_t any_sender(growing_network& g) {
    const std::size_t last = g.last_sender();
    if (g.d.chance(75)) { return last; }
    const auto i = static_cast<std::size_t>(g.d.between(0, static_cast<std::int64_t>(last)));
    return g.at(i).kind == population_kind::readout || g.is_taken(i) ? last : i;
}

std::size_t size_of(std::int64_t n) { return static_cast<std::size_t>(n); }

std::size_t padded(std::int32_t channels, std::size_t to) {
    return (static_cast<std::size_t>(channels) + to - 1) / to * to;
}

/// Terms of a projection in one pass of 32 lanes; rather too many.
std::size_t terms_of(const projection& p) {
    const auto channels = static_cast<std::size_t>(p.target_channels.count());
    if (p.kind == connectivity::index) { return channels / 2 + 1; }
    if (p.kind == connectivity::sparse) {
        // Windows are one term; synapses from anywhere are up to three a channel.
        return p.column.size() > 3 * p.row_ptr.size() ? 1 : std::min(channels, size_of(8)) * 3;
    }
    const bool depthwise =
        p.groups == p.source_channels.count() && p.groups == p.target_channels.count();
    return depthwise ? 1 : static_cast<std::size_t>(p.groups);
}

/// Whether the engines of the family have the memory; estimated without asking them.
bool fits(const growing_network& g) {
    std::size_t neurons = 0;
    std::size_t words = 8;
    std::int32_t theta = 0;
    std::vector<std::size_t> terms(g.net.populations.size(), 1);  // of a bias per neuron
    for (const population& p : g.net.populations) {
        neurons += p.shape.positions() * padded(p.shape.channels, g.family.padded_to);
        words += padded(p.shape.channels, 8) / 8 * (p.bias_per_neuron ? 9 : 3);
        for (const std::int32_t t : p.theta) { theta = std::max(theta, t); }
    }
    int shift = 0;
    for (const projection& p : g.net.projections) {
        const code_window& window = g.at(p.source).window;
        shift = std::max(shift, p.shift + (window.kind == coding::phase ? window.steps - 1 : 0));
        const std::size_t count = terms_of(p);
        terms[p.target] += count;
        words += 6 * (count + static_cast<std::size_t>(p.target_channels.count()) / 8 + 1);
    }
    for (const auto& [i, runs] : g.runs) {
        words += runs * (4 + 6 * terms[i]) * padded(g.shape_of(i).channels, 8) / 8;
    }
    constexpr std::size_t most_terms = 32;
    return neurons <= g.family.most_neurons && words <= g.family.most_words
           && *std::max_element(terms.begin(), terms.end()) <= most_terms
           && shift <= g.family.largest_shift
           && (g.family.largest_theta == 0 || theta <= g.family.largest_theta);
}

int widest_of(const network& net) {
    int widest = 0;
    for (const population& p : net.populations) { widest = std::max(widest, p.width_bits); }
    return widest;
}

/// Ranges of currents end anywhere: where the codes of both samples do.
code_range range_of_codes(const random_case& c, std::size_t input) {
    code_range range{0, 1};
    for (const auto& sample : c.samples) {
        for (const std::int32_t q : sample[input].codes) {
            range = {std::min(range.lo, q), std::max(range.hi, q)};
        }
    }
    return range;
}

/// The same codes, but they enter as they are. Draws nothing: the other cases stay as they were.
void make_currents(random_case& c) {
    std::size_t input = 0;
    for (population& p : c.net.populations) {
        if (p.kind != population_kind::input) { continue; }
        const std::size_t number = input++;
        const bool fed_to_pool =
            std::any_of(c.net.projections.begin(), c.net.projections.end(), [&](const auto& j) {
                return &c.net.populations[j.source] == &p && j.kind == connectivity::window;
            });
        if (p.window.kind != coding::phase || fed_to_pool) { continue; }
        p.input->encoder = input_encoder::current;
        p.window = {};
        p.range = range_of_codes(c, number);
        for (auto& sample : c.samples) { sample[number].spikes.clear(); }
    }
    const std::vector<int> widths = proven_widths(c.net);
    for (std::size_t i = 0; i < widths.size(); ++i) { c.net.populations[i].width_bits = widths[i]; }
    validate(c.net);
}

/// A dense layer on one sender, or on two or three.
void grow_vector(growing_network& g) {
    std::vector<std::size_t> sources{any_sender(g)};
    while (g.d.chance(25) && sources.size() < 3) { sources.push_back(any_sender(g)); }
    grow_meeting(g, sources);
}

/// What an index becomes: a smooth function, steps, or anything.
std::int32_t entry_of(dice& d, int form, std::int32_t index, const code_range& to) {
    const double x = index / 4.0;
    switch (form) {
    case 0: {  // as SiLU
        const double y = std::round(x / (1.0 + std::exp(-x)));
        return static_cast<std::int32_t>(
            std::clamp(y, static_cast<double>(to.lo), static_cast<double>(to.hi)));
    }
    case 1: {  // as Sigmoid: active at 0
        const double y = std::round(to.hi / (1.0 + std::exp(-x)));
        return static_cast<std::int32_t>(y);
    }
    default:
        return d.chance(30) ? 0 : d.small(to.lo, to.hi);
    }
}

/// Indices end anywhere, and are up to four times as fine as codes.
void make_table(dice& d, population& p, bool may_be_signed, std::int32_t most_entries) {
    const std::int32_t finer = d.pick({1, 2, 4, 4});
    const std::int32_t most = std::min(finer * p.range.hi, (most_entries - 1) / 2);
    fire_table& t = p.table.emplace();
    t.k_hi = d.chance(60) ? most : d.small(0, most);
    t.k_lo = d.chance(30) ? 0 : d.chance(50) ? -most : -d.small(0, most);
    const code_range to{may_be_signed ? p.range.lo : 0, p.range.hi};
    const auto form = static_cast<int>(d.between(0, 2));
    for (std::int32_t k = t.k_lo; k <= t.k_hi; ++k) { t.table.push_back(entry_of(d, form, k, to)); }
    for (std::int32_t& theta : p.theta) { theta = std::max(1, theta / finer); }
}

/// Populations fire by tables. Draws from dice of its own: the other cases stay as they were.
void make_tables(random_case& c, const hardware_family& family) {
    dice d(c.seed ^ 0x7ab1e5U);
    std::int32_t left = 4096;  // of the engine
    for (std::size_t i = 0; i < c.net.populations.size(); ++i) {
        population& p = c.net.populations[i];
        if (p.kind != population_kind::spiking || d.chance(30) || left < 2) { continue; }
        const bool pooled =
            std::any_of(c.net.projections.begin(), c.net.projections.end(), [&](const auto& j) {
                return j.source == i && j.kind == connectivity::window;
            });
        make_table(d, p, !pooled && p.window.steps < family.most_steps, left);
        left -= static_cast<std::int32_t>(p.table->table.size());
    }
    const std::vector<int> widths = proven_widths(c.net);
    for (std::size_t i = 0; i < widths.size(); ++i) { c.net.populations[i].width_bits = widths[i]; }
    validate(c.net);
}

/// The case, or nothing where it is too large for the family.
random_case finished(growing_network& g, std::uint64_t seed) {
    const std::vector<int> widths = proven_widths(g.net);
    for (std::size_t i = 0; i < widths.size(); ++i) { g.net.populations[i].width_bits = widths[i]; }
    if (*std::max_element(widths.begin(), widths.end()) > g.family.widest_potential || !fits(g)) {
        return {};
    }
    validate(g.net);
    return {seed, std::move(g.net), std::move(g.samples)};
}

random_case build(std::uint64_t seed, std::uint64_t draw, const hardware_family& family) {
    growing_network g(draw, family);
    const std::size_t inputs = g.d.chance(15) ? size_of(g.d.between(2, 3)) : 1;
    for (std::size_t i = 0; i < inputs; ++i) { add_input(g, i, inputs); }
    std::vector<std::size_t> all_inputs(inputs);
    std::iota(all_inputs.begin(), all_inputs.end(), std::size_t{0});
    if (inputs > 1) { grow_meeting(g, all_inputs); }
    const std::int64_t layers = g.d.chance(6) ? 0 : g.d.between(1, 4);
    for (std::int64_t i = 0; i < layers; ++i) {
        if (family.vectors) {
            grow_vector(g);
        } else {
            grow_layer(g, any_sender(g));
        }
        if (i + 1 < layers && g.d.chance(8)) { grow_readout(g, g.last_sender()); }
    }
    grow_readout(g, g.last_sender());
    if (g.d.chance(15)) { grow_readout(g, g.last_sender()); }
    return finished(g, seed);
}

}  // namespace

hardware_family simulated_family(int lanes) {
    hardware_family family;
    family.padded_to = std::max(family.padded_to, size_of(lanes));
    if (lanes < 8) { family.most_words /= 2; }  // twice as many passes
    return family;
}
hardware_family short_family(int weight_bits) {
    hardware_family family;
    family.weight_bits = weight_bits;
    return family;
}
hardware_family board_family() { return {8, 24, 32767, 7'000, 8, 256, 0, 8, 31, false}; }
hardware_family int4_board_family() { return {8, 15, 127, 7'000, 16, 256, 0, 4, 7, false}; }
hardware_family mlp_board_family() {
    return {8, 24, 32767, 2'000, 8, 256, 0, 8, 31, false, false, true};
}
hardware_family mlp_int4_board_family() {
    return {8, 15, 127, 2'000, 16, 256, 0, 4, 7, false, false, true};
}

random_case make_enlarging_case(std::uint64_t seed, const hardware_family& family) {
    for (std::uint64_t attempt = 0;; ++attempt) {
        growing_network g(seed + (attempt << 40), family);
        add_input(g, 0, 1);
        grow_dense_map(g, 0);
        grow_wide_transposed(g, g.last_sender());
        grow_global_average(g, g.last_sender());
        grow_readout(g, g.last_sender());
        random_case c = finished(g, seed);
        if (!c.net.populations.empty()) { return c; }
    }
}

random_case make_hardware_case(std::uint64_t seed, const hardware_family& family) {
    for (std::uint64_t attempt = 0;; ++attempt) {
        random_case c = build(seed, seed + (attempt << 40), family);
        if (c.net.populations.empty()) { continue; }
        if (family.currents && seed % 4 == 1) { make_currents(c); }
        if (family.tables && (seed % 4 == 2 || seed % 8 == 1)) {
            make_tables(c, family);
            if (widest_of(c.net) > family.widest_potential) { continue; }
        }
        return c;
    }
}

}  // namespace synfire::test
