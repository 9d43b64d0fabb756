// SPDX-License-Identifier: Apache-2.0
#include "import_integers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <synfire/core/error.hpp>

#include "../quantise/scaled_terms.hpp"
#include "import_context.hpp"
#include "input_codes.hpp"

namespace synfire::converters {

namespace {

constexpr code_range eight_bit_range{0, 255};
constexpr std::int32_t eight_bit_steps = 8;

std::int32_t steps_for(const code_range& range) {
    std::int32_t steps = 1;
    while ((1 << steps) - 1 < std::max(range.hi, -range.lo)) { ++steps; }
    return steps;
}

bool is_identity(const term& t) { return std::holds_alternative<identity_term>(t.kind); }

void import_input(import_context& context, node_id id, const input_node& input) {
    quantised_node& q = context.integers(id);
    const input_encoding& encoding = input.encoding;
    q.window = {coding::phase, eight_bit_steps, 0, 0};
    q.range = eight_bit_range;
    if (!encoding.eight_bit) {
        if (!input.grid) {
            context.refuse(id,
                           "real samples with a mean, or with several deviations, have no codes",
                           "normalise the data beforehand, or use 8-bit data");
            return;
        }
        q.range = {input.grid->lo, input.grid->hi};
        q.code_step =
            static_cast<double>(input.grid->scale.front()) * encoding.std.front() / encoding.scale;
    }
    for (std::size_t c = 0; c < context.channels(id); ++c) {
        const double std = encoding.std[encoding.std.size() == 1 ? 0 : c];
        const double mean = encoding.mean[encoding.mean.size() == 1 ? 0 : c];
        q.scale.push_back(input.grid ? static_cast<double>(input.grid->scale.front())
                                     : encoding.scale / std);
        q.zero.push_back(input.grid ? 0.0 : -mean / encoding.scale);
    }
}

void import_max_pool(import_context& context, node_id id, const max_pool_node& pool) {
    quantised_node& q = context.integers(id);
    const std::vector<double> scales = element_scales(context.quantised, pool.source);
    const std::size_t positions = scales.size() / context.channels(id);
    for (std::size_t c = 0; c < context.channels(id); ++c) {
        q.scale.push_back(scales[c * positions]);
    }
    const auto populations = populations_of(context.graph, pool.source);
    const quantised_node& source = context.integers(populations.front());
    const bool rounded =
        std::all_of(populations.begin(), populations.end(), [&](node_id population) {
            const quantised_node& other = context.integers(population);
            return grid_of(context.graph, population) && other.range == source.range
                   && other.window == source.window;
        });
    if (!rounded) {
        context.refuse(id,
                       "takes the largest of values that are not quantised, or not to one range",
                       "quantise its input");
        return;
    }
    q.window = source.window;
    q.range = source.range;
}

void set_codes(import_context& context, node_id id, const code_grid& grid) {
    quantised_node& q = context.integers(id);
    q.range = {grid.lo, grid.hi};
    q.window = {coding::phase, steps_for(q.range), 0, 0};
    for (std::size_t c = 0; c < context.channels(id); ++c) {
        q.scale.push_back(static_cast<double>(grid.scale[grid.scale.size() == 1 ? 0 : c]));
    }
}

/// Nothing but the model's own first rounding may read the raw input.
bool sources_are_codes(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    for (const term& t : sum.terms) {
        const bool rounds = sum.terms.size() == 1 && is_identity(t) && sum.grid;
        if (reads_raw_input(context.graph, t) && !rounds) {
            context.refuse(id, "reads the input before it is quantised",
                           "quantise the input of the model, too");
            return false;
        }
    }
    return true;
}

void import_firing(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    if (!sum.grid) {
        context.refuse(id, "its values are not quantised before the next layer reads them",
                       "quantise the activations behind every layer, as static quantisation does");
        return;
    }
    if (std::isfinite(sum.upper) && sum.grid->scale.size() > 1) {
        context.refuse(id, "an upper bound together with a scale per channel", "use one scale");
        return;
    }
    set_codes(context, id, *sum.grid);
    const bool weighted = std::any_of(sum.terms.begin(), sum.terms.end(),
                                      [](const term& t) { return weights_of(t) != nullptr; });
    const bool identities = std::all_of(sum.terms.begin(), sum.terms.end(), is_identity);
    const bool line = !sum.function && sum.slopes.empty();
    if (sum.terms.size() == 1) {
        weighted ? import_product(context, id) : import_single(context, id);
    } else if (sum.terms.size() == 2 && identities && line) {
        import_pair(context, id);
    } else {
        context.refuse(id, "adds values to a product, or more than two, before rounding them",
                       "quantise every sum of two, as static quantisation does");
    }
}

void import_readout(import_context& context, node_id id) {
    const sum_node& sum = context.sum_of(id);
    if (sum.terms.size() != 1) {
        context.refuse(id, "the output adds several values without rounding",
                       "quantise the output");
    } else if (weights_of(sum.terms[0]) != nullptr) {
        read_out_product(context, id);
    } else {
        read_out_codes(context, id);
    }
}

void import_node(import_context& context, node_id id) {
    const graph_node& node = context.graph.nodes[id];
    if (const auto* input = std::get_if<input_node>(&node.kind)) {
        import_input(context, id, *input);
    } else if (const auto* pool = std::get_if<max_pool_node>(&node.kind)) {
        import_max_pool(context, id, *pool);
    } else if (const auto* sum = node.as_sum(); sum != nullptr && sources_are_codes(context, id)) {
        sum->readout ? import_readout(context, id) : import_firing(context, id);
    }
}

}  // namespace

imported_integers import_integers(neuron_graph& graph) {
    merge_input_rounding(graph);
    import_context context{graph, {}, {}, {}};
    context.quantised.graph = &graph;
    context.quantised.nodes.resize(graph.nodes.size());
    // Behind a refused node the scales are missing, so the first one ends the import.
    for (node_id id = 0; id < graph.nodes.size() && context.refusals.empty(); ++id) {
        import_node(context, id);
    }
    if (!context.refusals.empty()) {
        throw unsupported_model(graph.source, std::move(context.refusals));
    }
    return {std::move(context.quantised), std::move(context.layers)};
}

}  // namespace synfire::converters
