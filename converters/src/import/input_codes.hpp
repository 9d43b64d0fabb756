// SPDX-License-Identifier: Apache-2.0
// The model's first quantisation against the codes that the input population sends.
#pragma once

#include <cstdint>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Real value that the model sees for raw value `raw` of a channel, in single precision.
float real_of_raw(const input_encoding& encoding, std::size_t channel, double raw);

/// Where the model's own first rounding of an input gives the raw 8-bit codes themselves, or the
/// input is real and scaled by one factor, the input population sends its codes and the rounding
/// node disappears.
void merge_input_rounding(neuron_graph& graph);

}  // namespace synfire::converters
