// SPDX-License-Identifier: Apache-2.0
#include "product_integers.hpp"

#include <algorithm>
#include <cmath>

#include "../quantise/scaled_terms.hpp"

namespace synfire::converters {

namespace {

float entry(const std::vector<float>& values, std::size_t channel) {
    return values[values.size() == 1 ? 0 : channel];
}

/// The scale that all elements of the source share, 0 where there is none.
double common_scale(const quantised_graph& quantised, node_id source) {
    double common = 0.0;
    for (const double s : element_scales(quantised, source)) {
        if (s == 0.0) { continue; }
        if (common != 0.0 && s != common) { return 0.0; }
        common = s;
    }
    return common;
}

code_range source_range(const quantised_graph& quantised, node_id source) {
    code_range range{0, 0};
    for (const node_id population : populations_of(*quantised.graph, source)) {
        const code_range& r = quantised.nodes[population].range;
        range = {std::min(range.lo, r.lo), std::max(range.hi, r.hi)};
    }
    return range;
}

void read_weights(const quantised_graph& quantised, node_id id, const term& t,
                  integer_product& product) {
    const std::vector<float>& real = *weights_of(t);
    const code_range codes = source_range(quantised, t.source);
    for (std::size_t i = 0; i < real.size(); ++i) {
        const std::size_t c = channel_of_weight(*quantised.graph, id, t, i);
        product_channel& ch = product.channels[c];
        const std::int64_t w =
            std::llround(static_cast<double>(real[i]) / static_cast<double>(ch.scale));
        product.weights.push_back(w);
        ch.first += std::min(w * codes.lo, w * codes.hi);
        ch.last += std::max(w * codes.lo, w * codes.hi);
        ch.largest_weight = std::max(ch.largest_weight, std::abs(w));
    }
}

/// An integer bias counts in accumulators only if its scale says so.
bool bias_fits(const stored_integers& stored, const integer_product& product) {
    if (stored.bias.size() != product.channels.size()) { return false; }
    for (std::size_t c = 0; c < product.channels.size(); ++c) {
        const float unit = product.in_scale * product.channels[c].scale;
        const float ratio = entry(stored.bias_scale, c) / unit;
        if (!(std::abs(ratio - 1.0F) <= 1e-4F)) { return false; }
    }
    return true;
}

}  // namespace

integer_product read_product(const quantised_graph& quantised, node_id id, const term& t) {
    const graph_node& node = quantised.graph->nodes[id];
    const sum_node& sum = *node.as_sum();
    integer_product product;
    if (!t.stored) {
        product.refusal = "its weights are real numbers, or something was folded into them";
        product.hint = "quantise the weights, too; fold normalisation before quantising";
        return product;
    }
    product.in_scale = static_cast<float>(common_scale(quantised, t.source));
    if (product.in_scale == 0.0F) {
        product.refusal = "its sources have different scales";
        product.hint = "requantise them to one scale before the product";
        return product;
    }
    const auto channels = static_cast<std::size_t>(population_shape(node.item).channels);
    if (sum.bias.size() != channels) {
        product.refusal = "adds a constant that differs within a channel";
        product.hint = "add one per channel";
        return product;
    }
    product.channels.resize(channels);
    const bool integer = !t.stored->bias.empty();
    for (std::size_t c = 0; c < channels; ++c) {
        product.channels[c].scale = entry(t.stored->weight_scale, c);
    }
    read_weights(quantised, id, t, product);
    const bool fits = integer && bias_fits(*t.stored, product);
    for (std::size_t c = 0; c < channels; ++c) {
        if (fits) { product.channels[c].bias = t.stored->bias[c]; }
        if (!fits) { product.channels[c].real_bias = static_cast<double>(sum.bias[c]); }
    }
    return product;
}

}  // namespace synfire::converters
