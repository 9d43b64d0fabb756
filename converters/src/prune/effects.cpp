// SPDX-License-Identifier: Apache-2.0
#include "effects.hpp"

#include <algorithm>
#include <numeric>
#include <span>

#include "../quantise/lifetimes.hpp"
#include "../quantise/scaled_terms.hpp"
#include "stepped_samples.hpp"

namespace synfire::converters {

namespace {

/// Mean and variance of equal parts of some values.
struct part_moments {
    std::vector<double> mean;
    std::vector<double> variance;
};

struct running_moments {
    double sum = 0.0;
    double squares = 0.0;
    std::size_t count = 0;

    void add(double x) {
        sum += x;
        squares += x * x;
        ++count;
    }
    double mean() const { return sum / static_cast<double>(count); }
    double variance() const {
        return std::max(0.0, squares / static_cast<double>(count) - mean() * mean());
    }
};

/// Moments of `parts` equal parts of some values of every sample; with `summed` of each part's sum.
template <typename Values>
part_moments moments_of(const stepped_samples& samples, std::size_t parts, bool summed,
                        const Values& values) {
    part_moments result{std::vector<double>(parts), std::vector<double>(parts)};
    const auto count = static_cast<std::ptrdiff_t>(parts);
#pragma omp parallel for schedule(static)
    for (std::ptrdiff_t p = 0; p < count; ++p) {
        const auto part = static_cast<std::size_t>(p);
        running_moments moments;
        for (std::size_t i = 0; i < samples.size(); ++i) {
            const std::span<const float> all = values(samples[i]);
            const std::size_t length = all.size() / parts;
            const auto own = all.subspan(part * length, length);
            if (summed) {
                moments.add(std::accumulate(own.begin(), own.end(), 0.0));
            } else {
                for (const float x : own) { moments.add(static_cast<double>(x)); }
            }
        }
        result.mean[part] = moments.mean();
        result.variance[part] = moments.variance();
    }
    return result;
}

part_moments moments_of_term(const neuron_graph& graph, const stepped_samples& samples,
                             const term& t) {
    const shape from = population_shape(graph.nodes[t.source].item);
    const auto* linear = std::get_if<linear_term>(&t.kind);
    const bool elements = linear != nullptr && !linear->spatial_sum;
    const std::size_t parts = elements ? from.neurons() : static_cast<std::size_t>(from.channels);
    return moments_of(samples, parts, linear != nullptr && linear->spatial_sum,
                      [&](const neuron_executor& e) { return e.value(t.source); });
}

std::size_t channels_of(const graph_node& node) {
    return static_cast<std::size_t>(population_shape(node.item).channels);
}

term_effects effects_of_term(const neuron_graph& graph, const stepped_samples& samples, node_id id,
                             const term& t, double power) {
    if (!is_prunable(t)) { return {}; }
    const part_moments moments = moments_of_term(graph, samples, t);
    const std::vector<float>& weights = *weights_of(t);
    const std::size_t channels = channels_of(graph.nodes[t.source]);
    const std::size_t per_channel = moments.variance.size() / channels;
    const double unit = power > 0.0 ? 1.0 / power : 0.0;
    term_effects effects{moments.mean, std::vector<double>(weights.size()),
                         std::vector<double>(channels, 0.0)};
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const std::size_t column = column_of_weight(graph, id, t, i);
        const auto w = static_cast<double>(weights[i]);
        effects.weight[i] = w * w * moments.variance[column] * unit;
        effects.channel[column / per_channel] += effects.weight[i];
    }
    return effects;
}

}  // namespace

bool is_prunable(const term& t) {
    return std::holds_alternative<conv_term>(t.kind)
           || std::holds_alternative<conv_transpose_term>(t.kind)
           || std::holds_alternative<linear_term>(t.kind);
}

std::size_t column_of_weight(const neuron_graph& graph, node_id id, const term& t, std::size_t i) {
    const shape from = population_shape(graph.nodes[t.source].item);
    const auto channels = static_cast<std::size_t>(population_shape(graph.nodes[id].item).channels);
    if (const auto* conv = std::get_if<conv_term>(&t.kind)) {
        return source_channel(*conv, from, channels, i);
    }
    if (const auto* turned = std::get_if<conv_transpose_term>(&t.kind)) {
        return i / (turned->weights.size() / static_cast<std::size_t>(from.channels));
    }
    return i % (std::get<linear_term>(t.kind).weights.size() / channels);
}

layer_effects measure_effects(const neuron_graph& graph, const dataset& data, std::size_t samples) {
    stepped_samples runs(graph, data, samples_that_fit(graph, samples, 2 * sizeof(float)));
    layer_effects measured(graph.nodes.size());
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        runs.run_node(id);
        if (const sum_node* sum = graph.nodes[id].as_sum()) {
            const part_moments sums =
                moments_of(runs, channels_of(graph.nodes[id]), false,
                           [&](const neuron_executor& e) { return e.potential(id); });
            const double power = std::accumulate(sums.variance.begin(), sums.variance.end(), 0.0);
            for (const term& t : sum->terms) {
                measured[id].push_back(effects_of_term(graph, runs, id, t, power));
            }
        }
        runs.forget_behind(id);
    }
    return measured;
}

}  // namespace synfire::converters
