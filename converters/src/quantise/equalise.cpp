// SPDX-License-Identifier: Apache-2.0
#include "equalise.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "scaled_terms.hpp"

namespace synfire::converters {

namespace {

// Pairs of a chain influence each other; powers of two settle within few sweeps.
constexpr int most_sweeps = 20;
// Beyond 2^20 per sweep a weight is as good as zero; keeps values far from denormal numbers.
constexpr double most_exponent = 20.0;

/// A layer and the only one that reads it.
struct layer_pair {
    node_id layer = 0;
    node_id reader = 0;
    std::size_t term = 0;  ///< of the reader
};

bool is_weighted(const term& t) {
    return std::holds_alternative<conv_term>(t.kind) || std::holds_alternative<linear_term>(t.kind);
}

/// True where dividing what goes in divides what comes out.
bool is_homogeneous(const sum_node& layer) { return !layer.function && std::isinf(layer.upper); }

std::vector<layer_pair> find_pairs(const neuron_graph& graph) {
    std::vector<std::size_t> readers(graph.nodes.size(), 0);
    for (const graph_node& node : graph.nodes) {
        for (const node_id source : sources_of(node)) { ++readers[source]; }
    }
    std::vector<layer_pair> pairs;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const sum_node* sum = graph.nodes[id].as_sum();
        for (std::size_t i = 0; sum != nullptr && i < sum->terms.size(); ++i) {
            const node_id source = sum->terms[i].source;
            const sum_node* layer = graph.nodes[source].as_sum();
            if (layer == nullptr || readers[source] != 1 || !is_weighted(sum->terms[i])) {
                continue;
            }
            if (is_homogeneous(*layer)
                && std::all_of(layer->terms.begin(), layer->terms.end(), is_weighted)) {
                pairs.push_back({source, id, i});
            }
        }
    }
    return pairs;
}

std::vector<float>& mutable_weights(term& t) {
    if (auto* conv = std::get_if<conv_term>(&t.kind)) { return conv->weights; }
    return std::get<linear_term>(t.kind).weights;
}

/// Calls visit(channel, weight) for every weight of a layer with the channel that it writes.
using weight_visitor = std::function<void(std::size_t channel, float& weight)>;
void visit_written(graph_node& node, const weight_visitor& visit) {
    const auto channels = static_cast<std::size_t>(population_shape(node.item).channels);
    for (term& t : std::get<sum_node>(node.kind).terms) {
        std::vector<float>& weights = mutable_weights(t);
        const std::size_t row = weights.size() / channels;
        for (std::size_t i = 0; i < weights.size(); ++i) { visit(i / row, weights[i]); }
    }
}

/// The same for one term of the reader, with the channel that each weight reads.
void visit_read(neuron_graph& graph, const layer_pair& pair, const weight_visitor& visit) {
    graph_node& node = graph.nodes[pair.reader];
    const shape from = population_shape(graph.nodes[pair.layer].item);
    term& t = std::get<sum_node>(node.kind).terms[pair.term];
    std::vector<float>& weights = mutable_weights(t);
    if (const auto* conv = std::get_if<conv_term>(&t.kind)) {
        const auto out = static_cast<std::size_t>(population_shape(node.item).channels);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            visit(source_channel(*conv, from, out, i), weights[i]);
        }
        return;
    }
    const std::size_t block = std::get<linear_term>(t.kind).spatial_sum ? 1 : from.positions();
    const std::size_t row = static_cast<std::size_t>(from.channels) * block;
    for (std::size_t i = 0; i < weights.size(); ++i) { visit(i % row / block, weights[i]); }
}

/// Powers of two by which the channels of the pair's first layer are to be divided.
std::vector<float> factors_of(neuron_graph& graph, const layer_pair& pair) {
    const auto channels =
        static_cast<std::size_t>(population_shape(graph.nodes[pair.layer].item).channels);
    std::vector<double> written(channels, 0.0);
    std::vector<double> read(channels, 0.0);
    const auto keep_largest = [](std::vector<double>& largest) {
        return [&largest](std::size_t channel, const float& w) {
            largest[channel] = std::max(largest[channel], std::abs(static_cast<double>(w)));
        };
    };
    visit_written(graph.nodes[pair.layer], keep_largest(written));
    visit_read(graph, pair, keep_largest(read));
    std::vector<float> factors(channels, 1.0F);
    for (std::size_t c = 0; c < channels; ++c) {
        if (written[c] <= 0.0 || read[c] <= 0.0) { continue; }  // dead: nothing to balance
        const double exponent = std::trunc(std::log2(written[c] / read[c]) / 2.0);
        factors[c] =
            std::exp2(static_cast<float>(std::clamp(exponent, -most_exponent, most_exponent)));
    }
    return factors;
}

/// True where any channel changed.
bool equalise_pair(neuron_graph& graph, const layer_pair& pair) {
    const std::vector<float> factors = factors_of(graph, pair);
    if (std::all_of(factors.begin(), factors.end(), [](float f) { return f == 1.0F; })) {
        return false;
    }
    visit_written(graph.nodes[pair.layer],
                  [&](std::size_t channel, float& w) { w /= factors[channel]; });
    visit_read(graph, pair, [&](std::size_t channel, float& w) { w *= factors[channel]; });
    std::vector<float>& bias = std::get<sum_node>(graph.nodes[pair.layer].kind).bias;
    const std::size_t block = bias.size() / factors.size();
    for (std::size_t i = 0; i < bias.size(); ++i) { bias[i] /= factors[i / block]; }
    return true;
}

}  // namespace

std::size_t equalise(neuron_graph& graph) {
    const std::vector<layer_pair> pairs = find_pairs(graph);
    std::set<node_id> scaled;
    for (int sweep = 0; sweep < most_sweeps; ++sweep) {
        bool changed = false;
        for (const layer_pair& pair : pairs) {
            if (!equalise_pair(graph, pair)) { continue; }
            scaled.insert(pair.layer);
            changed = true;
        }
        if (!changed) { break; }
    }
    return scaled.size();
}

}  // namespace synfire::converters
