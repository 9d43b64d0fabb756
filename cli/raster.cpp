// SPDX-License-Identifier: Apache-2.0
#include "raster.hpp"

namespace synfire::cli {

namespace {

constexpr std::size_t most_neurons = 256;  // rows of one population that a screen can show

nlohmann::ordered_json population_json(const network& net, const population& p, std::int32_t start,
                                       const spike_train& spikes) {
    // Odd: neurons are numbered channel last, and an even stride would keep some channels only.
    const std::size_t stride = ((p.shape.neurons() + most_neurons - 1) / most_neurons) | 1U;
    nlohmann::ordered_json json;
    json["name"] = p.name;
    json["neurons"] = p.shape.neurons();
    json["stride"] = stride;
    json["start"] = start;
    json["steps"] = firing_steps(net, p);
    json["spikes"] = nlohmann::ordered_json::array();
    for (const spike& s : spikes) {
        if (s.neuron % stride == 0) {
            json["spikes"].push_back({start + s.step, s.neuron, s.sign});
        }
    }
    return json;
}

}  // namespace

nlohmann::ordered_json raster_json(const network& net, const dataset& data,
                                   const sim::options& run) {
    sim::options options;
    options.engine = run.engine;
    options.seed = run.seed;
    options.early_exit_margin = run.early_exit_margin;
    options.samples = 1;
    options.record = {true, false};
    const sim::run_result result = sim::run(net, data, options);
    const std::vector<std::int32_t> starts = window_starts(net);
    nlohmann::ordered_json json;
    json["sample"] = 0;
    json["populations"] = nlohmann::ordered_json::array();
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (net.populations[i].kind == population_kind::readout) { continue; }
        json["populations"].push_back(population_json(net, net.populations[i], starts[i],
                                                      result.samples[0].populations[i].spikes));
    }
    return json;
}

}  // namespace synfire::cli
