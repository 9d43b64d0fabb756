// SPDX-License-Identifier: Apache-2.0
// Streaming networks: what the engine refuses of them, what a step is, and the constants and words
// of their states.
#include <synfire/hw/streaming.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/hw/engine_network.hpp>

#include "../engine_timing.hpp"
#include "streaming.hpp"
#include "supported.hpp"

namespace synfire::hw {
namespace {

using detail::pass_plan;
using detail::where_of;

constexpr int fraction_bits = 16;  ///< of what a decay leaves

/// Columns of the source that the engine puts on top of one another (synfire_rest.v).
constexpr std::int64_t most_columns = 96;

[[noreturn]] void refuse(std::string where, std::string what, std::string found,
                         std::string expected) {
    throw bad_input({std::move(where), std::move(what), std::move(found), std::move(expected),
                     "`synfire simulate` runs all streaming networks"});
}

void require_state(const population& p) {
    if (p.input && p.input->most_events > 0) {
        refuse(where_of(p), "the engine's spikes are worth 1",
               fmt::format("up to {} events a spike", p.input->most_events), "1 event a spike");
    }
    if (!p.streaming) { return; }
    if (p.streaming->has_current()) {
        refuse(where_of(p), "the engine keeps potentials, but no synaptic currents",
               "a synaptic current", "none");
    }
    if (p.streaming->refractory != 0) {
        refuse(where_of(p), "the engine knows no refractory time",
               fmt::format("{} steps", p.streaming->refractory), "0");
    }
}

bool all_zero(const std::vector<std::int64_t>& values) {
    return std::all_of(values.begin(), values.end(), [](std::int64_t x) { return x == 0; });
}

/// The engine can tell whether a field of the pass is empty, and its neurons rest.
bool can_skip(const population& p, const pass_plan& pass) {
    if (pass.range.keeps == 0 || pass.header.many != 0 || pass.is_run) { return false; }
    const term& t = pass.terms.front().fields;
    const bool one_row_a_tap = t.constant == 0 && t.taps_x == 1;
    return one_row_a_tap && t.row_bits > 0 && t.row_bits <= most_columns && all_zero(p.bias);
}

/// With one spike in 100 neurons: looking through the rows costs less than what empty words save.
/// A field of b bits is empty with a chance of 1 - b / 100 or more.
bool pays(const pass_plan& pass) {
    const term& t = pass.terms.front().fields;
    const std::int64_t empty_percent = std::max<std::int64_t>(100 - t.tap_bits * t.taps_y, 0);
    const auto saved = static_cast<std::int64_t>(timing::state_cycles) + 1;
    const auto look = t.taps_y + static_cast<std::int64_t>(timing::look_rows);
    return pass.header.width * saved * empty_percent > 100 * look;
}

bool leaks(const population& p) {
    const std::vector<std::int32_t>& d = p.streaming->decay_v;
    return std::any_of(d.begin(), d.end(), [](std::int32_t x) { return x != 0; });
}

}  // namespace

network step_network(const network& net) {
    if (net.execution != execution::streaming) {
        throw bad_input({"network", "only streaming networks have steps",
                         std::string(to_string(net.execution)), "streaming", ""});
    }
    network step = net;
    for (population& p : step.populations) {
        if (p.kind == population_kind::readout) { continue; }
        if (p.is_current()) {
            p.window = window_of_current(p);
            continue;
        }
        p.window = {coding::rate, 1};
        p.range = {0, 1};
    }
    return step;
}

void detail::require_streaming(const network& net, const engine_config& config) {
    if (config.streaming == 0) {
        throw bad_input({"network", "the engine keeps no potentials from step to step", "streaming",
                         "synchronous",
                         "an engine with a state memory, or run the network with `synfire "
                         "simulate`"});
    }
    for (const population& p : net.populations) { require_state(p); }
    for (const projection& p : net.projections) {
        if (p.delay != 0) {
            refuse(where_of(net, p), "the engine has no delays, and so no recurrent projections",
                   fmt::format("{} steps", p.delay), "0");
        }
    }
}

detail::state_constants detail::plan_state(const population& p, std::int32_t channel) {
    const streaming_neuron& n = *p.streaming;
    const auto c = static_cast<std::size_t>(channel);
    const std::int64_t kept = (std::int64_t{1} << n.decay_bits) - n.decay_v_of(c);
    return {kept << (fraction_bits - n.decay_bits), n.v_range.lo, n.v_range.hi, n.initial_v_of(c)};
}

void detail::choose_skips(const network& net, words_at_rest at_rest,
                          std::vector<pass_plan>& program) {
    if (at_rest == words_at_rest::visited) { return; }
    for (pass_plan& pass : program) {
        const population& p = net.populations[pass.population];
        if (!p.streaming || !can_skip(p, pass)) { continue; }
        pass.range.skips = at_rest == words_at_rest::skipped || pays(pass) ? 1 : 0;
        pass.range.leaks = leaks(p) ? 1 : 0;
    }
}

std::int64_t detail::place_states(std::vector<pass_plan>& program) {
    std::int64_t words = 0;
    for (pass_plan& pass : program) {
        if (pass.range.keeps == 0) { continue; }
        pass.range.state = words;
        words += pass.header.width * pass.header.height;
    }
    return words;
}

}  // namespace synfire::hw
