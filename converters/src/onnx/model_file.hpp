// SPDX-License-Identifier: Apache-2.0
// From bytes to a protobuf model whose frame is sound: versions, names, order of nodes, external
// data in place.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

namespace synfire::converters::onnx_reader {

/// Whole file; bad_input where it is missing, unreadable, empty or too large for protobuf (2 GiB).
std::vector<std::byte> read_model_file(const std::filesystem::path& file);

/// Parses and checks the frame; throws bad_input. `name` is used in messages.
onnx::ModelProto parse_model(std::span<const std::byte> bytes, const std::string& name);

/// Operator set of the domain ai.onnx; bad_input where the model names none or several.
int standard_opset(const onnx::ModelProto& model, const std::string& name);

/// Names of values: unique, all inputs there, nodes sorted, no cycles. Throws bad_input.
void check_structure(const onnx::ModelProto& model, const std::string& name);

/// Puts external data into the tensors of the main graph. Files lie below `folder`; an empty folder
/// means that there are none. Throws bad_input.
void load_external_data(onnx::ModelProto& model, const std::filesystem::path& folder,
                        const std::string& name);

/// libonnx's checker and shape inference, where IR version and operator sets are within what it
/// knows. `own_shape_rule`: the model uses a rule newer than libonnx, so that only the checker is
/// asked.
void check_with_libonnx(const onnx::ModelProto& model, const std::string& name,
                        bool own_shape_rule);

}  // namespace synfire::converters::onnx_reader
