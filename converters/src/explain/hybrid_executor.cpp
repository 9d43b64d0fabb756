// SPDX-License-Identifier: Apache-2.0
#include "hybrid_executor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "graph/convolution.hpp"
#include "graph/integer_executor.hpp"
#include "graph/kernels.hpp"
#include "graph/neuron_executor.hpp"
#include "graph/quantised_terms.hpp"
#include "graph/view_values.hpp"

namespace synfire::converters {

namespace {

/// round(x / theta), ties away from zero; exact for integers below 2^52.
double rounded(double x, double theta) {
    const double magnitude = std::floor((2.0 * std::abs(x) + theta) / (2.0 * theta));
    return x < 0.0 ? -magnitude : magnitude;
}

/// What one neuron sends, in units of its code, from its potential.
class firing {
  public:
    firing(const sum_node& sum, const quantised_node& q, const layer_parts& parts)
        : sum_(sum),
          q_(q),
          parts_(parts) {}

    double code(std::size_t channel, double x) const {
        return q_.table ? by_table(channel, x) : by_line(channel, x);
    }

  private:
    double by_line(std::size_t channel, double x) const {
        const bool below = x < 0.0 && !q_.theta_neg.empty();
        const double theta = below ? q_.theta_neg[channel] : q_.theta[channel];
        const double code = parts_.rounding ? rounded(x, theta) : x / theta;
        // The model's own limits stay where no clipping is asked for.
        const double scale = q_.scale[channel];
        double hi = static_cast<double>(sum_.upper) / scale;
        if (parts_.rounding) { hi = std::round(hi); }
        const double lo = sum_.relu ? 0.0 : -std::numeric_limits<double>::infinity();
        return clipped(std::clamp(code, lo, std::max(lo, hi)));
    }

    double by_table(std::size_t channel, double x) const {
        const fire_table& table = *q_.table;
        double k = parts_.rounding ? rounded(x, q_.theta[channel]) : x / q_.theta[channel];
        if (parts_.clipping) { k = std::clamp<double>(k, table.k_lo, table.k_hi); }
        if (parts_.clipping && parts_.rounding) {
            return table.table[static_cast<std::size_t>(k - table.k_lo)];
        }
        const double code = evaluate(*sum_.function, k * q_.table_step) / q_.scale[channel];
        return clipped(parts_.rounding ? std::round(code) : code);
    }

    double clipped(double code) const {
        return parts_.clipping ? std::clamp<double>(code, q_.range.lo, q_.range.hi) : code;
    }

    const sum_node& sum_;
    const quantised_node& q_;
    layer_parts parts_;
};

/// True for the node itself and all that read it, directly or not.
std::vector<bool> behind(const neuron_graph& graph, node_id changed) {
    std::vector<bool> reached(graph.nodes.size(), false);
    reached[changed] = true;
    for (node_id id = changed + 1; id < graph.nodes.size(); ++id) {
        for (const node_id source : sources_of(graph.nodes[id])) {
            if (reached[source]) { reached[id] = true; }
        }
    }
    return reached;
}

}  // namespace

hybrid_executor::hybrid_executor(const quantised_graph& quantised)
    : quantised_(quantised),
      single_(quantised.nodes.size()),
      ran_(quantised.nodes.size(), false),
      real_(quantised.nodes.size()),
      codes_(quantised.nodes.size()),
      potentials_(quantised.nodes.size()),
      scales_(quantised.nodes.size()),
      zeros_(quantised.nodes.size()) {
    for (node_id id = 0; id < quantised.nodes.size(); ++id) {
        const sum_node* sum = quantised.graph->nodes[id].as_sum();
        for (std::size_t i = 0; i < quantised.nodes[id].terms.size(); ++i) {
            single_[id].push_back(single_precision_is_exact(quantised, id, i));
        }
        if (sum != nullptr && sum->readout) { continue; }
        scales_[id] = element_scales(quantised, id);
        zeros_[id] = element_zeros(quantised, id);
    }
}

void hybrid_executor::run(const dataset& data, std::size_t sample, const layer_parts& parts) {
    data_ = &data;
    sample_ = sample;
    for (node_id id = 0; id < quantised_.nodes.size(); ++id) { run_node(id, parts); }
    ran_.assign(ran_.size(), true);
}

bool hybrid_executor::run_from(const hybrid_executor& base, node_id changed, const layer_parts& its,
                               const layer_parts& parts) {
    data_ = base.data_;
    sample_ = base.sample_;
    const neuron_graph& graph = *quantised_.graph;
    ran_ = behind(graph, changed);
    std::vector<bool> taken(ran_.size(), false);
    for (node_id id = changed; id < ran_.size(); ++id) {
        if (!ran_[id]) { continue; }
        for (const node_id source : sources_of(graph.nodes[id])) {
            if (!ran_[source] && !taken[source]) { take(base, source); }
            taken[source] = true;
        }
        run_node(id, id == changed ? its : parts);
        if (id == changed && real_[id] == base.real_[id] && codes_[id] == base.codes_[id]) {
            ran_.assign(ran_.size(), false);
            ran_[id] = true;
            return false;
        }
    }
    return true;
}

void hybrid_executor::take(const hybrid_executor& base, node_id id) {
    real_[id] = base.real_[id];
    codes_[id] = base.codes_[id];
}

void hybrid_executor::run_node(node_id id, const layer_parts& parts) {
    const graph_node& node = quantised_.graph->nodes[id];
    if (std::holds_alternative<input_node>(node.kind)) {
        run_input(id, parts);
    } else if (const auto* sum = node.as_sum()) {
        run_sum(id, *sum, parts);
    } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
        run_max_pool(id, *pool);
    } else {
        const auto& view = std::get<view_node>(node.kind);
        gather_view(view, real_, real_[id]);
        gather_view(view, codes_, codes_[id]);
    }
}

/// Real values of codes.
void hybrid_executor::from_codes(node_id id) {
    real_[id].resize(codes_[id].size());
    for (std::size_t e = 0; e < real_[id].size(); ++e) {
        real_[id][e] = static_cast<float>((static_cast<double>(codes_[id][e]) + zeros_[id][e])
                                          * scales_[id][e]);
    }
}

void hybrid_executor::to_codes(node_id id) {
    codes_[id].assign(real_[id].size(), 0.0F);
    for (std::size_t e = 0; e < codes_[id].size(); ++e) {
        if (scales_[id][e] <= 0.0) { continue; }
        codes_[id][e] =
            static_cast<float>(static_cast<double>(real_[id][e]) / scales_[id][e] - zeros_[id][e]);
    }
}

void hybrid_executor::run_input(node_id id, const layer_parts& parts) {
    const graph_node& node = quantised_.graph->nodes[id];
    const quantised_node& q = quantised_.nodes[id];
    const bool eight_bit = std::get<input_node>(node.kind).encoding.eight_bit;
    // Bits that 8-bit data lose are rounding; nothing of them is ever out of range.
    const bool clip = parts.clipping && !eight_bit;
    const std::vector<double> raw = raw_input(node, data_->input(id), sample_);
    real_[id] = real_input(node, data_->input(id), sample_);
    codes_[id].resize(raw.size());
    for (std::size_t e = 0; e < raw.size(); ++e) {
        const double exact = raw[e] / q.code_step;
        double code = exact;
        if (parts.rounding) { code = eight_bit ? std::floor(code) : std::round(code); }
        if (clip) { code = std::clamp<double>(code, q.range.lo, q.range.hi); }
        codes_[id][e] = static_cast<float>(code);
        if (code == exact) { continue; }
        real_[id][e] = static_cast<float>((code + zeros_[id][e]) * scales_[id][e]);
    }
}

void hybrid_executor::run_max_pool(node_id id, const max_pool_node& pool) {
    const graph_node& node = quantised_.graph->nodes[id];
    const shape to = population_shape(node.item);
    const shape from = population_shape(quantised_.graph->nodes[pool.source].item);
    real_[id].resize(to.neurons());
    codes_[id].resize(to.neurons());
    max_pool_windows<float>({real_[id], to}, {real_[pool.source], from}, pool.geometry);
    max_pool_windows<float>({codes_[id], to}, {codes_[pool.source], from}, pool.geometry);
}

void hybrid_executor::add_quantised(node_id id, const sum_node& sum) {
    const quantised_node& q = quantised_.nodes[id];
    std::vector<double>& x = potentials_[id];
    const std::size_t block = x.size() / q.bias.size();
    for (std::size_t e = 0; e < x.size(); ++e) { x[e] = static_cast<double>(q.bias[e / block]); }
    for (std::size_t i = 0; i < sum.terms.size(); ++i) {
        if (single_[id][i]) {
            add_unrolled(id, i, std::get<conv_term>(sum.terms[i].kind));
        } else {
            add_quantised_term<double, float>(x, codes_[sum.terms[i].source], quantised_, id, i);
        }
    }
    const std::size_t positions = x.size() / q.scale.size();
    for (std::size_t e = 0; e < x.size(); ++e) {
        real_[id][e] = static_cast<float>(x[e] * q.unit(e / positions));
    }
}

/// Faster, and exact where all codes are: those of a layer that is real are rounded to single
/// precision, as the trained network's values are.
void hybrid_executor::add_unrolled(node_id id, std::size_t index, const conv_term& conv) {
    const neuron_graph& graph = *quantised_.graph;
    const node_id source = graph.nodes[id].as_sum()->terms[index].source;
    const quantised_term& q = quantised_.nodes[id].terms[index];
    const std::vector<float> weights(q.weights.begin(), q.weights.end());
    std::vector<float> apart(potentials_[id].size(), 0.0F);
    add_unrolled_convolution({apart, population_shape(graph.nodes[id].item)},
                             {codes_[source], population_shape(graph.nodes[source].item)},
                             {weights, conv.geometry, conv.groups});
    const double factor = std::ldexp(1.0, q.shift);
    for (std::size_t e = 0; e < apart.size(); ++e) {
        potentials_[id][e] += static_cast<double>(apart[e]) * factor;
    }
}

void hybrid_executor::add_real(node_id id, const sum_node& sum) {
    const neuron_graph& graph = *quantised_.graph;
    const shape to = population_shape(graph.nodes[id].item);
    std::vector<float>& x = real_[id];
    const std::size_t block = x.size() / sum.bias.size();
    for (std::size_t e = 0; e < x.size(); ++e) { x[e] = sum.bias[e / block]; }
    for (const term& t : sum.terms) {
        const shape from = population_shape(graph.nodes[t.source].item);
        add_term(t, {real_[t.source], from}, {x, to});
    }
    const quantised_node& q = quantised_.nodes[id];
    for (std::size_t e = 0; e < x.size(); ++e) {
        potentials_[id][e] = static_cast<double>(x[e]) / q.unit(e / to.positions());
    }
}

void hybrid_executor::run_sum(node_id id, const sum_node& sum, const layer_parts& parts) {
    const std::size_t neurons = population_shape(quantised_.graph->nodes[id].item).neurons();
    real_[id].resize(neurons);
    potentials_[id].resize(neurons);
    if (copies_codes(quantised_.nodes[id])) {
        add_quantised(id, sum);
        codes_[id].assign(potentials_[id].begin(), potentials_[id].end());
        add_real(id, sum);  // the source's real values, as exact as they are there
        activate(sum, real_[id]);
        return;
    }
    parts.weights ? add_quantised(id, sum) : add_real(id, sum);
    if (!sum.readout) { fire(id, sum, parts); }
}

void hybrid_executor::fire(node_id id, const sum_node& sum, const layer_parts& parts) {
    if (!parts.rounding && !parts.clipping) {
        activate(sum, real_[id]);
        to_codes(id);
        return;
    }
    const firing neuron(sum, quantised_.nodes[id], parts);
    const std::vector<double>& x = potentials_[id];
    const std::size_t positions = x.size() / quantised_.nodes[id].scale.size();
    codes_[id].resize(x.size());
    for (std::size_t e = 0; e < x.size(); ++e) {
        codes_[id][e] = static_cast<float>(neuron.code(e / positions, x[e]));
    }
    from_codes(id);
}

}  // namespace synfire::converters
