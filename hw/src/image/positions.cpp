// SPDX-License-Identifier: Apache-2.0
#include "positions.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "../engine_timing.hpp"
#include "memory_map.hpp"
#include "pass_plan.hpp"

namespace synfire::hw::detail {
namespace {

// Expected cycles ---------------------------------------------------------------------------------

constexpr double active_share = 0.25;  ///< of the sources; real layers have 0.1 to 0.5

/// Slots of a field of one term, away from the borders of the map: a source is active with
/// probability active_share, and then sends half of what it can.
double expected_slots(const term_plan& planned, const std::vector<map_info>& maps, bool pool) {
    const term& t = planned.fields;
    if (t.constant != 0) { return static_cast<double>(t.tap_bits); }
    if (planned.source == no_source) { return 1; }
    const map_info& m = maps[planned.source];
    const auto taps = static_cast<double>(t.taps_x * t.taps_y);
    const bool spans = t.tap_bits > m.pitch;  // bits between the positions are never active
    const double sources =
        static_cast<double>(t.tap_bits)
        * (spans ? static_cast<double>(m.shape.channels) / static_cast<double>(m.pitch) : 1);
    const double words = std::ceil(static_cast<double>(t.tap_bits) / 32);
    const double empty = words * std::pow(1 - active_share, sources / words);
    const double spikes = pool ? 1 : (m.steps + 1) / 2.0;
    return taps * (sources * active_share * spikes + empty);
}

/// Cycles of a pass but for its beginning and its end, which all plans have.
double expected_cycles(const pass_plan& pass, const std::vector<map_info>& maps,
                       const engine_config& config) {
    const pass_header& h = pass.header;
    const bool pool = h.kind_of() == pass_kind::pool;
    const double writes = config.lanes * pattern_bits_of(h.format) / 32.0;
    double field = 0;
    for (const term_plan& t : pass.terms) {
        field += expected_slots(t, maps, pool);
        if (h.many != 0) { field += static_cast<double>(timing::many_term + timing::held_reads); }
    }
    if (h.many != 0) { field += static_cast<double>(timing::many_field); }
    const double state = pass.range.keeps != 0 ? static_cast<double>(timing::state_cycles) : 0;
    field =
        pool ? field + writes - 1 : std::max(field, static_cast<double>(h.steps) + writes + state);
    return field * static_cast<double>(h.width * h.height);
}

// What can share a word ---------------------------------------------------------------------------

bool can_share(const network& net, const projection& p, const std::vector<map_info>& maps) {
    switch (p.kind) {
    case connectivity::conv2d:
    case connectivity::sum_pool:
    case connectivity::one_to_one:
    case connectivity::window:
        return true;
    case connectivity::index:
        return index_is_regular({net, p, maps[p.source], {0, maps[p.target].shape.channels}});
    default:
        return false;
    }
}

/// Signed populations fire in their own way, and may have to send zeros.
bool can_share(const network& net, std::size_t number, int positions, int lanes,
               const std::vector<map_info>& maps) {
    const population& p = net.populations[number];
    if (p.kind == population_kind::input || p.kind == population_kind::readout) { return false; }
    if (maps[number].is_signed || maps[number].all_active) { return false; }
    // Not wider than the row: a word of two rows is no stretch of the map.
    if (positions * p.shape.channels > lanes || positions / 2 >= p.shape.width) { return false; }
    return std::all_of(net.projections.begin(), net.projections.end(), [&](const projection& q) {
        return q.target != number || can_share(net, q, maps);
    });
}

}  // namespace

std::vector<map_info> plain_maps(const network& net, const std::vector<code_range>& ranges,
                                 const engine_config& config) {
    return describe_maps(net, ranges, config.lanes);
}

std::vector<map_info> shared_maps(const network& net, const std::vector<code_range>& ranges,
                                  const engine_config& config) {
    std::vector<map_info> maps = plain_maps(net, ranges, config);
    if (!leaves_out_lanes(config)) { return maps; }
    const auto cycles_of = [&](std::size_t number) {
        double cycles = 0;
        for (const pass_plan& pass : plan_passes(net, number, maps, config)) {
            cycles += expected_cycles(pass, maps, config);
        }
        return cycles;
    };
    for (const std::size_t i : topological_order(net)) {  // sources are decided first
        if (!can_share(net, i, 2, config.lanes, maps)) { continue; }
        map_info best = maps[i];
        double least = cycles_of(i);
        for (int positions = 2; can_share(net, i, positions, config.lanes, maps); positions *= 2) {
            maps[i] = describe_map(net.populations[i], ranges[i], config.lanes, positions);
            const double cycles = cycles_of(i);
            if (cycles < least) {
                least = cycles;
                best = maps[i];
            }
        }
        maps[i] = best;
    }
    return maps;
}

}  // namespace synfire::hw::detail
