// SPDX-License-Identifier: Apache-2.0
#include <support/engine_network.hpp>

#include <algorithm>

#include <support/dice.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

namespace synfire::test {
namespace {

constexpr std::uint64_t other_draws = 0x9e3779b97f4a7c15U;

code_window engine_window(dice& d) {
    if (d.chance(25)) {
        return {coding::rate, d.chance(80) ? d.small(1, 8) : d.small(9, 16), 0, 0};
    }
    return {coding::phase, d.chance(85) ? d.small(1, 8) : d.small(9, 15), 0, 0};
}

std::int32_t rescaled(std::int32_t value, std::int32_t from, std::int32_t to) {
    return static_cast<std::int32_t>(std::int64_t{value} * to / std::max(from, 1));
}

void bend_spiking(dice& d, population& p) {
    const std::int32_t before = std::max(p.range.hi, 1);
    p.table.reset();
    p.theta_neg.clear();
    if (p.window.kind != coding::phase && p.window.kind != coding::rate) {
        p.window = engine_window(d);
    }
    p.range = {0, static_cast<std::int32_t>(max_code(p.window))};
    for (std::int32_t& theta : p.theta) {
        theta = std::max(1, rescaled(theta, p.range.hi, before));
    }
}

void bend_input(dice& d, random_case& c, population& p) {
    const code_range before = p.range;
    if (p.window.kind != coding::phase && p.window.kind != coding::rate) {
        p.window = engine_window(d);
        p.input->encoder = input_encoder::code;
    }
    const bool is_signed = p.range.is_signed() && p.window.steps < 16;
    const auto top = static_cast<std::int32_t>(max_code(p.window));
    p.range = {is_signed ? -top : 0, top};
    for (auto& sample : c.samples) {
        std::vector<std::int32_t> codes = sample.front().codes;
        for (std::int32_t& q : codes) {
            q = std::clamp(rescaled(q, std::max(before.hi, -before.lo), top), p.range.lo, top);
        }
        sample.front() = sim::encode_codes(p, codes);
    }
}

/// A max_pool has the code of its sources; those agree with each other where they did before.
void bend_pool(network& net, std::size_t number) {
    population& pool = net.populations[number];
    bool first = true;
    for (const projection& p : net.projections) {
        if (p.target != number) { continue; }
        population& source = net.populations[p.source];
        if (first) {
            pool.window = source.window;
            pool.range = source.range;
        } else if (source.kind == population_kind::spiking) {
            source.window = pool.window;
            source.range = pool.range;
        }
        first = false;
    }
}

void bend(dice& d, random_case& c) {
    for (std::size_t i = 0; i < c.net.populations.size(); ++i) {
        population& p = c.net.populations[i];
        p.width_bits = 0;
        if (p.kind == population_kind::input) { bend_input(d, c, p); }
        if (p.kind == population_kind::spiking) { bend_spiking(d, p); }
        if (p.kind == population_kind::max_pool) { bend_pool(c.net, i); }
    }
    const std::vector<int> widths = proven_widths(c.net);
    for (std::size_t i = 0; i < widths.size(); ++i) { c.net.populations[i].width_bits = widths[i]; }
    validate(c.net);
}

}  // namespace

std::optional<random_case> make_engine_case(std::uint64_t seed) {
    random_case c = make_random_case(seed);
    if (c.samples.front().size() != 1) { return std::nullopt; }
    const bool current = std::any_of(c.net.populations.begin(), c.net.populations.end(),
                                     [](const population& p) { return p.is_current(); });
    if (current) { return std::nullopt; }
    dice d(seed ^ other_draws);
    try {
        bend(d, c);
    } catch (const bad_input&) { return std::nullopt; }
    return c;
}

}  // namespace synfire::test
