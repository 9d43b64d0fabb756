// SPDX-License-Identifier: Apache-2.0
// From a whole network's counts to a bill: memory sizes, mean loads, tier T0, and T1 layer by
// layer.
#include <synfire/energy/estimate.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "bill.hpp"
#include "field.hpp"

namespace synfire::energy {
namespace {

void check_counts(const network& net, const activity& counts) {
    if (counts.populations.size() == net.populations.size()
        && counts.projections.size() == net.projections.size() && counts.samples > 0) {
        return;
    }
    throw bad_input(
        {.where = "activity counts",
         .what = "the counts do not belong to this network or hold no sample",
         .found = fmt::format("{} populations, {} projections, {} samples",
                              counts.populations.size(), counts.projections.size(), counts.samples),
         .expected = fmt::format("{} populations, {} projections, at least 1 sample",
                                 net.populations.size(), net.projections.size()),
         .hint = "simulate this network first"});
}

/// Bits that a population keeps in the spike memory, per neuron: the larger of planes with active
/// map and of an 8-bit activation with its mask bit, because both sides use the same memory.
double stored_bits(const population& p) {
    if (p.kind == population_kind::readout) { return 0; }
    const int planes = p.window.steps + (p.range.is_signed() ? 1 : 0);
    return static_cast<double>(std::max(planes, 8) + 1) * static_cast<double>(p.shape.neurons());
}

double per_sample(std::uint64_t count, std::uint64_t samples) {
    return static_cast<double>(count) / static_cast<double>(samples);
}

/// Simulators need not count how many windows a spike of a pooled population is looked at from.
double window_positions(const network& net, const projection& p, double active_sources) {
    const auto sources = static_cast<double>(net.populations[p.source].shape.neurons());
    return active_sources * facts_of(net, p, {}).synapses / sources;
}

}  // namespace

memory_plan plan_memories(const network& net, const engine_options& engine) {
    memory_plan plan;
    double weight_bits = 0;
    std::vector<double> live_bits;
    for (const population& p : net.populations) {
        live_bits.push_back(stored_bits(p));
        if (p.has_potential()) { weight_bits += 2.0 * engine.constant_bits * p.shape.channels; }
    }
    for (const projection& p : net.projections) {
        weight_bits += static_cast<double>(p.weights.size())
                       * std::max(p.weight_bits, engine.dense_weight_bits);
        live_bits[p.target] += stored_bits(net.populations[p.source]);
    }
    plan.weight_bytes = std::max(1.0, weight_bits / 8);
    plan.spike_bytes =
        live_bits.empty() ? 0 : *std::max_element(live_bits.begin(), live_bits.end()) / 8;
    plan.spike_bytes = std::max(1.0, plan.spike_bytes);
    return plan;
}

layer_load load_of(const network& net, const activity& counts, std::size_t population) {
    check_counts(net, counts);
    const population_activity& own = counts.populations[population];
    layer_load load{.spikes = per_sample(own.spikes, counts.samples),
                    .active_neurons = per_sample(own.active_sources, counts.samples),
                    .neuron_updates = per_sample(own.neuron_updates, counts.samples)};
    for (std::size_t i = 0; i < net.projections.size(); ++i) {
        const projection& p = net.projections[i];
        if (p.target != population) { continue; }
        const projection_activity& c = counts.projections[i];
        projection_load input{.events = per_sample(c.synaptic_events, counts.samples),
                              .active_synapses = per_sample(c.active_synapses, counts.samples),
                              .active_positions = per_sample(c.active_positions, counts.samples)};
        if (p.kind == connectivity::window && c.active_positions == 0) {
            const auto active =
                per_sample(counts.populations[p.source].active_sources, counts.samples);
            input.active_positions = window_positions(net, p, active);
        }
        load.inputs.push_back(input);
    }
    return load;
}

layer_load scaled_inputs(const layer_load& load, double factor) {
    layer_load scaled = load;
    for (projection_load& input : scaled.inputs) {
        input.events *= factor;
        input.active_synapses *= factor;
        input.active_positions *= factor;
    }
    return scaled;
}

std::vector<missing_term> outside_boundary() {
    return {{"clock", "cycles times clock energy: no price of a cycle, outside every total", false},
            {"static", "leakage times time: no price, outside every total", false}};
}

estimate naive_estimate(const network& net, const activity& counts, const cost_table& table) {
    check_counts(net, counts);
    const engine_options engine;
    const memory_plan no_memories;
    const engine_context context{net, engine, no_memories, table};
    estimate result{.tier = "T0", .technology = table.name};
    std::vector<double> events(net.populations.size(), 0.0);
    for (std::size_t i = 0; i < net.projections.size(); ++i) {
        events[net.projections[i].target] +=
            per_sample(counts.projections[i].synaptic_events, counts.samples);
    }
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const population& p = net.populations[i];
        if (p.kind == population_kind::input) { continue; }
        bill layer(context, p.name, std::string(to_string(p.kind)));
        layer.counted("synaptic events", events[i], "ac");
        result.layers.push_back(layer.take());
    }
    bill first(context, "graded input", "input");
    first.counted("first-layer multiplications",
                  per_sample(counts.macs_first_layer, counts.samples), "mac");
    result.layers.push_back(first.take());
    result.missing = unknown_prices(result.layers, table.name);
    return result;
}

estimate spiking_estimate(const network& net, const activity& counts, const cost_table& table,
                          const engine_options& engine) {
    check_counts(net, counts);
    const memory_plan memories = plan_memories(net, engine);
    const engine_context context{net, engine, memories, table};
    estimate result{.tier = "T1", .technology = table.name};
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        result.layers.push_back(spiking_layer(context, i, load_of(net, counts, i)));
    }
    result.missing = unknown_prices(result.layers, table.name);
    for (missing_term& term : outside_boundary()) { result.missing.push_back(std::move(term)); }
    return result;
}

}  // namespace synfire::energy
