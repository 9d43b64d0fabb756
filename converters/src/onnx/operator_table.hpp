// SPDX-License-Identifier: Apache-2.0
// Which handler takes which operator in which operator set, and what to say about the others.
#pragma once

#include <string>
#include <string_view>

#include <synfire/converters/operators.hpp>

#include "onnx/node_context.hpp"

namespace synfire::converters::onnx_reader {

using handler = void (*)(node_context&);

struct operator_entry {
    operator_info info;
    handler on_values =
        nullptr;  ///< at least one input depends on the model's input; null: refused
    handler on_constants = nullptr;  ///< all inputs are constants; null: refused
    bool ends_graph = false;         ///< stays on the host: only outputs and its like may follow
    bool keeps_host = false;         ///< may follow a function that stays on the host
};

/// Null where the operator is not supported in any operator set.
const operator_entry* find_operator(std::string_view op);

/// Most inputs that a supported operator reads in this operator set.
int input_limit(std::string_view op, int opset);

/// Reason and hint for an operator without an entry.
struct refusal_text {
    std::string reason;
    std::string hint;
};
refusal_text unsupported_operator(const std::string& domain, const std::string& op);

/// Operators whose output has the shape of their first input: nodes behind them can still be
/// examined.
bool keeps_shape(std::string_view op);

}  // namespace synfire::converters::onnx_reader
