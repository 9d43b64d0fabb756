// SPDX-License-Identifier: Apache-2.0
#include "emit_network.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

#include "projections.hpp"

namespace synfire::converters {

namespace {

constexpr int widest_potential = 32;

/// Biases per element turn from ONNX order to channel last.
std::vector<std::int64_t> channel_last(const std::vector<std::int64_t>& values, const shape& s) {
    std::vector<std::int64_t> turned(values.size());
    for (std::size_t e = 0; e < values.size(); ++e) {
        const std::size_t c = e / s.positions();
        turned[e % s.positions() * static_cast<std::size_t>(s.channels) + c] = values[e];
    }
    return turned;
}

void describe_sum(population& p, const sum_node& sum, const quantised_node& q) {
    p.kind = sum.readout ? population_kind::readout : population_kind::spiking;
    p.theta = q.theta;
    p.theta_neg = q.theta_neg;
    p.table = q.table;
    p.bias_per_neuron = q.bias.size() != static_cast<std::size_t>(p.shape.channels);
    p.bias = p.bias_per_neuron ? channel_last(q.bias, p.shape) : q.bias;
    p.host_functions = sum.host_functions;
}

population describe(const graph_node& node, const quantised_node& q) {
    population p;
    p.name = node.name;
    p.shape = population_shape(node.item);
    p.window = q.window;
    p.range = q.range;
    p.scale = q.scale;
    if (const auto* input = std::get_if<input_node>(&node.kind)) {
        p.kind = population_kind::input;
        p.input = input->encoding;
        p.input->code_step = q.code_step;
    } else if (const auto* sum = node.as_sum()) {
        describe_sum(p, *sum, q);
    } else {
        p.kind = population_kind::max_pool;
    }
    if (p.kind == population_kind::readout) {
        p.window = {};
        p.range = {};
    }
    return p;
}

}  // namespace

void prove_widths(network& net) {
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (widths[i] > widest_potential) {
            throw bad_input(
                {net.populations[i].name, "the potential could overflow",
                 fmt::format("{} bits in the worst case", widths[i]),
                 fmt::format("at most {}", widest_potential),
                 "fewer steps, fewer input steps or fewer weight bits make it narrower"});
        }
        net.populations[i].width_bits = widths[i];
    }
}

emitted_network assemble_network(const quantised_graph& quantised) {
    const neuron_graph& graph = *quantised.graph;
    emitted_network result;
    result.population_of_node.assign(graph.nodes.size(), no_population);
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (graph.nodes[id].is_view()) { continue; }
        result.population_of_node[id] = result.net.populations.size();
        result.net.populations.push_back(describe(graph.nodes[id], quantised.nodes[id]));
    }
    const emission_context context{quantised, result.population_of_node};
    const auto append = [&](std::vector<projection> projections) {
        for (projection& p : projections) { result.net.projections.push_back(std::move(p)); }
    };
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (const auto* sum = graph.nodes[id].as_sum()) {
            for (std::size_t i = 0; i < sum->terms.size(); ++i) {
                append(term_projections(context, id, i));
            }
        } else if (std::holds_alternative<max_pool_node>(graph.nodes[id].kind)) {
            append(window_projections(context, id));
        }
    }
    result.net.labels = graph.labels;
    return result;
}

emitted_network emit_network(const quantised_graph& quantised) {
    emitted_network result = assemble_network(quantised);
    prove_widths(result.net);
    validate(result.net);
    return result;
}

}  // namespace synfire::converters
