// SPDX-License-Identifier: Apache-2.0
#include "summary.hpp"

#include <algorithm>
#include <cmath>

namespace synfire::converters {

namespace {

void add(const error_parts& from, error_parts& to) {
    to.weights += from.weights;
    to.rounding += from.rounding;
    to.clipping += from.clipping;
}

void add(const layer_sums& from, layer_sums& to) {
    to.signal += from.signal;
    to.potential_signal += from.potential_signal;
    add(from.own, to.own);
    to.accumulated += from.accumulated;
    to.alone += from.alone;
    add(from.alone_parts, to.alone_parts);
}

double root(double error, double signal) { return signal > 0.0 ? std::sqrt(error / signal) : 0.0; }

/// Name, shape and thresholds.
layer_explanation describe(const quantised_graph& quantised, node_id id) {
    const graph_node& node = quantised.graph->nodes[id];
    const quantised_node& q = quantised.nodes[id];
    layer_explanation layer;
    layer.name = node.name;
    layer.shape = population_shape(node.item);
    layer.input = node.as_sum() == nullptr;
    layer.readout = !layer.input && node.as_sum()->readout;
    if (!q.theta.empty()) {
        layer.theta_min = *std::min_element(q.theta.begin(), q.theta.end());
        layer.theta_max = *std::max_element(q.theta.begin(), q.theta.end());
    }
    return layer;
}

/// `total`: squared relative error of the output.
void add_errors(const std::vector<sample_sums>& samples, std::size_t i, double total,
                layer_explanation& layer) {
    layer_sums all;
    double removed = 0.0;
    for (const sample_sums& s : samples) {
        add(s.layers[i], all);
        removed += s.plain_error - s.layers[i].without;
        layer.answers_changed += s.layers[i].answer_changed ? 1 : 0;
    }
    const auto share = [&](double error) { return total > 0.0 ? error / total : 0.0; };
    layer.own = {root(all.own.weights, all.potential_signal), root(all.own.rounding, all.signal),
                 root(all.own.clipping, all.signal)};
    layer.accumulated = root(all.accumulated, all.signal);
    layer.alone = share(all.alone);
    layer.alone_parts = {share(all.alone_parts.weights), share(all.alone_parts.rounding),
                         share(all.alone_parts.clipping)};
    layer.removed = share(removed);
}

}  // namespace

explanation summarise(const quantised_graph& quantised, const std::vector<node_id>& layers,
                      const std::vector<sample_sums>& samples) {
    explanation result;
    result.samples = samples.size();
    double error = 0.0;
    double plain = 0.0;
    double pruning = 0.0;
    for (const sample_sums& s : samples) {
        error += s.error;
        plain += s.plain_error;
        pruning += s.pruning_error;
        result.answers_changed += s.answer_changed ? 1 : 0;
        result.pruning_answers += s.pruning_changed_answer ? 1 : 0;
    }
    result.error = std::sqrt(error);
    result.plain_error = std::sqrt(plain);
    result.pruning_error = std::sqrt(pruning);
    result.interaction = plain > 0.0 ? 1.0 : 0.0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        layer_explanation layer = describe(quantised, layers[i]);
        add_errors(samples, i, plain, layer);
        result.interaction -= layer.alone;
        result.layers.push_back(std::move(layer));
    }
    return result;
}

}  // namespace synfire::converters
