// SPDX-License-Identifier: Apache-2.0
// Typed access to the attributes of one node. Which attributes an operator has in which operator
// set, and all defaults, are in one table in attributes.cpp; handlers never name a default.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

namespace synfire::converters::onnx_reader {

class attribute_reader {
  public:
    /// Throws bad_input for attributes that are unknown to this operator set, doubled or of a wrong
    /// type, and for required ones that are missing. `where` names file and node.
    attribute_reader(const onnx::NodeProto& node, int opset, std::string where);

    /// True if the file itself gives the attribute.
    bool given(const char* name) const { return find(name) != nullptr; }

    std::int64_t integer(const char* name) const;
    float real(const char* name) const;
    std::string text(const char* name) const;
    /// The list, or its default value `count` times; a given list of another length is bad_input.
    std::vector<std::int64_t> integers(const char* name, std::size_t count) const;
    /// For attributes without a default.
    std::optional<std::int64_t> optional_integer(const char* name) const;
    std::optional<float> optional_real(const char* name) const;
    std::optional<std::vector<std::int64_t>> optional_integers(const char* name) const;
    std::vector<float> reals(const char* name) const;
    const onnx::TensorProto* optional_tensor(const char* name) const;

  private:
    const onnx::AttributeProto* find(const char* name) const;
    [[noreturn]] void fail(std::string what, std::string found, std::string expected) const;

    const onnx::NodeProto& node_;
    int opset_;
    std::string where_;
};

}  // namespace synfire::converters::onnx_reader
