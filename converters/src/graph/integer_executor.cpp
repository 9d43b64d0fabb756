// SPDX-License-Identifier: Apache-2.0
#include "integer_executor.hpp"

#include <algorithm>
#include <cmath>

#include "neuron_executor.hpp"
#include "quantised_terms.hpp"
#include "view_values.hpp"

namespace synfire::converters {

namespace {

/// clamp(round(x / theta)), ties away from zero; written apart from core's neuron so that the two
/// check each other.
std::int32_t rounded_code(std::int64_t x, std::int64_t theta, const code_range& range) {
    const std::int64_t magnitude = (2 * std::abs(x) + theta) / (2 * theta);
    return static_cast<std::int32_t>(
        std::clamp<std::int64_t>(x < 0 ? -magnitude : magnitude, range.lo, range.hi));
}

/// Neurons that fire by table: the rounded potential is looked up.
std::int32_t tabulated_code(std::int64_t x, std::int64_t theta, const fire_table& table) {
    const std::int32_t k = rounded_code(x, theta, {table.k_lo, table.k_hi});
    return table.table[static_cast<std::size_t>(k - table.k_lo)];
}

}  // namespace

std::vector<std::int32_t> input_codes(const quantised_graph& quantised, const dataset& data,
                                      std::size_t sample) {
    const graph_node& node = quantised.graph->nodes[0];
    const quantised_node& q = quantised.nodes[0];
    const bool eight_bit = std::get<input_node>(node.kind).encoding.eight_bit;
    std::vector<std::int32_t> codes;
    for (const double raw : raw_input(node, data, sample)) {
        const double code =
            eight_bit ? std::floor(raw / q.code_step) : std::round(raw / q.code_step);
        codes.push_back(static_cast<std::int32_t>(
            std::clamp(code, static_cast<double>(q.range.lo), static_cast<double>(q.range.hi))));
    }
    return codes;
}

integer_executor::integer_executor(const quantised_graph& quantised)
    : quantised_(quantised),
      codes_(quantised.nodes.size()),
      potentials_(quantised.nodes.size()) {}

void integer_executor::run_sum(node_id id, const sum_node& sum) {
    const quantised_node& q = quantised_.nodes[id];
    const shape to = population_shape(quantised_.graph->nodes[id].item);
    std::vector<std::int64_t>& x = potentials_[id];
    x.resize(to.neurons());
    const std::size_t block = x.size() / q.bias.size();
    for (std::size_t e = 0; e < x.size(); ++e) { x[e] = q.bias[e / block]; }
    for (std::size_t i = 0; i < sum.terms.size(); ++i) {
        add_quantised_term<std::int64_t, std::int32_t>(x, codes_[sum.terms[i].source], quantised_,
                                                       id, i);
    }
    if (sum.readout) { return; }
    codes_[id].resize(x.size());
    for (std::size_t e = 0; e < x.size(); ++e) {
        const std::size_t c = e / to.positions();
        const bool below = x[e] < 0 && !q.theta_neg.empty();
        const std::int32_t theta = below ? q.theta_neg[c] : q.theta[c];
        codes_[id][e] =
            q.table ? tabulated_code(x[e], theta, *q.table) : rounded_code(x[e], theta, q.range);
    }
}

void integer_executor::run(std::span<const std::int32_t> codes) {
    const neuron_graph& graph = *quantised_.graph;
    for (node_id id = 0; id < graph.nodes.size(); ++id) {
        const graph_node& node = graph.nodes[id];
        if (std::holds_alternative<input_node>(node.kind)) {
            codes_[id].assign(codes.begin(), codes.end());
        } else if (const auto* sum = node.as_sum()) {
            run_sum(id, *sum);
        } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
            codes_[id].resize(static_cast<std::size_t>(element_count(node.item)));
            const shape from = population_shape(graph.nodes[pool->source].item);
            max_pool_windows<std::int32_t>({codes_[id], population_shape(node.item)},
                                           {codes_[pool->source], from}, pool->geometry);
        } else {
            gather_view(std::get<view_node>(node.kind), codes_, codes_[id]);
        }
    }
}

}  // namespace synfire::converters
