// SPDX-License-Identifier: Apache-2.0
#include "non_negative.hpp"

#include <algorithm>

namespace synfire::converters {

namespace {

const std::vector<float>& factors_of(const term& t) {
    if (const auto* conv = std::get_if<conv_term>(&t.kind)) { return conv->weights; }
    if (const auto* turned = std::get_if<conv_transpose_term>(&t.kind)) { return turned->weights; }
    if (const auto* linear = std::get_if<linear_term>(&t.kind)) { return linear->weights; }
    if (const auto* pool = std::get_if<pool_term>(&t.kind)) { return pool->gain; }
    if (const auto* sparse = std::get_if<sparse_term>(&t.kind)) { return sparse->weights; }
    return std::get<identity_term>(t.kind).gain;
}

bool all_non_negative(const std::vector<float>& values) {
    return std::all_of(values.begin(), values.end(), [](float v) { return v >= 0.0F; });
}

}  // namespace

void mark_non_negative(neuron_graph& graph) {
    for (graph_node& node : graph.nodes) {
        auto* sum = std::get_if<sum_node>(&node.kind);
        if (sum == nullptr || sum->readout || sum->function || sum->grid
            || !all_non_negative(sum->bias)) {
            continue;
        }
        const bool sure = std::all_of(sum->terms.begin(), sum->terms.end(), [&](const term& t) {
            return is_non_negative(graph, t.source) && all_non_negative(factors_of(t));
        });
        if (!sure) { continue; }
        sum->relu = true;
        sum->slopes.clear();  // of negative values, of which there are none
    }
}

}  // namespace synfire::converters
