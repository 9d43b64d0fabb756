// SPDX-License-Identifier: Apache-2.0
#include <synfire/converters/quantised_model.hpp>

#include <synfire/core/readout.hpp>

#include "graph/integer_executor.hpp"
#include "quantise/calibration.hpp"
#include "quantised_state.hpp"

namespace synfire::converters {

namespace {

std::vector<layer_values> layers_of(const neuron_graph& graph) {
    std::vector<layer_values> layers;
    for (const graph_node& node : graph.nodes) {
        if (!node.is_view()) { layers.push_back({node.name, population_shape(node.item), {}, {}}); }
    }
    return layers;
}

void read_layers(const neuron_graph& graph, const integer_executor& executor,
                 std::vector<layer_values>& layers) {
    std::size_t at = 0;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (graph.nodes[id].is_view()) { continue; }
        layer_values& layer = layers[at++];
        const auto codes = executor.codes(id);
        const auto potential = executor.potential(id);
        layer.codes.assign(codes.begin(), codes.end());
        layer.potentials.assign(potential.begin(), potential.end());
    }
}

}  // namespace

quantised_model::quantised_model(std::shared_ptr<const quantised_state> state)
    : state_(std::move(state)) {}

void quantised_model::run(const dataset& data, std::size_t samples, const visitor& visit) const {
    const quantised_graph& quantised = state_->quantised;
    std::vector<integer_executor> executors(worker_count(), integer_executor(quantised));
    std::vector<std::vector<layer_values>> layers(worker_count(), layers_of(state_->graph));
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        executors[thread].run(input_codes(quantised, data, sample));
        read_layers(state_->graph, executors[thread], layers[thread]);
        visit(sample, layers[thread]);
    });
}

std::vector<std::int32_t> quantised_model::classify(const dataset& data,
                                                    std::size_t samples) const {
    const quantised_graph& quantised = state_->quantised;
    const node_id readout = first_readout(state_->graph);
    std::vector<integer_executor> executors(worker_count(), integer_executor(quantised));
    population answering;  // only what turns potentials into a class
    answering.host_functions = state_->graph.nodes[readout].as_sum()->host_functions;
    std::vector<std::int32_t> classes(samples);
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        executors[thread].run(input_codes(quantised, data, sample));
        const auto x = executors[thread].potential(readout);
        classes[sample] = readout_class(answering, {x.begin(), x.end()});
    });
    return classes;
}

}  // namespace synfire::converters
