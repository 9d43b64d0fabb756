// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "read_parts.hpp"

namespace synfire::report {

namespace {

std::string read_shape(const json_value& json) {
    const auto shape = json.find("shape");
    if (!shape) { return {}; }
    return fmt::format("{}", fmt::join(shape->numbers(), "\u00d7"));
}

active_layer read_layer(const json_value& json) {
    active_layer layer;
    layer.name = json.text("name");
    layer.kind = json.text("kind");
    layer.shape = read_shape(json);
    layer.coding = json.text("coding");
    layer.neurons = json.number("neurons");
    layer.steps = json.number("steps");
    layer.spikes = json.number("spikes");
    layer.active_sources = json.number("active_sources");
    layer.synaptic_events = json.number("synaptic_events");
    return layer;
}

raster_population read_population(const json_value& json) {
    raster_population population;
    population.name = json.text("name");
    population.neurons = json.number("neurons").value_or(0);
    population.stride = json.number("stride").value_or(1);
    population.start = json.number("start").value_or(0);
    population.steps = json.number("steps").value_or(0);
    if (population.stride < 1) { json.refuse("a stride of at least 1"); }
    for (const json_value& spike : json.list("spikes")) {
        const std::vector<double> fields = spike.numbers();
        if (fields.size() < 2) { spike.refuse("[step, neuron, sign]"); }
        population.spikes.push_back(
            {fields[0], fields[1], fields.size() > 2 && fields[2] < 0 ? -1 : 1});
    }
    return population;
}

raster read_raster(const json_value& json) {
    raster result;
    result.sample = json.number("sample").value_or(0);
    for (const json_value& population : json.list("populations")) {
        result.populations.push_back(read_population(population));
    }
    return result;
}

void add_difference_number(std::string& line, const json_value& json, const std::string& key) {
    if (const auto value = json.number(key)) {
        line += fmt::format("{}{} {}", line.empty() ? "" : ", ", key, *value);
    }
}

}  // namespace

std::string read_difference(const json_value& json) {
    const auto difference = json.find("first_difference");
    if (!difference) { return {}; }
    std::string line;
    add_difference_number(line, *difference, "sample");
    for (const char* key : {"layer", "field"}) {
        const std::string value = difference->text(key);
        if (!value.empty()) {
            line += fmt::format("{}{} {}", line.empty() ? "" : ", ", key, value);
        }
    }
    for (const char* key : {"neuron", "step", "cycle", "expected", "found"}) {
        add_difference_number(line, *difference, key);
    }
    return line;
}

run read_run(const json_value& json) {
    run result;
    result.command = json.text("command");
    result.data = json.text("data");
    result.engine = json.text("engine");
    result.seed = json.number("seed");
    result.samples = json.number("samples");
    result.correct = json.number("correct");
    result.accuracy = json.number("accuracy");
    result.metric = json.text("metric");
    result.value = json.number("value");
    result.spikes = json.number("spikes");
    result.synaptic_events = json.number("synaptic_events");
    result.latency_steps = json.number("latency_steps");
    for (const json_value& layer : json.list("layers")) {
        result.layers.push_back(read_layer(layer));
    }
    if (result.command == "cosim") { result.on_hardware = read_hardware(json); }
    if (const auto spikes = json.find("raster")) { result.spike_raster = read_raster(*spikes); }
    return result;
}

}  // namespace synfire::report
