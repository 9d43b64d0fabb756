// SPDX-License-Identifier: Apache-2.0
// How raw data become the trained network's input: from the file, from the user, or by default.
#pragma once

#include <string>

#include <synfire/converters/convert.hpp>

#include "graph/model_graph.hpp"

namespace synfire::converters {

/// Of input number `input`: file metadata (synfire.scale, .mean, .std, each also with .NAME of the
/// input), overridden by `given`; scale 1/255 for 8-bit data and 1 for real data where neither
/// says. Throws bad_input for values that are no numbers, not positive, or of the wrong count.
input_encoding resolve_encoding(const model_graph& model, const preprocessing& given,
                                bool eight_bit, std::size_t input = 0);

/// Those of all inputs, 8-bit as their data are; without data, 8-bit. Throws bad_input also where
/// `given` names an input that does not exist, or the model has another number of inputs than
/// `data`.
std::vector<input_encoding> resolve_encodings(const model_graph& model, const preprocessing& given,
                                              const dataset& data);

/// No samples and no shape: what convert_onnx takes for a model that needs none.
bool is_nothing(const dataset& data);

/// Throws bad_input, with the names that exist, where the model has no input of that name.
void check_input_name(const model_graph& model, const std::string& option, const std::string& name);

/// The data sets fit the model's inputs: same number of elements, same shape but for axes of
/// extent 1; all equally long.
void check_data(const model_graph& model, const dataset& data);

/// Real input of one sample in the order of the data: (raw * scale - mean) / std; several inputs
/// follow each other.
std::vector<float> model_input(const model_graph& model,
                               const std::vector<input_encoding>& encodings, const dataset& data,
                               std::size_t sample);

}  // namespace synfire::converters
