// SPDX-License-Identifier: Apache-2.0
#include "import_context.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "../quantise/scaled_terms.hpp"
#include "weight_digits.hpp"

namespace synfire::converters {

std::size_t import_context::channels(node_id id) const {
    return static_cast<std::size_t>(population_shape(graph.nodes[id].item).channels);
}

std::int64_t import_context::first_step(node_id id) const {
    return std::int64_t{1} << (quantised.nodes[id].window.steps - 1);
}

void import_context::refuse(node_id id, std::string reason, std::string hint) {
    refusals.push_back(
        {graph.nodes[id].name, "quantised model", std::move(reason), std::move(hint)});
}

imported_layer import_context::new_layer(node_id id, std::string method) const {
    imported_layer layer;
    layer.name = graph.nodes[id].name;
    layer.method = std::move(method);
    return layer;
}

void import_context::set_thresholds(node_id id, const std::vector<threshold_fit>& fits) {
    quantised_node& q = integers(id);
    for (const threshold_fit& f : fits) {
        q.theta.push_back(f.theta);
        if (q.range.lo < 0) { q.theta_neg.push_back(f.theta_neg); }
    }
}

void import_context::set_parts(node_id id, const term& t,
                               const std::vector<std::int64_t>& factors) {
    quantised_term q;
    for (const node_id population : populations_of(graph, t.source)) {
        q.parts.push_back(factor_digits(population, factors));
    }
    integers(id).terms.push_back(std::move(q));
}

double blur_of(const code_range& range) {
    return std::ldexp(static_cast<double>(std::max(range.hi, -range.lo)), -21);
}

bool is_sound(import_context& context, node_id id, const code_map& map, const fit_limits& limits) {
    if (!(map.step > 0.0) || !std::isfinite(1.0 / map.step)) {
        context.refuse(id, "the ratio of its scales is not finite", "check the model's scales");
        return false;
    }
    // Half a step beyond the last code that the threshold would have to tell apart.
    const bool fires = static_cast<double>(limits.magnitude) >= map.step / 2.0;
    if (limits.magnitude > limits.potential
        || (fires && map.step > static_cast<double>(limits.theta))) {
        context.refuse(id, "its accumulators or thresholds need more than 32 bits",
                       "a smaller fan-in, or scales nearer to each other");
        return false;
    }
    return true;
}

imported_layer certify(const import_context& context, node_id id,
                       const std::vector<channel_problem>& problems,
                       const std::vector<threshold_fit>& fits) {
    imported_layer layer = context.new_layer(id, "boundaries");
    layer.theta_min = std::numeric_limits<std::int32_t>::max();
    for (std::size_t c = 0; c < fits.size(); ++c) {
        layer.boundaries += problems[c].boundaries.size();
        layer.factor = std::max(layer.factor, fits[c].factor);
        layer.own_factors = layer.own_factors || fits[c].factor != fits.front().factor;
        layer.theta_min = std::min({layer.theta_min, fits[c].theta, fits[c].theta_neg});
        layer.theta_max = std::max({layer.theta_max, fits[c].theta, fits[c].theta_neg});
        if (fits[c].factor == 0) { continue; }
        for (const code_difference& d :
             compare_codes(problems[c].map, problems[c].boundaries, fits[c])) {
            (d.tie ? layer.ties : layer.different) += 1;
            if (layer.listed.size() < imported_layer::most_listed) {
                layer.listed.push_back({c, d.accumulator, d.model, d.network, d.tie});
            }
        }
    }
    return layer;
}

channel_source source_of(import_context& context, node_id id, const term& t, std::size_t channel) {
    const neuron_graph& graph = context.graph;
    const auto elements = resolve_elements(graph, t.source);
    const std::vector<double> scales = element_scales(context.quantised, t.source);
    const std::size_t block = elements.size() / context.channels(id);
    channel_source found;
    for (std::size_t e = channel * block; e < (channel + 1) * block; ++e) {
        if (elements[e].element < 0) { continue; }
        const code_range& range = context.quantised.nodes[elements[e].node].range;
        found.range = {std::min(found.range.lo, range.lo), std::max(found.range.hi, range.hi)};
        if (found.scale != 0.0 && found.scale != scales[e]) {
            context.refuse(id, "one channel mixes values on different scales",
                           "requantise them to one scale first");
            return found;
        }
        found.scale = scales[e];
        found.population = elements[e].node;
        found.channel = static_cast<std::size_t>(elements[e].element)
                        / population_shape(graph.nodes[elements[e].node].item).positions();
    }
    return found;
}

bool reads_raw_input(const neuron_graph& graph, const term& t) {
    const auto populations = populations_of(graph, t.source);
    return std::any_of(populations.begin(), populations.end(), [&](node_id population) {
        const auto* input = std::get_if<input_node>(&graph.nodes[population].kind);
        return input != nullptr && !input->grid;
    });
}

}  // namespace synfire::converters
