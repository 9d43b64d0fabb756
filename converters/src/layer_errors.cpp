// SPDX-License-Identifier: Apache-2.0
#include "layer_errors.hpp"

#include <algorithm>
#include <cmath>

#include "graph/neuron_executor.hpp"
#include "graph/quantised_terms.hpp"
#include "quantise/scaled_terms.hpp"

namespace synfire::converters {

namespace {

constexpr std::size_t weight_error_samples = 64;

/// Real values of a term's source in units of its code, counted from code 0.
std::vector<double> in_codes(const quantised_graph& quantised, node_id source,
                             std::span<const float> values) {
    const std::vector<double> scales = element_scales(quantised, source);
    const std::vector<double> zeros = element_zeros(quantised, source);
    std::vector<double> codes(values.size(), 0.0);
    for (std::size_t e = 0; e < codes.size(); ++e) {
        if (scales[e] > 0.0) { codes[e] = static_cast<double>(values[e]) / scales[e] - zeros[e]; }
    }
    return codes;
}

struct squared_error {
    double error = 0.0;
    double signal = 0.0;
};

void add_weight_error(const quantised_graph& quantised, node_id id, const neuron_executor& executor,
                      squared_error& total) {
    const neuron_graph& graph = *quantised.graph;
    const quantised_node& q = quantised.nodes[id];
    const sum_node& sum = *graph.nodes[id].as_sum();
    const auto real = executor.potential(id);
    std::vector<double> x(real.size());
    for (std::size_t e = 0; e < x.size(); ++e) {
        x[e] = static_cast<double>(q.bias[e / (x.size() / q.bias.size())]);
    }
    for (std::size_t i = 0; i < sum.terms.size(); ++i) {
        const node_id source = sum.terms[i].source;
        add_quantised_term<double, double>(x, in_codes(quantised, source, executor.value(source)),
                                           quantised, id, i);
    }
    for (std::size_t e = 0; e < x.size(); ++e) {
        const std::size_t c = e / (x.size() / q.scale.size());
        const double difference = x[e] * q.unit(c) - static_cast<double>(real[e]);
        total.error += difference * difference;
        total.signal += static_cast<double>(real[e]) * static_cast<double>(real[e]);
    }
}

double relative(double error, double signal) {
    return signal > 0.0 ? std::sqrt(error / signal) : 0.0;
}

std::size_t count_dead(const quantised_graph& quantised, node_id id) {
    const quantised_node& q = quantised.nodes[id];
    const sum_node& sum = *quantised.graph->nodes[id].as_sum();
    std::vector<bool> live(q.scale.size(), false);
    for (std::size_t k = 0; k < q.terms.size(); ++k) {
        const quantised_term& t = q.terms[k];
        for (std::size_t i = 0; i < t.weights.size(); ++i) {
            if (t.weights[i] == 0) { continue; }
            live[channel_of_weight(*quantised.graph, id, sum.terms[k], i)] = true;
        }
        for (const scaled_part& part : t.parts) {
            for (std::size_t c = 0; c < live.size(); ++c) {
                const bool high = !part.high.empty() && part.high[c] != 0;
                if (part.low[c] != 0 || high) { live[c] = true; }
            }
        }
    }
    return static_cast<std::size_t>(std::count(live.begin(), live.end(), false));
}

step_error code_error(const quantised_node& q, const calibration& measured, node_id id) {
    const auto& s = q.scale;
    if (std::all_of(s.begin(), s.end(), [&](double x) { return x == s.front(); })) {
        return error_of_step(measured.nodes[id], s.front(), q.range.hi);
    }
    step_error total;
    for (std::size_t c = 0; c < s.size(); ++c) {
        const step_error error = error_of_step(measured.channels[id][c], s[c], q.range.hi);
        total.clip += error.clip;
        total.round += error.round;
        total.power += error.power;
    }
    return total;
}

layer_report describe(const quantised_graph& quantised, const calibration& measured, node_id id) {
    const quantised_node& q = quantised.nodes[id];
    layer_report report;
    report.name = quantised.graph->nodes[id].name;
    report.dead_channels = count_dead(quantised, id);
    if (q.theta.empty()) { return report; }
    report.theta_min = *std::min_element(q.theta.begin(), q.theta.end());
    report.theta_max = *std::max_element(q.theta.begin(), q.theta.end());
    const step_error error = code_error(q, measured, id);
    report.error.clip = relative(error.clip, error.power);
    report.error.round = relative(error.round, error.power);
    return report;
}

}  // namespace

std::vector<layer_report> report_layers(const quantised_graph& quantised,
                                        const calibration& measured, const dataset& data) {
    const neuron_graph& graph = *quantised.graph;
    std::vector<node_id> sums;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        if (graph.nodes[id].as_sum() != nullptr) { sums.push_back(id); }
    }
    const std::size_t samples = std::min(measured.samples, weight_error_samples);
    std::vector<std::vector<squared_error>> errors(samples,
                                                   std::vector<squared_error>(sums.size()));
    std::vector<neuron_executor> executors(worker_count(), neuron_executor(graph));
    for_each_sample(samples, [&](std::size_t sample, std::size_t thread) {
        executors[thread].run(real_input(graph, data, sample));
        for (std::size_t i = 0; i < sums.size(); ++i) {
            add_weight_error(quantised, sums[i], executors[thread], errors[sample][i]);
        }
    });
    std::vector<layer_report> reports;
    for (std::size_t i = 0; i < sums.size(); ++i) {
        squared_error total;
        for (const std::vector<squared_error>& sample : errors) {
            total.error += sample[i].error;
            total.signal += sample[i].signal;
        }
        reports.push_back(describe(quantised, measured, sums[i]));
        reports.back().error.weights = relative(total.error, total.signal);
    }
    return reports;
}

}  // namespace synfire::converters
