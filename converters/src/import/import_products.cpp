// SPDX-License-Identifier: Apache-2.0
// Convolutions and dense layers: the file's weights, thresholds from its scales.
#include <algorithm>
#include <cmath>
#include <type_traits>
#include <utility>

#include "../quantise/scaled_terms.hpp"
#include "import_context.hpp"
#include "product_integers.hpp"
#include "weight_digits.hpp"

namespace synfire::converters {

namespace {

/// Fractions of one unit to which outputs on scales of their own are brought together.
constexpr std::int64_t output_fractions = 4096;

code_map product_map(const integer_product& product, const product_channel& ch, double out,
                     code_range range) {
    const std::int64_t first = ch.first + ch.bias;
    const std::int64_t last = ch.last + ch.bias;
    if (ch.real_bias == 0.0) {
        // In this order, in single precision: as ONNX Runtime multiplies the three scales.
        const float multiplier = product.in_scale * ch.scale / static_cast<float>(out);
        return requantised(first, last, multiplier, range);
    }
    const double unit = static_cast<double>(product.in_scale) * static_cast<double>(ch.scale);
    const double bias = ch.real_bias;
    return rounded(
        first, last, unit / out, range,
        [unit, out, bias](std::int64_t acc) {
            return (static_cast<double>(acc) * unit + bias) / out;
        },
        blur_of(range));
}

channel_problem problem_of(import_context& context, node_id id, const integer_product& product,
                           std::size_t c) {
    const quantised_node& q = context.quantised.nodes[id];
    const product_channel& ch = product.channels[c];
    channel_problem problem;
    problem.map = product_map(product, ch, q.scale[c], q.range);
    problem.largest_weight = ch.largest_weight;
    problem.limits =
        limits_of(context.first_step(id), std::max(ch.last, -ch.first) + std::abs(ch.bias));
    if (is_sound(context, id, problem.map, problem.limits)) {
        problem.boundaries = boundaries_of(problem.map);
    }
    return problem;
}

/// The same term without real weights: the digits behind the first add nothing to the real network.
term silent_copy(const term& t) {
    term copy = t;
    std::visit(
        [](auto& kind) {
            if constexpr (requires { kind.weights; }) {
                std::fill(kind.weights.begin(), kind.weights.end(), 0.0F);
            }
        },
        copy.kind);
    return copy;
}

/// Weights times factors: a shift where all factors are one power of two; otherwise as many terms
/// as the products have digits.
void set_terms(import_context& context, node_id id, const integer_product& product,
               const std::vector<threshold_fit>& fits) {
    sum_node& sum = context.sum_of(id);
    const std::int64_t common = fits.front().factor;
    const bool together = (common & (common - 1)) == 0
                          && std::all_of(fits.begin(), fits.end(), [&](const threshold_fit& f) {
                                 return f.factor == common;
                             });
    int shift = 0;
    while (together && (std::int64_t{1} << shift) < common) { ++shift; }
    std::vector<std::int64_t> values = product.weights;
    for (std::size_t i = 0; i < values.size() && !together; ++i) {
        values[i] *= fits[channel_of_weight(context.graph, id, sum.terms[0], i)].factor;
    }
    auto digits = weight_digits(std::move(values));
    for (std::size_t d = 0; d < digits.size(); ++d) {
        if (d > 0) { sum.terms.push_back(silent_copy(sum.terms[0])); }
        context.integers(id).terms.push_back(
            {std::move(digits[d]), shift + static_cast<int>(d) * digit_shift, {}});
    }
}

/// The file's integers of the node's only term; refuses where they do not fix it.
integer_product read(import_context& context, node_id id) {
    integer_product product = read_product(context.quantised, id, context.sum_of(id).terms[0]);
    if (!product.refusal.empty()) { context.refuse(id, product.refusal, product.hint); }
    return product;
}

}  // namespace

void import_product(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    if (sum.function || !sum.slopes.empty()) {
        context.refuse(id,
                       "an activation other than Relu or Clip stands between product and rounding",
                       "quantise the product before the activation");
        return;
    }
    const integer_product product = read(context, id);
    if (!product.refusal.empty()) { return; }
    std::vector<channel_problem> problems;
    for (std::size_t c = 0; c < context.channels(id); ++c) {
        problems.push_back(problem_of(context, id, product, c));
        if (!context.refusals.empty()) { return; }
    }
    auto fits = fit_together(problems);
    if (!fits) {
        fits.emplace();
        for (const channel_problem& p : problems) { fits->push_back(fit_alone(p, three_weights)); }
    }
    context.set_thresholds(id, *fits);
    set_terms(context, id, product, *fits);
    for (std::size_t c = 0; c < fits->size(); ++c) {
        context.integers(id).bias.push_back((*fits)[c].factor * product.channels[c].bias
                                            + (*fits)[c].offset);
    }
    context.layers.push_back(certify(context, id, problems, *fits));
}

void read_out_product(import_context& context, node_id id) {
    const integer_product product = read(context, id);
    if (!product.refusal.empty()) { return; }
    float largest = 0.0F;
    bool exact = true;
    for (const product_channel& ch : product.channels) {
        largest = std::max(largest, ch.scale);
        exact = exact && ch.real_bias == 0.0 && ch.scale == product.channels[0].scale;
    }
    const std::int64_t whole = exact ? 1 : output_fractions;
    const double unit = static_cast<double>(product.in_scale) * static_cast<double>(largest)
                        / static_cast<double>(whole);
    std::vector<threshold_fit> fits;
    for (const product_channel& ch : product.channels) {
        threshold_fit fit;
        fit.factor = std::llround(static_cast<double>(whole) * static_cast<double>(ch.scale)
                                  / static_cast<double>(largest));
        fits.push_back(fit);
        context.integers(id).bias.push_back(fit.factor * ch.bias
                                            + std::llround(ch.real_bias / unit));
    }
    set_terms(context, id, product, fits);
    context.integers(id).scale.assign(context.channels(id), unit);
    imported_layer layer = context.new_layer(id, exact ? "sums" : "scaled sums");
    layer.own_factors = !exact;
    context.layers.push_back(std::move(layer));
}

}  // namespace synfire::converters
