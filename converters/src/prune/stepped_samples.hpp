// SPDX-License-Identifier: Apache-2.0
// The real network on many samples at once, node after node.
#pragma once

#include <vector>

#include <synfire/core/dataset.hpp>

#include "../graph/neuron_executor.hpp"

namespace synfire::converters {

class stepped_samples {
  public:
    /// graph must outlive the object; its weights may change between nodes.
    stepped_samples(const neuron_graph& graph, const dataset& data, std::size_t samples);

    std::size_t size() const { return executors_.size(); }
    const neuron_executor& operator[](std::size_t sample) const { return executors_[sample]; }

    void run_node(node_id id);
    /// Frees what no node behind `id` reads.
    void forget_behind(node_id id);

    /// Largest magnitude over all samples; of a sum node with `potential` of its sums.
    double largest(node_id id, bool potential) const;

  private:
    std::vector<node_id> last_reader_;
    std::vector<neuron_executor> executors_;
};

}  // namespace synfire::converters
