// SPDX-License-Identifier: Apache-2.0
// What the steps of an import share: the graph, the integers found so far, certificates and
// refusals.
#pragma once

#include <string>
#include <vector>

#include <synfire/converters/convert.hpp>
#include <synfire/core/error.hpp>

#include "../quantise/quantised_graph.hpp"
#include "channel_fit.hpp"

namespace synfire::converters {

struct import_context {
    neuron_graph& graph;
    quantised_graph quantised;
    std::vector<imported_layer> layers;
    std::vector<refusal> refusals;

    std::size_t channels(node_id id) const;
    sum_node& sum_of(node_id id) { return std::get<sum_node>(graph.nodes[id].kind); }
    quantised_node& integers(node_id id) { return quantised.nodes[id]; }
    /// Value of the first step of the node's window.
    std::int64_t first_step(node_id id) const;
    void refuse(node_id id, std::string reason, std::string hint);

    imported_layer new_layer(node_id id, std::string method) const;
    void set_thresholds(node_id id, const std::vector<threshold_fit>& fits);
    /// An identity or pool term with these factors, one per channel.
    void set_parts(node_id id, const term& t, const std::vector<std::int64_t>& factors);
};

/// Single precision of the model's own real arithmetic, in codes: a few roundings of values up to
/// the largest code.
double blur_of(const code_range& range);

/// Refuses scales whose ratios leave single precision, and accumulators or thresholds beyond 32
/// bits; true where the problem can be solved.
bool is_sound(import_context& context, node_id id, const code_map& map, const fit_limits& limits);

/// Every boundary of every channel compared with the neuron's own rule.
imported_layer certify(const import_context& context, node_id id,
                       const std::vector<channel_problem>& problems,
                       const std::vector<threshold_fit>& fits);

/// A sum of one weighted term that is rounded, or that is an output.
void import_product(import_context& context, node_id id);
void read_out_product(import_context& context, node_id id);

/// One element, or the mean of a window, rounded to another grid; a function of one code.
void import_single(import_context& context, node_id id);
/// An output that is the codes of another layer.
void read_out_codes(import_context& context, node_id id);

/// Two codes on scales of their own, added and rounded.
void import_pair(import_context& context, node_id id);

/// The codes that elements of one channel of a term may have, and the scale that they share.
struct channel_source {
    code_range range{0, 0};
    double scale = 0.0;
    node_id population = 0;
    std::size_t channel = 0;  ///< of that population
};

/// Refuses where a channel mixes scales.
channel_source source_of(import_context& context, node_id id, const term& t, std::size_t channel);

/// True where the term's elements include raw values that the model has not rounded itself.
bool reads_raw_input(const neuron_graph& graph, const term& t);

}  // namespace synfire::converters
