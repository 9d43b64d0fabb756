// SPDX-License-Identifier: Apache-2.0
// Small ONNX models for tests, written node by node. Links to synfire_onnx_builder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <onnx/onnx_pb.h>

namespace synfire::test {

using onnx_dims = std::vector<std::int64_t>;

/// Attribute of a node; texts are given as std::string.
struct onnx_attribute {
    std::string name;
    std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>,
                 onnx::TensorProto>
        value;
};

/// A float tensor with typed data.
onnx::TensorProto float_tensor(const std::string& name, const onnx_dims& shape,
                               const std::vector<float>& values);
onnx::TensorProto integer_tensor(const std::string& name, const onnx_dims& shape,
                                 const std::vector<std::int64_t>& values);

class onnx_builder {
  public:
    explicit onnx_builder(int opset = 17, int ir_version = 8);

    /// A dimension of -1 is the symbol "N".
    onnx_builder& input(const std::string& name, const onnx_dims& shape);
    /// Without a shape where it is empty.
    onnx_builder& output(const std::string& name, const onnx_dims& shape = {});
    onnx_builder& weights(const std::string& name, const onnx_dims& shape,
                          const std::vector<float>& values);
    onnx_builder& integers(const std::string& name, const onnx_dims& shape,
                           const std::vector<std::int64_t>& values);
    /// The node is named after its first output, with "node_" before it.
    onnx_builder& node(const std::string& op, const std::vector<std::string>& inputs,
                       const std::vector<std::string>& outputs,
                       const std::vector<onnx_attribute>& attributes = {});

    onnx::ModelProto& model() { return model_; }
    std::string bytes() const { return model_.SerializeAsString(); }
    void save(const std::filesystem::path& file) const;

  private:
    onnx::ModelProto model_;
};

}  // namespace synfire::test
