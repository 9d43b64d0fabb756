// SPDX-License-Identifier: Apache-2.0
// Rules of a streaming network's dynamics: decays, state ranges, refractory times.
#include <cstdint>
#include <string>
#include <vector>

#include "validate_rules.hpp"

namespace synfire::detail {
namespace {

void check_values(const population& p, const char* what, const std::vector<std::int32_t>& values,
                  const state_range& allowed) {
    if (values.empty()) { return; }
    require(values.size() == to_unsigned(p.shape.channels),
            {where_of(p), std::string(what) + " has the wrong number of entries",
             text(values.size()), "none, or " + text(p.shape.channels), ""});
    for (const std::int32_t value : values) {
        require(value >= allowed.lo && value <= allowed.hi,
                {where_of(p), std::string(what) + " is out of range", text(value),
                 text_range(allowed.lo, allowed.hi), ""});
    }
}

void check_range(const population& p, const char* what, const state_range& range) {
    require(range.lo <= 0 && range.hi >= 0,
            {where_of(p), std::string(what) + " must hold 0", text_range(range.lo, range.hi),
             "a range with lo <= 0 <= hi", ""});
}

void check_readout_rules(const population& p, const streaming_neuron& s) {
    const bool fires = p.kind == population_kind::spiking;
    require(fires || (s.refractory == 0 && s.reset == reset_rule::subtract),
            {where_of(p), "a readout does not fire and has neither reset nor refractory time", "",
             "reset subtract, refractory 0", ""});
    require(!fires || s.answer == readout_rule::last,
            {where_of(p), "only readouts answer with a sum or maximum",
             std::string(to_string(s.answer)), "last", ""});
}

void check_dynamics(const population& p, const streaming_neuron& s) {
    require(s.decay_bits == 12 || s.decay_bits == 16,
            {where_of(p), "decays have an impossible number of bits", text(s.decay_bits),
             "12 or 16", ""});
    const state_range decays{0, 1 << s.decay_bits};
    check_values(p, "decay_v", s.decay_v, decays);
    check_values(p, "decay_s", s.decay_s, decays);
    check_range(p, "the range of the potential", s.v_range);
    check_range(p, "the range of the synaptic current", s.s_range);
    check_values(p, "initial_v", s.initial_v, s.v_range);
    require(s.refractory >= 0 && s.refractory <= max_refractory_steps,
            {where_of(p), "impossible refractory time", text(s.refractory),
             text_range(0, max_refractory_steps), ""});
    check_readout_rules(p, s);
}

}  // namespace

void validate_streaming(const network& net, const population& p) {
    const bool streaming = net.execution == execution::streaming;
    const bool moves = streaming && p.has_potential();
    require(moves == p.streaming.has_value(),
            {where_of(p),
             moves ? "a population of a streaming network needs its dynamics"
                   : "only spiking populations and readouts of streaming networks have dynamics",
             moves ? "no streaming part" : std::string(to_string(net.execution)),
             moves ? "a streaming part (decays, ranges, reset)" : "no streaming part", ""});
    if (!streaming) { return; }
    require(p.kind != population_kind::max_pool,
            {where_of(p), "there is no max_pool in streaming networks", "max_pool",
             "input, spiking or readout", "pool by sum_pool, or convert as a synchronous network"});
    require(p.theta_neg.empty() && !p.table,
            {where_of(p), "streaming neurons have neither negative thresholds nor fire tables",
             p.table ? "a fire table" : "theta_neg", "theta alone", ""});
    if (moves) { check_dynamics(p, *p.streaming); }
}

}  // namespace synfire::detail
