// SPDX-License-Identifier: Apache-2.0
// Outputs of a network as the trained one means them, and how far two of them are apart.
#pragma once

#include <span>
#include <vector>

#include "graph/integer_executor.hpp"
#include "graph/neuron_graph.hpp"

namespace synfire::converters {

/// All read-outs, in order.
std::vector<node_id> readouts_of(const neuron_graph& graph);

/// Real values of a read-out's potentials after a last ReLU; other host functions are left out, as
/// they bend the error.
template <typename Values>
std::vector<double> output_values(const sum_node& readout, const Values& values) {
    std::vector<double> out(values.begin(), values.end());
    for (const std::string& name : readout.host_functions) {
        if (name != "relu") { continue; }
        for (double& v : out) { v = v > 0.0 ? v : 0.0; }
    }
    return out;
}

/// Real values of the integer potentials of node `id`, ONNX order.
std::vector<double> real_potentials(const quantised_graph& quantised, node_id id,
                                    std::span<const std::int64_t> potentials);

/// Real values of the codes of node `id`, ONNX order.
std::vector<double> real_codes(const quantised_graph& quantised, node_id id,
                               std::span<const std::int32_t> codes);

/// What a population of the quantised network says in real units: codes, of read-outs potentials.
std::vector<double> real_values(const quantised_graph& quantised, node_id id,
                                const integer_executor& integers);

template <typename A, typename B>
double squared_distance(const A& a, const B& b) {
    double sum = 0.0;
    for (std::size_t e = 0; e < a.size(); ++e) {
        const double difference = static_cast<double>(a[e]) - static_cast<double>(b[e]);
        sum += difference * difference;
    }
    return sum;
}

template <typename A>
double squared_sum(const A& a) {
    double sum = 0.0;
    for (const auto v : a) { sum += static_cast<double>(v) * static_cast<double>(v); }
    return sum;
}

}  // namespace synfire::converters
