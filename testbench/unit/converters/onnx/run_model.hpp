// SPDX-License-Identifier: Apache-2.0
// Shortcuts for tests: a model in memory, imported and run on one sample.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <synfire/core/error.hpp>

#include <support/onnx_builder.hpp>

#include "onnx/reader.hpp"

namespace synfire::test {

converters::import_result import_text(const std::string& bytes);
converters::import_result import_model(const onnx_builder& model);
converters::import_result inspect_model(const onnx_builder& model);

/// First output for one sample.
std::vector<float> run_graph(const converters::model_graph& graph,
                             const std::vector<float>& sample);
std::vector<float> run_model(const onnx_builder& model, const std::vector<float>& sample);

/// Shape of the first output without the batch axis.
converters::dims output_item(const onnx_builder& model);

/// Facts of the bad_input that importing throws; the test fails where nothing is thrown.
error_facts bad_input_of(const onnx_builder& model);
error_facts bad_input_of(const std::function<void()>& action);

/// The refusals that importing throws.
std::vector<refusal> refusals_of(const onnx_builder& model);

/// first, first + 1, ...
std::vector<float> counting(std::size_t count, float first = 1.0F);

/// Small different numbers of both signs, always the same.
std::vector<float> scattered(std::size_t count, unsigned seed);

/// Whether both have the same size and no element differs by more than `tolerance`.
bool close(const std::vector<float>& a, const std::vector<float>& b, float tolerance = 1e-5F);

}  // namespace synfire::test
