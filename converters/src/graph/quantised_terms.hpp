// SPDX-License-Identifier: Apache-2.0
// One integer term applied to values of its source, in ONNX order.
#pragma once

#include <span>
#include <vector>

#include "../quantise/quantised_graph.hpp"
#include "kernels.hpp"

namespace synfire::converters {

namespace detail {

/// An identity term takes each element with the factor of the population that it comes from.
template <typename Acc, typename In>
void add_scaled_parts(std::span<Acc> out, std::span<const In> in, const quantised_graph& quantised,
                      node_id source, const quantised_term& q) {
    const std::vector<element_source> elements = resolve_elements(*quantised.graph, source);
    for (const scaled_part& part : q.parts) {
        const std::size_t positions = out.size() / part.low.size();
        for (std::size_t e = 0; e < out.size(); ++e) {
            if (elements[e].element < 0 || elements[e].node != part.population) { continue; }
            const std::size_t c = e / positions;
            const int high = part.high.empty() ? 0 : part.high[c];
            out[e] += static_cast<Acc>(part.low[c] + 128 * high) * static_cast<Acc>(in[e]);
        }
    }
}

template <typename Acc, typename In>
void add_scaled_windows(feature_map<Acc> out, feature_map<const In> in, const kernel_geometry& g,
                        const quantised_term& q) {
    for (const scaled_part& part : q.parts) {
        std::vector<int> factor;
        for (std::size_t c = 0; c < part.low.size(); ++c) {
            factor.push_back(part.low[c] + 128 * (part.high.empty() ? 0 : part.high[c]));
        }
        add_pool(out, in, g, std::span<const int>(factor));
    }
}

}  // namespace detail

/// out += term number `index` of sum node `id` applied to `in`, the values of the term's source.
/// Weighted terms are summed apart and shifted once.
template <typename Acc, typename In>
void add_quantised_term(std::span<Acc> out, std::span<const In> in,
                        const quantised_graph& quantised, node_id id, std::size_t index) {
    const neuron_graph& graph = *quantised.graph;
    const term& t = graph.nodes[id].as_sum()->terms[index];
    const quantised_term& q = quantised.nodes[id].terms[index];
    const feature_map<const In> from{in, population_shape(graph.nodes[t.source].item)};
    const shape to = population_shape(graph.nodes[id].item);
    const std::span<const std::int8_t> weights(q.weights);
    if (std::holds_alternative<identity_term>(t.kind)) {
        detail::add_scaled_parts(out, in, quantised, t.source, q);
        return;
    }
    if (const auto* pool = std::get_if<pool_term>(&t.kind)) {
        detail::add_scaled_windows<Acc, In>({out, to}, from, pool->geometry, q);
        return;
    }
    std::vector<Acc> apart(out.size(), Acc{});
    if (const auto* conv = std::get_if<conv_term>(&t.kind)) {
        add_convolution(feature_map<Acc>{apart, to}, from, weights, conv->geometry, conv->groups);
    } else if (const auto* turned = std::get_if<conv_transpose_term>(&t.kind)) {
        add_transposed_convolution(feature_map<Acc>{apart, to}, from, weights, turned->geometry,
                                   turned->groups);
    } else if (const auto* linear = std::get_if<linear_term>(&t.kind)) {
        if (linear->spatial_sum) {
            add_spatial_linear(std::span<Acc>(apart), from, weights);
        } else {
            add_linear(std::span<Acc>(apart), in, weights);
        }
    } else {
        const auto& sparse = std::get<sparse_term>(t.kind);
        add_sparse(std::span<Acc>(apart), in,
                   sparse_rows<std::int8_t>{sparse.row_ptr, sparse.column, weights});
    }
    const auto factor = static_cast<Acc>(std::int64_t{1} << q.shift);
    for (std::size_t e = 0; e < out.size(); ++e) { out[e] += apart[e] * factor; }
}

}  // namespace synfire::converters
