// SPDX-License-Identifier: Apache-2.0
// Rounding reconstruction of one layer: its weights are fitted, on the codes that reach it, to the
// potentials of the trained network (layer-wise, as BRECQ and GPTQ do; closed form).
#pragma once

#include <vector>

#include "../graph/integer_executor.hpp"
#include "../graph/neuron_executor.hpp"
#include "quantised_graph.hpp"

namespace synfire::converters {

/// The two networks on the same samples, both executed as far as the layer.
struct sample_pairs {
    const std::vector<integer_executor>& quantised;
    const std::vector<neuron_executor>& trained;
};

/// Fits term number `index` of sum node `id`, a convolution or linear, and rounds it again;
/// thresholds and shifts stay, and so do weights that are exactly 0 in the real network. To be
/// called where can_fit says so; a term is left alone where the fit predicts held-out samples no
/// better. True where weights changed: then refresh and run the node again.
bool reconstruct_weights(quantised_graph& quantised, node_id id, std::size_t index,
                         const sample_pairs& samples);

}  // namespace synfire::converters
