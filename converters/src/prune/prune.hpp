// SPDX-License-Identifier: Apache-2.0
// Pruning without labels: weights of little effect go, the others take over.
#pragma once

#include <synfire/core/dataset.hpp>

#include <synfire/converters/convert.hpp>

#include "../graph/neuron_graph.hpp"
#include "../quantise/calibration.hpp"
#include "channel_groups.hpp"

namespace synfire::converters {

struct prune_options {
    double weights_percent = 0.0;   ///< of the trained weights, 0 to below 100
    double channels_percent = 0.0;  ///< of the multiplications, by whole channels
};

struct pruned_graph {
    neuron_graph graph;
    channel_marks removed;  ///< [node][channel] of the original
    pruning_report report;
};

/// Uses the first samples, as many as layer-by-layer work can hold. Deterministic for any number of
/// threads. Throws bad_input for percentages out of range.
pruned_graph prune(const neuron_graph& original, const dataset& data, std::size_t samples,
                   const prune_options& options);

/// What calibration says of the pruned graph, while answers and means stay those of the original,
/// `before`: its targets.
calibration calibrate_pruned(const pruned_graph& pruned, const calibration& before,
                             const dataset& data);

}  // namespace synfire::converters
