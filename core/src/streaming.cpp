// SPDX-License-Identifier: Apache-2.0
// The streaming neuron as the semantics state it, in 64 bits, one neuron at a time.
#include <synfire/core/streaming.hpp>

#include <string>

#include <synfire/core/error.hpp>

namespace synfire {

bool step_neuron(const population& p, std::size_t neuron, std::int64_t input,
                 streaming_state& state, clamp_flags& flags) {
    const streaming_neuron& n = *p.streaming;
    std::int64_t s = input;
    if (n.has_current()) {
        const std::int64_t kept = decayed(state.s, n.decay_s_of(neuron), n.decay_bits);
        s = clamped(kept + input, n.s_range, flags.s_min, flags.s_max);
        state.s = s;
    }
    bool may_fire = p.kind == population_kind::spiking;
    if (state.refractory > 0) {
        state.refractory -= 1;
        if (n.refractory_kind == refractory_rule::hold) { return false; }
        may_fire = false;
    }
    const std::int64_t kept = decayed(state.v, n.decay_v_of(neuron), n.decay_bits);
    state.v = clamped(kept + s, n.v_range, flags.v_min, flags.v_max);
    if (!may_fire || state.v < p.theta_of(neuron)) { return false; }
    state.v = n.reset == reset_rule::zero ? 0 : state.v - p.theta_of(neuron);
    state.refractory = n.refractory;
    return true;
}

void set_steps(network& net, std::int32_t steps) {
    if (net.execution != execution::streaming) {
        throw bad_input({"network", "only streaming networks run for a number of steps",
                         std::string(to_string(net.execution)), "streaming",
                         "leave out the number of steps"});
    }
    if (steps < 1 || steps > max_streaming_steps) {
        throw bad_input({"network", "impossible number of steps", std::to_string(steps),
                         "1 .. " + std::to_string(max_streaming_steps), ""});
    }
    if (steps == net.steps) { return; }
    net.steps = steps;
    for (population& p : net.populations) { p.expected.reset(); }
}

}  // namespace synfire
