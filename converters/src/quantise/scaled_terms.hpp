// SPDX-License-Identifier: Apache-2.0
// Terms in units of their sources' codes: what thresholds and integer weights are chosen from.
#pragma once

#include <vector>

#include "quantised_graph.hpp"
#include "threshold.hpp"

namespace synfire::converters {

/// Weights of convolutions, linear and sparse terms, which set the grid; null for the others.
const std::vector<float>* weights_of(const term& t);

/// Factors of identity and pool terms.
const std::vector<float>& gain_of(const term& t);

/// The populations that a node's elements come from, views looked through, in order of appearance.
std::vector<node_id> populations_of(const neuron_graph& graph, node_id id);

/// Per node: true where a reader takes elements of several of its channels for one channel, so that
/// they need one scale.
std::vector<bool> mixed_populations(const neuron_graph& graph);

/// Target channel of weight number i of a weighted term of node `id`.
std::size_t channel_of_weight(const neuron_graph& graph, node_id id, const term& t, std::size_t i);

/// Source channel of weight number i of a convolution; `from` is the shape of its source.
std::size_t source_channel(const conv_term& conv, const shape& from, std::size_t out_channels,
                           std::size_t i);

/// W * s_in, in the layout of the weights.
std::vector<double> scaled_weights(const quantised_graph& quantised, node_id id, const term& t);

/// Scale of the elements that each target channel takes from one population, 0 where it takes none.
/// Throws unsupported_model where one channel mixes elements of different scales.
std::vector<double> part_scales(const quantised_graph& quantised, node_id id, const term& t,
                                node_id population);

/// Per channel of sum node `id`; the node's scales must be set (read-outs: not needed).
std::vector<channel_facts> facts_of(const quantised_graph& quantised, node_id id);

}  // namespace synfire::converters
