// SPDX-License-Identifier: Apache-2.0
#include "stream_plan.hpp"

#include <algorithm>
#include <utility>

#include "state_bounds.hpp"

namespace synfire::sim {
namespace {

bool alike(const std::vector<std::int32_t>& values) {
    return std::all_of(values.begin(), values.end(),
                       [&](std::int32_t v) { return v == values.front(); });
}

bool alike(const population& p) {
    return alike(p.theta) && alike(p.streaming->decay_v) && alike(p.streaming->decay_s);
}

/// What a decay leaves, exactly: a fraction of two powers of two.
double kept_fraction(std::int32_t decay, std::int32_t bits) {
    const double whole = static_cast<double>(std::int64_t{1} << bits);
    return (whole - decay) / whole;
}

update_rules rules_of(const streaming_neuron& s) {
    return {s.s_range.lo, s.s_range.hi, s.v_range.lo, s.v_range.hi, s.decay_bits};
}

firing_kind firing_of(const population& p) {
    if (p.kind != population_kind::spiking) { return firing_kind::none; }
    return p.streaming->reset == reset_rule::zero ? firing_kind::zero : firing_kind::subtract;
}

resting_kind resting_of(const population& p) {
    if (p.kind != population_kind::spiking || p.streaming->refractory == 0) {
        return resting_kind::none;
    }
    const bool integrates = p.streaming->refractory_kind == refractory_rule::integrate;
    return integrates ? resting_kind::integrate : resting_kind::hold;
}

update_kind kind_of(const network& net, std::size_t number) {
    const population& p = net.populations[number];
    const std::vector<std::int32_t>& decays = p.streaming->decay_v;
    const bool leaks =
        std::any_of(decays.begin(), decays.end(), [](std::int32_t d) { return d != 0; });
    return {firing_of(p), resting_of(p), proven_states(net, number), p.streaming->has_current(),
            leaks};
}

/// Neurons that fill up the last block have bias 0, potential 0 and a positive threshold: they rest
/// for ever.
void lay_out_parameters(const population& p, stream_population& plan) {
    const streaming_neuron& s = *p.streaming;
    const std::size_t neurons = alike(p) ? block_neurons : plan.blocks * block_neurons;
    plan.parameter_step = alike(p) ? 0 : block_neurons;
    for (std::size_t n = 0; n < neurons; ++n) {
        plan.theta.push_back(plan.fires ? p.theta_of(n) : 1);
        plan.decay_v.push_back(static_cast<std::uint32_t>(s.decay_v_of(n)));
        plan.decay_s.push_back(static_cast<std::uint32_t>(s.decay_s_of(n)));
        plan.keep_v.push_back(kept_fraction(s.decay_v_of(n), s.decay_bits));
        plan.keep_s.push_back(kept_fraction(s.decay_s_of(n), s.decay_bits));
    }
    plan.bias.assign(plan.blocks * block_neurons, 0);
    plan.initial_v.assign(plan.blocks * block_neurons, 0);
    for (std::size_t n = 0; n < plan.neurons; ++n) {
        plan.bias[n] = static_cast<std::int32_t>(p.bias_of(n));
        plan.initial_v[n] = s.initial_v_of(n);
    }
}

stream_population plan_population(const network& net, std::size_t number,
                                  const kernel_table& kernels) {
    const population& p = net.populations[number];
    stream_population plan;
    plan.neurons = p.shape.neurons();
    plan.channels = static_cast<std::size_t>(p.shape.channels);
    plan.blocks = (plan.neurons + block_neurons - 1) / block_neurons;
    plan.has_potential = p.has_potential();
    plan.fires = p.kind == population_kind::spiking;
    for (std::size_t j = 0; j < net.projections.size(); ++j) {
        const projection& projection = net.projections[j];
        const std::size_t steps = static_cast<std::size_t>(projection.delay) + 1;
        if (projection.source == number) { plan.memory = std::max(plan.memory, steps); }
        const bool spikes = !net.populations[projection.source].is_current();
        if (projection.target == number && spikes) { plan.incoming.push_back(j); }
    }
    if (!plan.has_potential) { return plan; }
    plan.has_current = p.streaming->has_current();
    plan.answer = p.streaming->answer;
    plan.rules = rules_of(*p.streaming);
    plan.update = kernels.updates.of(kind_of(net, number));
    if (resting_of(p) != resting_kind::none) {
        plan.refractory = p.streaming->refractory;
        const std::size_t rested = static_cast<std::size_t>(plan.refractory) + 2;
        plan.memory = std::max(plan.memory, rested);
    }
    lay_out_parameters(p, plan);
    return plan;
}

}  // namespace

stream_plan::stream_plan(std::shared_ptr<const network> network_to_run, const kernel_table& table)
    : net(std::move(network_to_run)),
      kernels(table),
      order(topological_order(*net)) {
    for (std::size_t i = 0; i < net->populations.size(); ++i) {
        populations.push_back(plan_population(*net, i, table));
    }
    for (std::size_t i = 0; i < net->projections.size(); ++i) {
        projections.push_back(plan_projection(*net, i));
    }
}

}  // namespace synfire::sim
