// SPDX-License-Identifier: Apache-2.0
#include "integer_executor.hpp"

#include <algorithm>
#include <cmath>

#include "convolution.hpp"
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

/// Integers up to here are exact in single precision.
constexpr std::int64_t single_limit = std::int64_t{1} << 24;

std::int64_t largest_code(const quantised_graph& quantised, node_id source) {
    std::int64_t largest = 0;
    for (const element_source& e : resolve_elements(*quantised.graph, source)) {
        if (e.element < 0) { continue; }
        const code_range& range = quantised.nodes[e.node].range;
        largest = std::max<std::int64_t>({largest, range.hi, -range.lo});
    }
    return largest;
}

}  // namespace

bool single_precision_is_exact(const quantised_graph& quantised, node_id id, std::size_t index) {
    const graph_node& node = quantised.graph->nodes[id];
    const term& t = node.as_sum()->terms[index];
    if (!std::holds_alternative<conv_term>(t.kind)) { return false; }
    const std::vector<std::int8_t>& weights = quantised.nodes[id].terms[index].weights;
    const std::size_t row =
        weights.size() / static_cast<std::size_t>(population_shape(node.item).channels);
    const std::int64_t code = largest_code(quantised, t.source);
    for (std::size_t at = 0; at < weights.size(); at += row) {
        std::int64_t total = 0;
        for (std::size_t i = at; i < at + row; ++i) { total += std::abs(weights[i]) * code; }
        if (total >= single_limit) { return false; }
    }
    return true;
}

namespace {

/// Neurons that fire by table: the rounded potential is looked up.
std::int32_t tabulated_code(std::int64_t x, std::int64_t theta, const fire_table& table) {
    const std::int32_t k = rounded_code(x, theta, {table.k_lo, table.k_hi});
    return table.table[static_cast<std::size_t>(k - table.k_lo)];
}

/// As the encoders of phase codes and rates take 8-bit data (docs/reference/semantics.md 7).
double byte_code(double raw, const quantised_node& q, bool rate) {
    return rate ? std::floor((raw * q.window.steps + 127.0) / 255.0)
                : std::floor(raw / q.code_step);
}

}  // namespace

std::vector<std::int32_t> input_codes(const quantised_graph& quantised, const dataset& data,
                                      std::size_t sample) {
    std::vector<std::int32_t> codes;
    for (node_id id = 0; id < input_count(*quantised.graph); ++id) {
        const graph_node& node = quantised.graph->nodes[id];
        const quantised_node& q = quantised.nodes[id];
        const bool eight_bit = std::get<input_node>(node.kind).encoding.eight_bit;
        const auto lo = static_cast<double>(q.range.lo);
        const auto hi = static_cast<double>(q.range.hi);
        const bool rate = q.window.kind == coding::rate;
        for (const double raw : raw_input(node, data.input(id), sample)) {
            const double code = eight_bit ? byte_code(raw, q, rate) : std::round(raw / q.code_step);
            codes.push_back(static_cast<std::int32_t>(std::clamp(code, lo, hi)));
        }
    }
    return codes;
}

integer_executor::integer_executor(const quantised_graph& quantised)
    : quantised_(quantised),
      single_(quantised.nodes.size()),
      codes_(quantised.nodes.size()),
      potentials_(quantised.nodes.size()) {
    for (node_id id = 0; id < quantised.nodes.size(); ++id) { refresh(id); }
}

void integer_executor::refresh(node_id id) {
    single_[id].clear();
    for (std::size_t i = 0; i < quantised_.nodes[id].terms.size(); ++i) {
        single_[id].push_back(single_precision_is_exact(quantised_, id, i));
    }
}

void integer_executor::add_exactly(node_id id, std::size_t index) {
    const neuron_graph& graph = *quantised_.graph;
    const term& t = graph.nodes[id].as_sum()->terms[index];
    const quantised_term& q = quantised_.nodes[id].terms[index];
    const auto& conv = std::get<conv_term>(t.kind);
    const std::vector<std::int32_t>& codes = codes_[t.source];
    const std::vector<float> in(codes.begin(), codes.end());
    const std::vector<float> weights(q.weights.begin(), q.weights.end());
    std::vector<std::int64_t>& x = potentials_[id];
    std::vector<float> apart(x.size(), 0.0F);
    add_unrolled_convolution({apart, population_shape(graph.nodes[id].item)},
                             {in, population_shape(graph.nodes[t.source].item)},
                             {weights, conv.geometry, conv.groups});
    const auto factor = std::int64_t{1} << q.shift;
    for (std::size_t e = 0; e < x.size(); ++e) {
        x[e] += static_cast<std::int64_t>(apart[e]) * factor;
    }
}

void integer_executor::run_sum(node_id id, const sum_node& sum) {
    const quantised_node& q = quantised_.nodes[id];
    const shape to = population_shape(quantised_.graph->nodes[id].item);
    std::vector<std::int64_t>& x = potentials_[id];
    x.resize(to.neurons());
    const std::size_t block = x.size() / q.bias.size();
    for (std::size_t e = 0; e < x.size(); ++e) { x[e] = q.bias[e / block]; }
    for (std::size_t i = 0; i < sum.terms.size(); ++i) {
        if (single_[id][i]) {
            add_exactly(id, i);
        } else {
            add_quantised_term<std::int64_t, std::int32_t>(x, codes_[sum.terms[i].source],
                                                           quantised_, id, i);
        }
    }
    if (!sum.readout) { fire(id); }
}

void integer_executor::fire(node_id id) {
    const quantised_node& q = quantised_.nodes[id];
    const std::vector<std::int64_t>& x = potentials_[id];
    const std::size_t positions = x.size() / q.theta.size();
    codes_[id].resize(x.size());
    for (std::size_t e = 0; e < x.size(); ++e) {
        const std::size_t c = e / positions;
        const bool below = x[e] < 0 && !q.theta_neg.empty();
        const std::int32_t theta = below ? q.theta_neg[c] : q.theta[c];
        codes_[id][e] =
            q.table ? tabulated_code(x[e], theta, *q.table) : rounded_code(x[e], theta, q.range);
    }
}

void integer_executor::fire_again(node_id id, std::span<const std::int64_t> change) {
    std::vector<std::int64_t>& x = potentials_[id];
    const std::size_t positions = x.size() / change.size();
    for (std::size_t e = 0; e < x.size(); ++e) { x[e] += change[e / positions]; }
    fire(id);
}

void integer_executor::forget(node_id id) {
    codes_[id] = {};
    potentials_[id] = {};
}

void integer_executor::set_input(std::span<const std::int32_t> codes) {
    for (node_id id = 0; id < input_count(*quantised_.graph); ++id) {
        const auto own = codes.first(population_shape(quantised_.graph->nodes[id].item).neurons());
        codes_[id].assign(own.begin(), own.end());
        codes = codes.subspan(own.size());
    }
}

void integer_executor::run_node(node_id id) {
    const neuron_graph& graph = *quantised_.graph;
    const graph_node& node = graph.nodes[id];
    if (const auto* sum = node.as_sum()) {
        run_sum(id, *sum);
    } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
        codes_[id].resize(static_cast<std::size_t>(element_count(node.item)));
        const shape from = population_shape(graph.nodes[pool->source].item);
        max_pool_windows<std::int32_t>({codes_[id], population_shape(node.item)},
                                       {codes_[pool->source], from}, pool->geometry);
    } else if (const auto* view = std::get_if<view_node>(&node.kind)) {
        gather_view(*view, codes_, codes_[id]);
    }
}

void integer_executor::run(std::span<const std::int32_t> codes) {
    set_input(codes);
    for (node_id id = 0; id < quantised_.nodes.size(); ++id) { run_node(id); }
}

}  // namespace synfire::converters
