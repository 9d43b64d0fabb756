// SPDX-License-Identifier: Apache-2.0
// Everything that a conversion keeps so that its quantised network can be run again.
#pragma once

#include <optional>

#include "graph/neuron_graph.hpp"
#include "quantise/quantised_graph.hpp"

namespace synfire::converters {

/// quantised.graph points to `graph`; the object is never copied or moved.
struct quantised_state {
    neuron_graph graph;
    quantised_graph quantised;
    dims input_item;
    std::optional<neuron_graph> unpruned;  ///< the trained network, where `graph` is a pruned one
    /// Per node, before bias correction moved them; empty where it did not.
    std::vector<std::vector<std::int64_t>> plain_biases;

    quantised_state() = default;
    quantised_state(const quantised_state&) = delete;
    quantised_state& operator=(const quantised_state&) = delete;
};

}  // namespace synfire::converters
