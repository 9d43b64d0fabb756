// SPDX-License-Identifier: Apache-2.0
// From squared errors of layers and samples to the figures of an explanation.
#pragma once

#include <vector>

#include <synfire/converters/explain.hpp>

#include "quantise/quantised_graph.hpp"

namespace synfire::converters {

/// Squared errors of one layer in one sample; those of the output are relative already.
struct layer_sums {
    double signal = 0.0;            ///< what the layer sends in the trained network
    double potential_signal = 0.0;  ///< its potential there
    error_parts own;
    double accumulated = 0.0;
    double alone = 0.0;
    error_parts alone_parts;
    double without = 0.0;
    bool answer_changed = false;
};

struct sample_sums {
    double error = 0.0;  ///< of the output, relative to `signal` of the whole data set
    double plain_error = 0.0;
    double pruning_error = 0.0;  ///< of the pruned network before it is quantised
    bool answer_changed = false;
    bool pruning_changed_answer = false;
    std::vector<layer_sums> layers;
};

/// All but neuron_use. `layers`: the nodes that sums are of. Samples are added up in their order,
/// so that threads change no bit.
explanation summarise(const quantised_graph& quantised, const std::vector<node_id>& layers,
                      const std::vector<sample_sums>& samples);

}  // namespace synfire::converters
