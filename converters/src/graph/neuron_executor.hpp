// SPDX-License-Identifier: Apache-2.0
// Real-number execution of a neuron graph (level L1 of the ladder): calibration measures it.
#pragma once

#include <span>
#include <vector>

#include <synfire/core/dataset.hpp>

#include "kernels.hpp"
#include "neuron_graph.hpp"

namespace synfire::converters {

/// One sample of one input's data as the trained network sees it, in the order of the input node's
/// item: (raw * scale - mean) / std.
std::vector<float> real_input(const graph_node& input, const dataset& data, std::size_t sample);

/// The same for all inputs of the graph, one behind the other.
std::vector<float> real_input(const neuron_graph& graph, const dataset& data, std::size_t sample);

/// Raw value of each element in the order of the input node's item (channel first).
std::vector<double> raw_input(const graph_node& input, const dataset& data, std::size_t sample);

/// out += the term applied to the values of its source.
void add_term(const term& t, feature_map<const float> in, feature_map<float> out);

/// What the sum makes of its potentials before it fires.
void activate(const sum_node& node, std::span<float> values);

/// Runs one sample at a time; one object per thread.
class neuron_executor {
  public:
    explicit neuron_executor(const neuron_graph& graph);

    /// input: real values in the order of the input node's item; several inputs follow each other.
    void run(std::span<const float> input);

    /// One node after the other instead: the input first, then each in topological order.
    void set_input(std::span<const float> input);
    void run_node(node_id id);

    /// Frees what a node holds; for those that no later node reads.
    void forget(node_id id);

    /// What the node sends (ReLU applied), in ONNX order.
    std::span<const float> value(node_id node) const { return values_[node]; }

    /// Sum before ReLU; sum nodes only.
    std::span<const float> potential(node_id node) const { return potentials_[node]; }

  private:
    void run_sum(node_id id, const sum_node& node);

    const neuron_graph& graph_;
    std::vector<std::vector<float>> values_;
    std::vector<std::vector<float>> potentials_;
};

}  // namespace synfire::converters
