// SPDX-License-Identifier: Apache-2.0
#include "raster.hpp"

#include <synfire/core/streaming.hpp>
#include <utility>
#include <vector>

namespace synfire::cli {

namespace {

constexpr std::size_t most_neurons = 256;  // rows of one population that a screen can show
constexpr std::int32_t most_steps = 4096;  // columns of it, of a streaming sample

/// Odd: neurons are numbered channel last, and an even stride would keep some channels only.
std::size_t stride_of(const population& p) {
    return ((p.shape.neurons() + most_neurons - 1) / most_neurons) | 1U;
}

nlohmann::ordered_json population_json(const network& net, const population& p,
                                       std::int32_t start) {
    nlohmann::ordered_json json;
    json["name"] = p.name;
    json["neurons"] = p.shape.neurons();
    json["stride"] = stride_of(p);
    json["start"] = start;
    json["steps"] = firing_steps(net, p);
    json["spikes"] = nlohmann::ordered_json::array();
    return json;
}

/// Shown population and its probe; `current` inputs are shown and never fire.
struct raster_rows {
    nlohmann::ordered_json populations = nlohmann::ordered_json::array();
    std::vector<sim::probe> probes;
    std::vector<std::size_t> row_of;  ///< per probe
};

raster_rows rows_of(const network& net) {
    raster_rows rows;
    const std::vector<std::int32_t> starts = window_starts(net);
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const population& p = net.populations[i];
        if (p.kind == population_kind::readout) { continue; }
        if (!p.is_current()) {
            rows.probes.push_back({i, sim::probe_kind::spikes});
            rows.row_of.push_back(rows.populations.size());
        }
        rows.populations.push_back(population_json(net, p, starts[i]));
    }
    return rows;
}

void add_spikes(nlohmann::ordered_json& row, std::span<const spike> spikes) {
    const auto stride = row["stride"].get<std::uint32_t>();
    const auto start = row["start"].get<std::int32_t>();
    for (const spike& s : spikes) {
        if (s.neuron % stride == 0) { row["spikes"].push_back({start + s.step, s.neuron, s.sign}); }
    }
}

}  // namespace

nlohmann::ordered_json raster_json(const network& net, const dataset& data,
                                   const sim::options& run) {
    if (net.execution == execution::streaming && net.steps > most_steps) {
        network beginning = net;
        set_steps(beginning, most_steps);
        return raster_json(beginning, data, run);
    }
    raster_rows rows = rows_of(net);
    sim::options options;
    options.engine = run.engine;
    options.seed = run.seed;
    options.early_exit_margin = run.early_exit_margin;
    options.samples = 1;
    options.keep_samples = false;
    options.probes = rows.probes;
    options.on_records = [&rows](const sim::probe_records& records) {
        add_spikes(rows.populations[rows.row_of[records.probe]], records.spikes);
    };
    sim::run(net, data, options);
    nlohmann::ordered_json json;
    json["sample"] = 0;
    json["populations"] = std::move(rows.populations);
    return json;
}

}  // namespace synfire::cli
