// SPDX-License-Identifier: Apache-2.0
#include "read_parts.hpp"

namespace synfire::report {

namespace {

profiled_layer read_layer(const json_value& json) {
    profiled_layer layer;
    layer.name = json.text("name");
    layer.cycles = json.number("cycles");
    layer.adding = json.number("adding");
    layer.scanning = json.number("scanning");
    layer.waiting = json.number("waiting");
    layer.other = json.number("other");
    layer.stall_cycles = json.number("stall_cycles");
    layer.channel_lanes = json.number("channel_lanes");
    layer.adds_per_cycle = json.number("adds_per_cycle");
    layer.utilisation = json.number("utilisation");
    return layer;
}

counter_row read_counter(const std::string& name, const json_value& json) {
    counter_row row;
    row.name = name;
    row.simulator = json.number("simulator");
    row.model = json.number("model");
    row.rtl = json.number("rtl");
    row.equal = json.flag("equal");
    return row;
}

}  // namespace

hardware read_hardware(const json_value& json) {
    hardware result;
    result.source = json.text("source");
    result.layers_source = json.text("layers_source");
    result.engine = json.text("engine");
    result.board = json.text("board");
    result.samples = json.number("samples");
    result.lanes = json.number("lanes");
    result.clock_hz = json.number("clock_hz");
    result.clock_mhz = json.number("clock_mhz");
    result.cycles = json.number("cycles");
    result.model_cycles = json.number("model_cycles");
    if (const auto spread = json.find("cycles_per_sample")) {
        result.least_cycles = spread->number("min");
        result.most_cycles = spread->number("max");
    }
    result.spikes_checked = json.flag("spikes_checked");
    result.equal = json.flag("equal");
    result.first_difference = read_difference(json);
    for (const auto& [name, counter] : json.entries("counters")) {
        result.counters.push_back(read_counter(name, counter));
    }
    for (const json_value& layer : json.list("layers")) {
        // Input populations cost no cycles of their own.
        const profiled_layer read = read_layer(layer);
        if (read.cycles && *read.cycles > 0) { result.layers.push_back(read); }
    }
    return result;
}

}  // namespace synfire::report
