// SPDX-License-Identifier: Apache-2.0
// What the converter would make of every node of a model, before anything is converted.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <synfire/converters/report.hpp>

namespace synfire::converters {

/// What data have to be given for.
struct model_input_info {
    std::string name;
    std::vector<std::int64_t> shape;  ///< of one sample

    friend bool operator==(const model_input_info&, const model_input_info&) = default;
};

struct model_summary {
    std::vector<node_report> nodes;  ///< file order
    bool convertible = false;
    std::vector<model_input_info> inputs{};  ///< in the model's order
};

/// Throws bad_input for files that are not sound models; unsupported nodes are reported, not
/// thrown.
model_summary inspect_onnx_model(const std::filesystem::path& model);

/// The inputs of a model in its order. Throws bad_input for files that are not sound models.
std::vector<model_input_info> inputs_of_onnx(const std::filesystem::path& model);

/// True for a model that quantises its activations itself, and so brings its own integers. Throws
/// bad_input for files that are not sound models; false for those that cannot be converted.
bool is_quantised_onnx(const std::filesystem::path& model);

}  // namespace synfire::converters
