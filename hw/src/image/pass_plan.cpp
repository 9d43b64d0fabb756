// SPDX-License-Identifier: Apache-2.0
#include "pass_plan.hpp"

#include <algorithm>

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

pass_header header_of(const network& net, std::size_t number, const map_info& m,
                      channel_group group) {
    const population& p = net.populations[number];
    pass_header h;
    h.kind = static_cast<std::int64_t>(kind_of(p));
    h.steps = std::max(m.steps, 1);
    h.format = m.format;
    h.weighted = m.weighted ? 1 : 0;
    h.layer = static_cast<std::int64_t>(number);
    h.lanes = group.lanes;
    h.width = m.shape.width;
    h.height = m.shape.height;
    h.first_pass = group.first == 0 ? 1 : 0;
    h.last_pass = group.last() == m.shape.channels ? 1 : 0;
    h.channel = group.first;
    if (p.kind == population_kind::readout) {
        h.code_out = m.code_base + group.first;
        return h;
    }
    const std::int64_t neurons_a_word = 32 / pattern_bits_of(m.format);
    h.act_out = m.act_base + group.first;
    h.act_step = m.pitch;
    h.code_out = m.code_base + group.first / neurons_a_word;
    h.code_step = m.pitch / neurons_a_word;
    return h;
}

/// A pass needs a term; this one never meets a source and adds to no lane.
term_plan empty_term() {
    term_plan plan;
    plan.fields.taps_x = plan.fields.taps_y = 1;
    return plan;
}

pass_plan plan_pass(const network& net, std::size_t number, const std::vector<map_info>& maps,
                    const engine_config& config, channel_group group) {
    const population& p = net.populations[number];
    pass_plan plan{number, header_of(net, number, maps[number], group), {}, {}};
    for (const projection& projection : net.projections) {
        if (projection.target != number) { continue; }
        const std::size_t before = plan.terms.size();
        add_terms({net, projection, maps[projection.source], group}, plan.terms);
        for (std::size_t i = before; i < plan.terms.size(); ++i) {
            plan.terms[i].source = projection.source;
        }
    }
    if (p.has_potential()) {
        plan.constants = plan_constants(p, group, config);
        plan.header.digits = plan.constants.bytes;
        if (p.bias_per_neuron) { plan.terms.push_back(bias_term(p, group, plan.constants)); }
    }
    if (plan.terms.empty()) { plan.terms.push_back(empty_term()); }
    plan.terms.back().fields.last = 1;
    plan.header.many = plan.terms.size() > 1 ? 1 : 0;
    return plan;
}

}  // namespace

std::int64_t pass_plan::rows() const {
    std::int64_t rows = constants.rows();
    for (const term_plan& t : terms) { rows += t.rows; }
    return rows;
}

std::vector<pass_plan> plan_passes(const network& net, std::size_t number,
                                   const std::vector<map_info>& maps, const engine_config& config) {
    std::vector<pass_plan> passes;
    const std::int32_t channels = net.populations[number].shape.channels;
    for (std::int32_t first = 0; first < channels; first += config.lanes) {
        const channel_group group{first, std::min(config.lanes, channels - first)};
        passes.push_back(plan_pass(net, number, maps, config, group));
    }
    return passes;
}

std::vector<pass_plan> plan_emits(const network& net, const std::vector<std::size_t>& order,
                                  const std::vector<map_info>& maps) {
    std::vector<pass_plan> passes;
    for (const std::size_t number : order) {
        if (net.populations[number].kind != population_kind::readout) { continue; }
        pass_plan plan;
        plan.population = number;
        plan.header.kind = static_cast<std::int64_t>(pass_kind::emit);
        plan.header.layer = static_cast<std::int64_t>(number);
        plan.header.code_out = maps[number].code_base;
        plan.header.channel = maps[number].shape.channels;
        passes.push_back(std::move(plan));
    }
    if (!passes.empty()) { passes.back().header.end = 1; }
    return passes;
}

}  // namespace synfire::hw::detail
