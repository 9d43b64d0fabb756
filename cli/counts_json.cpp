// SPDX-License-Identifier: Apache-2.0
#include "counts_json.hpp"

namespace synfire::cli {

namespace {

projection_activity arriving(const network& net, const activity& counts, std::size_t population) {
    projection_activity sum;
    for (std::size_t i = 0; i < net.projections.size(); ++i) {
        if (net.projections[i].target == population) { sum += counts.projections[i]; }
    }
    return sum;
}

nlohmann::ordered_json layer_json(const network& net, const activity& counts, std::size_t i) {
    const population& p = net.populations[i];
    const population_activity& own = counts.populations[i];
    const projection_activity in = arriving(net, counts, i);
    nlohmann::ordered_json layer;
    layer["name"] = p.name;
    layer["kind"] = to_string(p.kind);
    layer["shape"] = {p.shape.channels, p.shape.height, p.shape.width};
    layer["neurons"] = p.shape.neurons();
    layer["coding"] =
        p.window.steps > 0 ? nlohmann::ordered_json(to_string(p.window.kind)) : nullptr;
    layer["steps"] = firing_steps(net, p);
    layer["width_bits"] = p.width_bits;
    layer["spikes"] = own.spikes;
    layer["spikes_per_step"] = own.spikes_per_step;
    if (own.steps_per_entry > 1) { layer["steps_per_entry"] = own.steps_per_entry; }
    layer["active_sources"] = own.active_sources;
    layer["neuron_updates"] = own.neuron_updates;
    layer["synaptic_events"] = in.synaptic_events;
    layer["synaptic_events_nonzero"] = in.synaptic_events_nonzero;
    layer["active_synapses"] = in.active_synapses;
    layer["active_synapses_nonzero"] = in.active_synapses_nonzero;
    layer["active_positions"] = in.active_positions;
    return layer;
}

}  // namespace

void add_counts(nlohmann::ordered_json& json, const network& net, const activity& counts) {
    const activity_totals all = totals(counts);
    json["spikes"] = all.spikes;
    json["active_sources"] = all.active_sources;
    json["synaptic_events"] = all.synaptic_events;
    json["synaptic_events_nonzero"] = all.synaptic_events_nonzero;
    json["neuron_updates"] = all.neuron_updates;
    json["macs_first_layer"] = all.macs_first_layer;
    json["latency_steps"] = latency_steps(net);
    json["layers"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        json["layers"].push_back(layer_json(net, counts, i));
    }
}

}  // namespace synfire::cli
