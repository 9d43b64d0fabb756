// SPDX-License-Identifier: Apache-2.0
// What the converter makes of each node of a model; `inspect` prints it and `convert` keeps it in
// its result.
#pragma once

#include <string>
#include <string_view>

namespace synfire::converters {

/// exact: the spiking network equals its quantised network at this node, and nothing but the
/// quantisation of weights and activations separates that from the float model. approximate: the
/// node's own rule is met only roughly, and the reason says how. unsupported: the model is refused
/// because of it.
enum class node_class { exact, approximate, unsupported };

/// "exact", "approximate" or "unsupported".
std::string_view to_text(node_class c);

/// One node of the model file, in file order.
struct node_report {
    std::string name;  ///< name of the node; its first output where it has none
    std::string op;    ///< operator type, with its domain where that is not ai.onnx
    node_class classification = node_class::exact;
    std::string reason;  ///< what becomes of it, or what is not supported
    std::string hint;    ///< how to rewrite the model; empty where nothing is wrong
};

}  // namespace synfire::converters
