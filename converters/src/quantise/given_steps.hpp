// SPDX-License-Identifier: Apache-2.0
// Steps between codes that the file itself gives: those a distilled network was trained with.
#pragma once

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// What distillation wrote into the file's metadata.
struct given_codes {
    std::size_t layers = 0;   ///< with steps of their own
    std::int64_t levels = 0;  ///< largest code that the steps were trained with; 0: not told
    int weight_bits = 0;      ///< 0: not told
};

/// Reads `synfire.code_steps:VALUE` (one number, or one per channel), `synfire.levels` and
/// `synfire.weight_bits`, and puts the steps on the sums that fire these values. Throws bad_input
/// for values that are no activations here, and for steps that do not fit their channels.
given_codes take_given_steps(const model_graph& model, neuron_graph& graph);

}  // namespace synfire::converters
