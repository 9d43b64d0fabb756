// SPDX-License-Identifier: Apache-2.0
// The ONNX operators that the converter takes; docs/reference/operators.md is generated from this
// table.
#pragma once

#include <string_view>
#include <vector>

#include <synfire/converters/report.hpp>

namespace synfire::converters {

struct operator_info {
    std::string_view op;
    int first_opset = 0;  ///< operator sets of the model, both ends included
    int last_opset = 0;
    node_class classification = node_class::exact;
    std::string_view treatment;  ///< what becomes of the node
    std::string_view notes;      ///< limits, and rules that changed between operator sets
};

/// All operators of the domain ai.onnx that can be imported, sorted by name.
const std::vector<operator_info>& supported_operators();

}  // namespace synfire::converters
