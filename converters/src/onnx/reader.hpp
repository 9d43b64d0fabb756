// SPDX-License-Identifier: Apache-2.0
// ONNX file to model_graph. The only entry into this folder; protobuf and ONNX types stay behind
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <synfire/converters/report.hpp>

#include "graph/model_graph.hpp"

namespace synfire::converters {

/// Upper bounds that keep a broken or hostile file from exhausting memory.
struct import_limits {
    std::int64_t value_elements = std::int64_t{1} << 26;  ///< elements of one tensor of one sample
    std::int64_t total_elements = std::int64_t{1} << 28;  ///< elements of all tensors together
};

/// The graph is usable only where no node is unsupported.
struct import_result {
    model_graph graph;
    std::vector<node_report> nodes;  ///< file order
    bool complete = true;            ///< no node is unsupported
};

/// A model in memory. External data is looked for in `folder`; empty means that there is none.
struct onnx_bytes {
    std::span<const std::byte> content;
    std::string name;
    std::filesystem::path folder;
};

/// Throws bad_input for a file that is not a sound model and unsupported_model, with every refusal,
/// for one that is sound but cannot be converted.
import_result import_onnx(const std::filesystem::path& file, const import_limits& limits = {});
import_result import_onnx(const onnx_bytes& model, const import_limits& limits = {});

/// The same, but unsupported nodes are only reported: nodes behind them are examined as far as
/// shapes are known.
import_result inspect_onnx(const std::filesystem::path& file, const import_limits& limits = {});
import_result inspect_onnx(const onnx_bytes& model, const import_limits& limits = {});

}  // namespace synfire::converters
