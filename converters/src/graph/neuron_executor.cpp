// SPDX-License-Identifier: Apache-2.0
#include "neuron_executor.hpp"

#include <algorithm>
#include <cmath>

#include "convolution.hpp"
#include "view_values.hpp"

namespace synfire::converters {

std::vector<double> raw_input(const graph_node& input, const dataset& data, std::size_t sample) {
    const auto& encoding = std::get<input_node>(input.kind).encoding;
    const shape s = population_shape(input.item);
    std::vector<double> raw(s.neurons());
    for (std::size_t e = 0; e < raw.size(); ++e) {
        const std::size_t c = e / s.positions();
        const std::size_t position = e % s.positions();
        const std::size_t at = encoding.layout == data_layout::channel_first
                                   ? e
                                   : position * static_cast<std::size_t>(s.channels) + c;
        raw[e] = data.eight_bit() ? static_cast<double>(data.byte_sample(sample)[at])
                                  : static_cast<double>(data.real_sample(sample)[at]);
    }
    return raw;
}

std::vector<float> real_input(const graph_node& input, const dataset& data, std::size_t sample) {
    const auto& encoding = std::get<input_node>(input.kind).encoding;
    const std::vector<double> raw = raw_input(input, data, sample);
    const std::size_t positions = population_shape(input.item).positions();
    std::vector<float> real(raw.size());
    for (std::size_t e = 0; e < raw.size(); ++e) {
        const std::size_t c = e / positions;
        const double mean = encoding.mean[encoding.mean.size() == 1 ? 0 : c];
        const double std = encoding.std[encoding.std.size() == 1 ? 0 : c];
        real[e] = static_cast<float>((raw[e] * encoding.scale - mean) / std);
    }
    return real;
}

std::vector<float> real_input(const neuron_graph& graph, const dataset& data, std::size_t sample) {
    std::vector<float> all;
    for (node_id id = 0; id < input_count(graph); ++id) {
        const std::vector<float> real = real_input(graph.nodes[id], data.input(id), sample);
        all.insert(all.end(), real.begin(), real.end());
    }
    return all;
}

neuron_executor::neuron_executor(const neuron_graph& graph)
    : graph_(graph),
      values_(graph.nodes.size()),
      potentials_(graph.nodes.size()) {}

void add_term(const term& t, feature_map<const float> in, feature_map<float> out) {
    using weights = std::span<const float>;
    if (const auto* conv = std::get_if<conv_term>(&t.kind)) {
        add_unrolled_convolution(out, in, {conv->weights, conv->geometry, conv->groups});
    } else if (const auto* turned = std::get_if<conv_transpose_term>(&t.kind)) {
        add_transposed_convolution(out, in, weights(turned->weights), turned->geometry,
                                   turned->groups);
    } else if (const auto* linear = std::get_if<linear_term>(&t.kind)) {
        if (linear->spatial_sum) {
            add_spatial_linear(out.values, in, weights(linear->weights));
        } else {
            add_linear(out.values, in.values, weights(linear->weights));
        }
    } else if (const auto* pool = std::get_if<pool_term>(&t.kind)) {
        add_pool(out, in, pool->geometry, weights(pool->gain));
    } else if (const auto* sparse = std::get_if<sparse_term>(&t.kind)) {
        add_sparse(out.values, in.values,
                   sparse_rows<float>{sparse->row_ptr, sparse->column, sparse->weights});
    } else {
        add_identity(out, in.values, weights(std::get<identity_term>(t.kind).gain));
    }
}

namespace {

/// The rounding that a quantised model does itself.
void round_to_grid(const code_grid& grid, std::span<float> values) {
    for (std::size_t e = 0; e < values.size(); ++e) {
        const float scale = grid.scale[e * grid.scale.size() / values.size()];
        values[e] = scale
                    * std::clamp(std::nearbyint(values[e] / scale), static_cast<float>(grid.lo),
                                 static_cast<float>(grid.hi));
    }
}

}  // namespace

void activate(const sum_node& node, std::span<float> values) {
    if (node.function) {
        for (float& v : values) {
            v = static_cast<float>(evaluate(*node.function, static_cast<double>(v)));
        }
    }
    for (std::size_t e = 0; e < values.size() && !node.slopes.empty(); ++e) {
        if (values[e] < 0.0F) { values[e] *= node.slopes[e * node.slopes.size() / values.size()]; }
    }
    if (node.relu) {
        for (float& v : values) { v = std::clamp(v, 0.0F, node.upper); }
    }
    if (node.grid) { round_to_grid(*node.grid, values); }
}

void neuron_executor::run_sum(node_id id, const sum_node& node) {
    const shape to = population_shape(graph_.nodes[id].item);
    std::vector<float>& x = potentials_[id];
    x.resize(to.neurons());
    const std::size_t block = x.size() / node.bias.size();
    for (std::size_t e = 0; e < x.size(); ++e) { x[e] = node.bias[e / block]; }
    for (const term& t : node.terms) {
        const shape from = population_shape(graph_.nodes[t.source].item);
        add_term(t, {values_[t.source], from}, {x, to});
    }
    values_[id] = x;
    activate(node, values_[id]);
}

void neuron_executor::set_input(std::span<const float> input) {
    for (node_id id = 0; id < input_count(graph_); ++id) {
        const graph_node& node = graph_.nodes[id];
        const auto own = input.first(population_shape(node.item).neurons());
        values_[id].assign(own.begin(), own.end());
        const auto& coded = std::get<input_node>(node.kind);
        if (coded.grid) { round_to_grid(*coded.grid, values_[id]); }
        input = input.subspan(own.size());
    }
}

void neuron_executor::run_node(node_id id) {
    const graph_node& node = graph_.nodes[id];
    if (const auto* sum = node.as_sum()) {
        run_sum(id, *sum);
    } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
        values_[id].resize(static_cast<std::size_t>(element_count(node.item)));
        const shape from = population_shape(graph_.nodes[pool->source].item);
        max_pool_windows<float>({values_[id], population_shape(node.item)},
                                {values_[pool->source], from}, pool->geometry);
    } else if (const auto* view = std::get_if<view_node>(&node.kind)) {
        gather_view(*view, values_, values_[id]);
    }
}

void neuron_executor::forget(node_id id) {
    values_[id] = {};
    potentials_[id] = {};
}

void neuron_executor::run(std::span<const float> input) {
    set_input(input);
    for (node_id id = 0; id < graph_.nodes.size(); ++id) { run_node(id); }
}

}  // namespace synfire::converters
