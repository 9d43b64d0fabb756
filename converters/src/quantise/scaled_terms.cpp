// SPDX-License-Identifier: Apache-2.0
#include "scaled_terms.hpp"

#include <algorithm>
#include <cmath>

#include <synfire/core/error.hpp>

namespace synfire::converters {

namespace {

std::size_t channels_of(const neuron_graph& graph, node_id id) {
    return static_cast<std::size_t>(population_shape(graph.nodes[id].item).channels);
}

/// A channel framed by zeros has elements without a scale; the others share one.
std::vector<double> largest_per_channel(const std::vector<double>& scales, const shape& from) {
    std::vector<double> largest(static_cast<std::size_t>(from.channels), 0.0);
    for (std::size_t e = 0; e < scales.size(); ++e) {
        double& scale = largest[e / from.positions()];
        scale = std::max(scale, scales[e]);
    }
    return largest;
}

std::size_t taps_of(const conv_transpose_term& turned) {
    return static_cast<std::size_t>(turned.geometry.kernel[0])
           * static_cast<std::size_t>(turned.geometry.kernel[1]);
}

/// Weights of a transposed convolution stand by input channel, then output channel of its group.
std::size_t target_channel(const conv_transpose_term& turned, const shape& from,
                           std::size_t out_channels, std::size_t i) {
    const auto groups = static_cast<std::size_t>(turned.groups);
    const std::size_t out_per_group = out_channels / groups;
    const std::size_t source = i / (taps_of(turned) * out_per_group);
    const std::size_t group = source / (static_cast<std::size_t>(from.channels) / groups);
    return group * out_per_group + i / taps_of(turned) % out_per_group;
}

void add_gains(const quantised_graph& quantised, node_id id, const term& t,
               std::vector<channel_facts>& all) {
    for (const node_id population : populations_of(*quantised.graph, t.source)) {
        const std::vector<double> scales = part_scales(quantised, id, t, population);
        for (std::size_t c = 0; c < all.size(); ++c) {
            const double gain = static_cast<double>(gain_of(t)[c]) * scales[c];
            all[c].largest_gain = std::max(all[c].largest_gain, std::abs(gain));
        }
    }
}

}  // namespace

std::size_t source_channel(const conv_term& conv, const shape& from, std::size_t out_channels,
                           std::size_t i) {
    const auto taps = static_cast<std::size_t>(conv.geometry.kernel[0])
                      * static_cast<std::size_t>(conv.geometry.kernel[1]);
    const auto groups = static_cast<std::size_t>(conv.groups);
    const std::size_t in_per_group = static_cast<std::size_t>(from.channels) / groups;
    const std::size_t group = i / (taps * in_per_group) / (out_channels / groups);
    return group * in_per_group + i / taps % in_per_group;
}

const std::vector<float>* weights_of(const term& t) {
    if (const auto* conv = std::get_if<conv_term>(&t.kind)) { return &conv->weights; }
    if (const auto* turned = std::get_if<conv_transpose_term>(&t.kind)) { return &turned->weights; }
    if (const auto* linear = std::get_if<linear_term>(&t.kind)) { return &linear->weights; }
    if (const auto* sparse = std::get_if<sparse_term>(&t.kind)) { return &sparse->weights; }
    return nullptr;
}

const std::vector<float>& gain_of(const term& t) {
    const auto* pool = std::get_if<pool_term>(&t.kind);
    return pool != nullptr ? pool->gain : std::get<identity_term>(t.kind).gain;
}

std::vector<node_id> populations_of(const neuron_graph& graph, node_id id) {
    std::vector<node_id> found;
    for (const element_source& e : resolve_elements(graph, id)) {
        if (e.element >= 0 && std::find(found.begin(), found.end(), e.node) == found.end()) {
            found.push_back(e.node);
        }
    }
    return found;
}

namespace {

/// Marks the populations with elements of two of their channels in one of `count` equal parts.
void mark_mixed(const neuron_graph& graph, const std::vector<element_source>& elements,
                std::size_t count, std::vector<bool>& mixed) {
    const std::size_t part = elements.size() / count;
    std::vector<std::size_t> part_seen(graph.nodes.size(), count);
    std::vector<std::size_t> channel_seen(graph.nodes.size(), 0);
    for (std::size_t e = 0; e < elements.size(); ++e) {
        if (elements[e].element < 0) { continue; }
        const node_id node = elements[e].node;
        const std::size_t channel = static_cast<std::size_t>(elements[e].element)
                                    / population_shape(graph.nodes[node].item).positions();
        if (part_seen[node] == e / part && channel_seen[node] != channel) { mixed[node] = true; }
        part_seen[node] = e / part;
        channel_seen[node] = channel;
    }
}

/// Terms with a weight per source element are free to take any scale.
bool reads_elements(const term& t) {
    const auto* linear = std::get_if<linear_term>(&t.kind);
    return std::holds_alternative<sparse_term>(t.kind)
           || (linear != nullptr && !linear->spatial_sum);
}

}  // namespace

std::vector<bool> mixed_populations(const neuron_graph& graph) {
    std::vector<bool> mixed(graph.nodes.size(), false);
    const auto mark = [&](node_id source, std::size_t count) {
        if (!graph.nodes[source].is_view()) { return; }
        mark_mixed(graph, resolve_elements(graph, source), count, mixed);
    };
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const graph_node& node = graph.nodes[id];
        if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
            mark(pool->source, channels_of(graph, pool->source));
        }
        const sum_node* sum = node.as_sum();
        for (std::size_t i = 0; sum != nullptr && i < sum->terms.size(); ++i) {
            const term& t = sum->terms[i];
            if (reads_elements(t)) { continue; }
            mark(t.source, channels_of(graph, t.source));
            if (weights_of(t) == nullptr) { mark(t.source, channels_of(graph, id)); }
        }
    }
    return mixed;
}

std::size_t channel_of_weight(const neuron_graph& graph, node_id id, const term& t, std::size_t i) {
    if (const auto* turned = std::get_if<conv_transpose_term>(&t.kind)) {
        const shape from = population_shape(graph.nodes[t.source].item);
        return target_channel(*turned, from, channels_of(graph, id), i);
    }
    const auto* sparse = std::get_if<sparse_term>(&t.kind);
    if (sparse == nullptr) { return i / (weights_of(t)->size() / channels_of(graph, id)); }
    const auto row = std::upper_bound(sparse->row_ptr.begin(), sparse->row_ptr.end(),
                                      static_cast<std::int64_t>(i));
    const auto target = static_cast<std::size_t>(row - sparse->row_ptr.begin()) - 1;
    return target / population_shape(graph.nodes[id].item).positions();
}

std::vector<double> scaled_weights(const quantised_graph& quantised, node_id id, const term& t) {
    const std::vector<float>& w = *weights_of(t);
    const std::vector<double> scales = element_scales(quantised, t.source);
    const shape from = population_shape(quantised.graph->nodes[t.source].item);
    const std::vector<double> channel_scales = largest_per_channel(scales, from);
    std::vector<double> scaled(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) {
        double scale = 0.0;
        if (const auto* conv = std::get_if<conv_term>(&t.kind)) {
            scale =
                channel_scales[source_channel(*conv, from, channels_of(*quantised.graph, id), i)];
        } else if (std::holds_alternative<conv_transpose_term>(t.kind)) {
            scale = channel_scales[i / (w.size() / channel_scales.size())];
        } else if (const auto* linear = std::get_if<linear_term>(&t.kind)) {
            scale = linear->spatial_sum ? channel_scales[i % channel_scales.size()]
                                        : scales[i % scales.size()];
        } else {
            scale = scales[static_cast<std::size_t>(std::get<sparse_term>(t.kind).column[i])];
        }
        scaled[i] = static_cast<double>(w[i]) * scale;
    }
    return scaled;
}

std::vector<double> part_scales(const quantised_graph& quantised, node_id id, const term& t,
                                node_id population) {
    const std::vector<element_source> elements = resolve_elements(*quantised.graph, t.source);
    const std::vector<double> scales = element_scales(quantised, t.source);
    const std::size_t per_channel = elements.size() / channels_of(*quantised.graph, id);
    std::vector<double> result(channels_of(*quantised.graph, id), 0.0);
    for (std::size_t e = 0; e < elements.size(); ++e) {
        if (elements[e].element < 0 || elements[e].node != population) { continue; }
        double& scale = result[e / per_channel];
        if (scale != 0.0 && scale != scales[e]) {
            throw unsupported_model(
                quantised.graph->source,
                {{quantised.graph->nodes[id].name, "Transpose",
                  "one channel mixes input channels that have different deviations",
                  "use one standard deviation for all input channels"}});
        }
        scale = scales[e];
    }
    return result;
}

std::vector<channel_facts> facts_of(const quantised_graph& quantised, node_id id) {
    const sum_node& sum = *quantised.graph->nodes[id].as_sum();
    std::vector<channel_facts> all(channels_of(*quantised.graph, id));
    const quantised_node& q = quantised.nodes[id];
    for (std::size_t c = 0; c < all.size(); ++c) {
        all[c].step = q.scale.empty() ? 1.0 : q.scale[c];
        if (!sum.slopes.empty()) { all[c].slope = static_cast<double>(sum.slopes[c]); }
    }
    for (std::size_t i = 0; i < sum.bias.size(); ++i) {
        channel_facts& c = all[i / (sum.bias.size() / all.size())];
        c.bias = std::max(c.bias, std::abs(static_cast<double>(sum.bias[i])));
    }
    for (const term& t : sum.terms) {
        if (weights_of(t) != nullptr) {
            const std::vector<double> scaled = scaled_weights(quantised, id, t);
            for (std::size_t i = 0; i < scaled.size(); ++i) {
                channel_facts& c = all[channel_of_weight(*quantised.graph, id, t, i)];
                c.largest_weight = std::max(c.largest_weight, std::abs(scaled[i]));
            }
        } else {
            add_gains(quantised, id, t, all);
        }
    }
    return all;
}

bool copies_codes(const quantised_node& q) {
    const auto one = [](auto v) { return v == 1; };
    const auto zero = [](auto v) { return v == 0; };
    return !q.theta.empty() && !q.table && q.terms.size() == 1 && q.terms[0].parts.size() == 1
           && q.terms[0].parts[0].high.empty() && std::all_of(q.theta.begin(), q.theta.end(), one)
           && std::all_of(q.terms[0].parts[0].low.begin(), q.terms[0].parts[0].low.end(), one)
           && std::all_of(q.bias.begin(), q.bias.end(), zero);
}

std::vector<double> element_scales(const quantised_graph& quantised, node_id node) {
    const neuron_graph& graph = *quantised.graph;
    std::vector<double> scales;
    for (const element_source& e : resolve_elements(graph, node)) {
        if (e.element < 0) {
            scales.push_back(0.0);
            continue;
        }
        const std::size_t positions = population_shape(graph.nodes[e.node].item).positions();
        scales.push_back(
            quantised.nodes[e.node].scale[static_cast<std::size_t>(e.element) / positions]);
    }
    return scales;
}

std::vector<double> element_zeros(const quantised_graph& quantised, node_id node) {
    const neuron_graph& graph = *quantised.graph;
    std::vector<double> zeros;
    for (const element_source& e : resolve_elements(graph, node)) {
        const bool constant = e.element < 0 || quantised.nodes[e.node].zero.empty();
        const std::size_t positions =
            constant ? 1 : population_shape(graph.nodes[e.node].item).positions();
        zeros.push_back(
            constant
                ? 0.0
                : quantised.nodes[e.node].zero[static_cast<std::size_t>(e.element) / positions]);
    }
    return zeros;
}

}  // namespace synfire::converters
