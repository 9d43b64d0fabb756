// SPDX-License-Identifier: Apache-2.0
// Models that distillation trained for spikes: their steps between codes come with the file.
#pragma once

#include <string>
#include <vector>

#include <synfire/converters/convert.hpp>

#include "graph/neuron_graph.hpp"

namespace synfire::converters {

/// Puts the steps of the file on the sums they belong to. True where the file has any. Throws
/// bad_input where they were trained for other levels than the options give, and for options that
/// would move what was trained.
bool use_given_steps(const model_graph& model, neuron_graph& graph, const convert_options& options,
                     std::vector<std::string>& warnings);

}  // namespace synfire::converters
