// SPDX-License-Identifier: Apache-2.0
// What the converter would make of every node of a model, before anything is converted.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <synfire/converters/report.hpp>

namespace synfire::converters {

struct model_summary {
    std::vector<node_report> nodes;  ///< file order
    bool convertible = false;
    std::string reason{};  ///< why not, where no node is to blame
    std::string hint{};
};

/// Throws bad_input for files that are not sound models; unsupported nodes are reported, not
/// thrown.
model_summary inspect_onnx_model(const std::filesystem::path& model);

/// True for a model that quantises its activations itself, and so brings its own integers. Throws
/// bad_input for files that are not sound models; false for those that cannot be converted.
bool is_quantised_onnx(const std::filesystem::path& model);

}  // namespace synfire::converters
