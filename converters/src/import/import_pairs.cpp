// SPDX-License-Identifier: Apache-2.0
// Residual additions: two codes, each on its own scale, added and rounded.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <utility>

#include "../quantise/scaled_terms.hpp"
#include "import_context.hpp"
#include "pair_fit.hpp"
#include "weight_digits.hpp"

namespace synfire::converters {

namespace {

/// Zero point of the file at a source; none at what only the converter rounds.
std::int32_t zero_of(const import_context& context, node_id id) {
    const auto grid = grid_of(context.graph, id);
    return grid ? grid->zero : 0;
}

pair_problem problem_of(import_context& context, node_id id, std::size_t c) {
    const sum_node& sum = context.sum_of(id);
    const quantised_node& q = context.integers(id);
    const channel_source a = source_of(context, id, sum.terms[0], c);
    const channel_source b = source_of(context, id, sum.terms[1], c);
    pair_problem problem;
    const auto out = static_cast<float>(q.scale[c]);
    problem.first = static_cast<float>(a.scale) / out * gain_of(sum.terms[0])[c];
    problem.second = static_cast<float>(b.scale) / out * gain_of(sum.terms[1])[c];
    problem.constant = sum.bias[c] / out;
    problem.zero_a = zero_of(context, a.population);
    problem.zero_b = zero_of(context, b.population);
    problem.zero = sum.grid->zero;
    problem.a = a.range;
    problem.b = b.range;
    problem.range = q.range;
    problem.largest_theta = limits_of(context.first_step(id), 1).theta;
    const float steepest = std::max(std::abs(problem.first), std::abs(problem.second));
    if (!std::isfinite(problem.constant) || !(steepest < static_cast<float>(two_weights))) {
        context.refuse(id, "one of the added scales is far larger than that of the sum",
                       "quantise the sum to a range that holds its parts");
    }
    return problem;
}

}  // namespace

void import_pair(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    if (sum.bias.size() != context.channels(id)) {
        context.refuse(id, "adds a constant that differs within a channel", "add one per channel");
        return;
    }
    quantised_node& q = context.integers(id);
    std::vector<std::pair<pair_problem, pair_fit>> known;
    std::vector<std::int64_t> first;
    std::vector<std::int64_t> second;
    imported_layer layer = context.new_layer(id, "pairs");
    layer.theta_min = std::numeric_limits<std::int32_t>::max();
    for (std::size_t c = 0; c < context.channels(id); ++c) {
        const pair_problem problem = problem_of(context, id, c);
        if (!context.refusals.empty()) { return; }
        auto at = std::find_if(known.begin(), known.end(),
                               [&](const auto& k) { return k.first == problem; });
        if (at == known.end()) {
            known.emplace_back(problem, fit_pairs(problem, two_weights));
            at = std::prev(known.end());
            layer.boundaries += at->second.pairs;
            layer.ties += at->second.ties;
            layer.different += at->second.different;
        }
        const pair_fit& fit = at->second;
        first.push_back(fit.first);
        second.push_back(fit.second);
        q.bias.push_back(fit.offset);
        q.theta.push_back(fit.theta);
        layer.theta_min = std::min(layer.theta_min, fit.theta);
        layer.theta_max = std::max(layer.theta_max, fit.theta);
    }
    context.set_parts(id, sum.terms[0], first);
    context.set_parts(id, sum.terms[1], second);
    context.layers.push_back(std::move(layer));
}

}  // namespace synfire::converters
