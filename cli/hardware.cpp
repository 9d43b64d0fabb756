// SPDX-License-Identifier: Apache-2.0
#include "hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <synfire/core/error.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/engine_network.hpp>

namespace synfire::cli {

namespace {

struct engine_name {
    hardware_engine engine;
    std::string_view name;
};
constexpr std::array<engine_name, 4> engine_names{{{hardware_engine::model, "model"},
                                                   {hardware_engine::cc, "cc"},
                                                   {hardware_engine::systemc, "systemc"},
                                                   {hardware_engine::pins, "pins"}}};

std::uint64_t spikes_of(const network& net, const activity& counts, population_kind kind) {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (net.populations[i].kind == kind) { sum += counts.populations[i].spikes; }
    }
    return sum;
}

}  // namespace

std::string_view to_string(hardware_engine engine) {
    if (engine == hardware_engine::board) { return "board"; }
    const auto found = std::find_if(engine_names.begin(), engine_names.end(),
                                    [&](const engine_name& e) { return e.engine == engine; });
    return found == engine_names.end() ? "?" : found->name;
}

hardware_engine hardware_engine_of(const std::string& name) {
    const auto found = std::find_if(engine_names.begin(), engine_names.end(),
                                    [&](const engine_name& e) { return e.name == name; });
    if (found != engine_names.end()) { return found->engine; }
    throw usage_error({"--engine", "no such engine", name, "model, cc, systemc or pins", ""});
}

int arithmetic_of(const std::string& twin) {
    const auto found = std::find(twin_names.begin(), twin_names.end(), twin);
    if (found != twin_names.end()) { return static_cast<int>(found - twin_names.begin()); }
    throw usage_error({"--twin", "no such twin", twin, "dense or skipping", ""});
}

std::size_t counter_index(std::string_view name) {
    const auto found = std::find(hw::counter_names.begin(), hw::counter_names.end(), name);
    if (found == hw::counter_names.end()) {
        throw internal_error(fmt::format("no counter is called {}", name));
    }
    return static_cast<std::size_t>(found - hw::counter_names.begin());
}

std::optional<std::uint64_t> simulator_count(const network& net, const activity& counts,
                                             std::string_view counter, std::uint64_t adds) {
    const activity_totals all = totals(counts);
    // The engine counts active sources in each step of a streaming network, and the spikes as which
    // currents are sent to it.
    const bool steps = net.execution == execution::streaming;
    if (steps && hw::has_current(net) && (counter == "adds" || counter == "spikes")) {
        return std::nullopt;
    }
    if (counter == "adds") { return adds; }
    if (counter == "spikes") { return all.spikes; }
    if (counter == "active_sources" && !steps) { return all.active_sources; }
    if (counter == "neuron_updates") { return all.neuron_updates; }
    // Every spike of a spiking neuron subtracts its threshold once.
    if (counter == "reset_adds") { return spikes_of(net, counts, population_kind::spiking); }
    return std::nullopt;
}

double filled_lanes(const network& net, const hw::image& image, std::size_t number) {
    std::int64_t words = 0;
    for (const hw::pass_info& pass : image.passes) {
        if (pass.population == number) { words += pass.header.width * pass.header.height; }
    }
    const auto neurons = static_cast<double>(net.populations[number].shape.neurons());
    return words == 0 ? 0.0 : neurons / static_cast<double>(words);
}

}  // namespace synfire::cli
