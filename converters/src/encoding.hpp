// SPDX-License-Identifier: Apache-2.0
// How raw data become the trained network's input: from the file, from the user, or by default.
#pragma once

#include <string>

#include <synfire/converters/convert.hpp>

#include "graph/model_graph.hpp"

namespace synfire::converters {

/// File metadata (synfire.scale, .mean, .std), overridden by `given`; scale 1/255 for 8-bit data
/// and 1 for real data where neither says. Throws bad_input for values that are no numbers, not
/// positive, or of the wrong count, and for models with several inputs.
input_encoding resolve_encoding(const model_graph& model, const preprocessing& given,
                                bool eight_bit);

/// Number, names and shapes of the inputs.
std::string inputs_text(const model_graph& model);

inline constexpr const char* several_inputs_hint =
    "export the model with one input that holds them all, one behind the other, and take it apart "
    "inside with Split or Slice and Reshape";

/// The data set fits the model's input: same number of elements, same shape but for axes of
/// extent 1.
void check_data(const model_graph& model, const dataset& data);

/// Real input of one sample in the order of the data: (raw * scale - mean) / std.
std::vector<float> model_input(const model_graph& model, const input_encoding& encoding,
                               const dataset& data, std::size_t sample);

}  // namespace synfire::converters
