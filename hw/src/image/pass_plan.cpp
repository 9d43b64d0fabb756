// SPDX-License-Identifier: Apache-2.0
#include "pass_plan.hpp"

#include <algorithm>
#include <bit>

#include <synfire/core/coding.hpp>

#include "bias_bands.hpp"
#include "position_runs.hpp"
#include "positions.hpp"
#include "tables.hpp"

namespace synfire::hw::detail {
namespace {

pass_kind kind_of(const population& p) {
    switch (p.kind) {
    case population_kind::max_pool:
        return pass_kind::pool;
    case population_kind::readout:
        return pass_kind::readout;
    default:
        return pass_kind::fire;
    }
}

/// Positions of the last word of a row that are in the map; the others lie beside it.
std::int32_t last_positions(const map_info& m) {
    return m.positions - static_cast<std::int32_t>(m.columns - m.shape.width);
}

pass_header header_of(const network& net, std::size_t number, const map_info& m,
                      channel_group group) {
    const population& p = net.populations[number];
    pass_header h;
    h.kind = static_cast<std::int64_t>(kind_of(p));
    h.steps = std::max(m.steps, 1);
    h.format = m.format;
    h.weighted = m.weighted ? 1 : 0;
    h.layer = static_cast<std::int64_t>(number);
    h.lanes = group.neurons();
    h.edge_lanes = std::int64_t{last_positions(m)} * group.channels;
    h.edge_end = std::int64_t{last_positions(m)} * group.pitch;
    h.width = m.columns / m.positions;
    h.height = m.shape.height;
    h.channel = group.first;
    if (p.kind == population_kind::readout) {
        h.code_out = m.code_base + group.first;
        h.code_step = m.shape.channels;
        return h;
    }
    const std::int64_t neurons_a_word = 32 / pattern_bits_of(m.format);
    h.act_out = m.act_base + group.first;
    h.act_step = m.pitch * m.positions;
    h.code_out = m.code_base + group.first / neurons_a_word;
    h.code_step = m.pitch * m.positions / neurons_a_word;
    return h;
}

/// Spike pattern of a code's size, its first step at bit 15.
std::int64_t limit_pattern(const code_window& window, std::int32_t code) {
    std::int64_t pattern = 0;
    for (const std::int32_t step : spike_steps(window, code)) { pattern |= 0x8000 >> step; }
    return pattern;
}

/// The index fires, within its own limits; its entry is the code.
void set_table(const population& p, const map_info& m, pass_plan& plan) {
    const code_window index = window_of_index(*p.table);
    plan.header.steps = index.steps;
    plan.header.weighted = 1;
    plan.header.ranged = 1;
    plan.range.limit = limit_pattern(index, p.table->k_hi);
    plan.range.limit_below = limit_pattern(index, -p.table->k_lo);
    plan.range.is_signed = fires_signed(p, m.is_signed) ? 1 : 0;
    plan.range.all_active = m.all_active ? 1 : 0;
    plan.range.table = 1;
    plan.range.codes_signed = m.is_signed ? 1 : 0;
    plan.range.spread = std::bit_width(static_cast<unsigned>(m.positions)) - 1;
    plan.range.window = m.steps;
}

/// Where codes have a sign, or end before the largest that the window can send.
void set_range(const population& p, const map_info& m, pass_plan& plan) {
    if (p.streaming) {
        plan.header.ranged = 1;
        plan.range.limit = limit_pattern({coding::rate, 1}, 1);
        plan.range.keeps = 1;
        plan.range.resets_to_zero = p.streaming->reset == reset_rule::zero ? 1 : 0;
        return;
    }
    if (p.kind == population_kind::readout) { return; }
    if (p.table) { return set_table(p, m, plan); }
    const bool limited = p.kind == population_kind::spiking && p.range.hi != max_code(p.window);
    if (!m.is_signed && !m.all_active && !limited) { return; }
    plan.header.ranged = 1;
    plan.range.limit = limit_pattern(p.window, p.range.hi);
    plan.range.limit_below = m.is_signed ? limit_pattern(p.window, -p.range.lo) : 0;
    plan.range.is_signed = m.is_signed ? 1 : 0;
    plan.range.all_active = m.all_active ? 1 : 0;
}

/// A pass needs a term; this one never meets a source and adds to no lane.
term_plan empty_term() {
    term_plan plan;
    plan.fields.taps_x = plan.fields.taps_y = 1;
    return plan;
}

/// The pass does these positions only.
void restrict_to(const position_run& run, pass_plan& plan) {
    pass_header& h = plan.header;
    plan.is_run = true;
    plan.positions = {run.y * h.width + run.x, run.step};
    h.width = run.count;
    h.height = 1;
    h.act_out += plan.positions.first * h.act_step;
    h.code_out += plan.positions.first * h.code_step;
    h.act_step *= run.step;
    h.code_step *= run.step;
    if (plan.terms.empty()) { return; }
    // What is left of the whole map's terms is a bias per neuron.
    if (plan.terms.back().fields.constant != 0) { restrict_to(run, plan.terms.back().fields); }
}

/// The pass does these rows only. Its weights are those of the passes over the other rows.
void restrict_to(const row_band& band, pass_plan& plan) {
    pass_header& h = plan.header;
    plan.is_run = true;
    plan.positions = {band.first * h.width, 1};
    h.height = band.count;
    h.act_out += plan.positions.first * h.act_step;
    h.code_out += plan.positions.first * h.code_step;
    for (term_plan& planned : plan.terms) {
        term& t = planned.fields;
        if (t.constant == 0) {
            t.y_first += band.first * t.y_stride;
            continue;
        }
        t.y_first = band.stored * t.row_bits;
        t.y_stride = band.repeats ? 0 : t.row_bits;
    }
}

/// What a pass needs to know beside its group of channels.
struct pass_context {
    const network& net;
    std::size_t number;
    const std::vector<map_info>& maps;
    const engine_config& config;
    const position_runs& runs;
    const std::vector<row_band>& bands;
};

pass_plan plan_pass(const pass_context& c, channel_group group, const position_run* run) {
    const auto& [net, number, maps, config, runs, bands] = c;
    const population& p = net.populations[number];
    pass_plan plan{number, header_of(net, number, maps[number], group), {}, {}, {}, {}, false, {}};
    set_range(p, maps[number], plan);
    for (const projection& projection : net.projections) {
        if (projection.target != number) { continue; }
        const std::size_t before = plan.terms.size();
        const term_context context{net, projection, maps[projection.source], group,
                                   leaves_out_lanes(config)};
        if (run != nullptr) {
            runs.add_terms(context, *run, plan.terms);
        } else {
            add_terms(context, plan.terms);
        }
        for (std::size_t i = before; i < plan.terms.size(); ++i) {
            plan.terms[i].source = projection.source;
        }
    }
    if (p.has_potential()) {
        plan.constants = plan_constants(p, group, fires_signed(p, maps[number].is_signed), config);
        plan.header.digits = plan.constants.bytes;
        if (p.bias_per_neuron) { plan.terms.push_back(bias_term(p, group, plan.constants, bands)); }
    }
    if (run != nullptr) { restrict_to(*run, plan); }
    if (plan.terms.empty()) { plan.terms.push_back(empty_term()); }
    plan.terms.back().fields.last = 1;
    plan.header.many = plan.terms.size() > 1 ? 1 : 0;
    return plan;
}

/// One pass over the whole map, or one for each band of rows.
void add_bands(const pass_context& c, channel_group group, std::vector<pass_plan>& passes) {
    const pass_plan whole = plan_pass(c, group, nullptr);
    for (const row_band& band : c.bands) {
        passes.push_back(whole);
        if (c.bands.size() > 1 || band.repeats) { restrict_to(band, passes.back()); }
    }
}

}  // namespace

std::int64_t pass_plan::rows() const {
    std::int64_t rows = constants.rows();
    for (const term_plan& t : terms) { rows += t.rows; }
    return rows;
}

std::int64_t pass_plan::words() const {
    const std::size_t words = header_words + term_words * terms.size();
    return static_cast<std::int64_t>(words + (header.ranged != 0 ? range_words : 0));
}

std::vector<pass_plan> plan_passes(const network& net, std::size_t number,
                                   const std::vector<map_info>& maps, const engine_config& config,
                                   bool bands) {
    std::vector<pass_plan> passes;
    const std::int32_t channels = net.populations[number].shape.channels;
    const position_runs runs(net, number, maps);
    const std::vector<row_band> rows =
        bias_bands(net.populations[number], bands && runs.runs().empty());
    const pass_context context{net, number, maps, config, runs, rows};
    const int positions = maps[number].positions;
    for (std::int32_t first = 0; first < channels; first += config.lanes) {
        const channel_group group{first, std::min(config.lanes, channels - first), positions,
                                  config.lanes / positions};
        if (runs.runs().empty()) { add_bands(context, group, passes); }
        for (const position_run& run : runs.runs()) {
            passes.push_back(plan_pass(context, group, &run));
        }
    }
    passes.front().header.first_pass = 1;
    passes.back().header.last_pass = 1;
    return passes;
}

std::vector<pass_plan> plan_emits(const network& net, const std::vector<std::size_t>& order,
                                  const std::vector<map_info>& maps,
                                  std::optional<std::size_t> codes_of) {
    std::vector<pass_plan> passes;
    for (const std::size_t number : order) {
        const bool readout = net.populations[number].kind == population_kind::readout;
        if (!readout && number != codes_of) { continue; }
        pass_plan plan;
        plan.population = number;
        plan.header.kind = static_cast<std::int64_t>(pass_kind::emit);
        plan.header.layer = static_cast<std::int64_t>(number);
        plan.header.code_out = maps[number].code_base;
        plan.header.channel = readout ? static_cast<std::int64_t>(maps[number].shape.neurons())
                                      : maps[number].code_words();
        passes.push_back(std::move(plan));
    }
    if (!passes.empty()) { passes.back().header.end = 1; }
    return passes;
}

}  // namespace synfire::hw::detail
