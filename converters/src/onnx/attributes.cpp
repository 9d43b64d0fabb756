// SPDX-License-Identifier: Apache-2.0
// Attribute rules of every supported operator, with all defaults, and the typed access that uses
// them.
#include "onnx/attributes.hpp"

#include <array>
#include <cstring>
#include <string_view>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

using proto = onnx::AttributeProto;

struct required {};
struct optional {};  ///< absent means something that no value can say
struct filled {      ///< a list that repeats this value
    std::int64_t value;
};
using default_value =
    std::variant<required, optional, std::int64_t, float, std::string_view, filled>;

struct attribute_rule {
    std::string_view op;
    std::string_view name;
    onnx::AttributeProto_AttributeType type;
    int first_opset;
    int last_opset;
    default_value value;
};

constexpr int always = 1;
constexpr int newest = 99;
constexpr std::int64_t zero = 0;
constexpr std::int64_t one = 1;
constexpr std::string_view not_set = "NOTSET";

constexpr attribute_rule rules[] = {
    {"ArgMax", "axis", proto::INT, always, newest, zero},
    {"ArgMax", "keepdims", proto::INT, always, newest, one},
    {"ArgMax", "select_last_index", proto::INT, 12, newest, zero},
    {"AveragePool", "auto_pad", proto::STRING, always, newest, not_set},
    {"AveragePool", "ceil_mode", proto::INT, 10, newest, zero},
    {"AveragePool", "count_include_pad", proto::INT, 7, newest, zero},
    {"AveragePool", "dilations", proto::INTS, 19, newest, filled{1}},
    {"AveragePool", "kernel_shape", proto::INTS, always, newest, required{}},
    {"AveragePool", "pads", proto::INTS, always, newest, filled{0}},
    {"AveragePool", "strides", proto::INTS, always, newest, filled{1}},
    {"BatchNormalization", "epsilon", proto::FLOAT, always, newest, 1e-5F},
    {"BatchNormalization", "momentum", proto::FLOAT, always, newest, 0.9F},
    {"BatchNormalization", "spatial", proto::INT, always, 8, one},
    {"BatchNormalization", "training_mode", proto::INT, 14, newest, zero},
    {"Cast", "saturate", proto::INT, 19, newest, one},
    {"Cast", "to", proto::INT, always, newest, required{}},
    {"Celu", "alpha", proto::FLOAT, always, newest, 1.0F},
    {"Clip", "max", proto::FLOAT, always, 10, optional{}},
    {"Clip", "min", proto::FLOAT, always, 10, optional{}},
    {"Concat", "axis", proto::INT, always, newest, required{}},
    {"Constant", "sparse_value", proto::SPARSE_TENSOR, 11, newest, optional{}},
    {"Constant", "value", proto::TENSOR, always, newest, optional{}},
    {"Constant", "value_float", proto::FLOAT, 12, newest, optional{}},
    {"Constant", "value_floats", proto::FLOATS, 12, newest, optional{}},
    {"Constant", "value_int", proto::INT, 12, newest, optional{}},
    {"Constant", "value_ints", proto::INTS, 12, newest, optional{}},
    {"Constant", "value_string", proto::STRING, 12, newest, optional{}},
    {"Constant", "value_strings", proto::STRINGS, 12, newest, optional{}},
    {"ConstantOfShape", "value", proto::TENSOR, always, newest, optional{}},
    {"Conv", "auto_pad", proto::STRING, always, newest, not_set},
    {"Conv", "dilations", proto::INTS, always, newest, filled{1}},
    {"Conv", "group", proto::INT, always, newest, one},
    {"Conv", "kernel_shape", proto::INTS, always, newest, optional{}},
    {"Conv", "pads", proto::INTS, always, newest, filled{0}},
    {"Conv", "strides", proto::INTS, always, newest, filled{1}},
    {"ConvTranspose", "auto_pad", proto::STRING, always, newest, not_set},
    {"ConvTranspose", "dilations", proto::INTS, always, newest, filled{1}},
    {"ConvTranspose", "group", proto::INT, always, newest, one},
    {"ConvTranspose", "kernel_shape", proto::INTS, always, newest, optional{}},
    {"ConvTranspose", "output_padding", proto::INTS, always, newest, filled{0}},
    {"ConvTranspose", "output_shape", proto::INTS, always, newest, optional{}},
    {"ConvTranspose", "pads", proto::INTS, always, newest, filled{0}},
    {"ConvTranspose", "strides", proto::INTS, always, newest, filled{1}},
    {"DequantizeLinear", "axis", proto::INT, 13, newest, one},
    {"DequantizeLinear", "block_size", proto::INT, 21, newest, zero},
    {"DepthToSpace", "blocksize", proto::INT, always, newest, required{}},
    {"DepthToSpace", "mode", proto::STRING, 11, newest, std::string_view("DCR")},
    {"Dropout", "ratio", proto::FLOAT, always, 11, 0.5F},
    {"Dropout", "seed", proto::INT, 12, newest, optional{}},
    {"Elu", "alpha", proto::FLOAT, always, newest, 1.0F},
    {"Flatten", "axis", proto::INT, always, newest, one},
    {"Gather", "axis", proto::INT, always, newest, zero},
    {"Gelu", "approximate", proto::STRING, 20, newest, std::string_view("none")},
    {"Gemm", "alpha", proto::FLOAT, always, newest, 1.0F},
    {"Gemm", "beta", proto::FLOAT, always, newest, 1.0F},
    {"Gemm", "transA", proto::INT, always, newest, zero},
    {"Gemm", "transB", proto::INT, always, newest, zero},
    {"HardSigmoid", "alpha", proto::FLOAT, always, newest, 0.2F},
    {"HardSigmoid", "beta", proto::FLOAT, always, newest, 0.5F},
    {"LeakyRelu", "alpha", proto::FLOAT, always, newest, 0.01F},
    {"LogSoftmax", "axis", proto::INT, always, 12, one},
    {"LogSoftmax", "axis", proto::INT, 13, newest, -one},
    {"MaxPool", "auto_pad", proto::STRING, always, newest, not_set},
    {"MaxPool", "ceil_mode", proto::INT, 10, newest, zero},
    {"MaxPool", "dilations", proto::INTS, 10, newest, filled{1}},
    {"MaxPool", "kernel_shape", proto::INTS, always, newest, required{}},
    {"MaxPool", "pads", proto::INTS, always, newest, filled{0}},
    {"MaxPool", "storage_order", proto::INT, 8, newest, zero},
    {"MaxPool", "strides", proto::INTS, always, newest, filled{1}},
    {"Pad", "mode", proto::STRING, always, newest, std::string_view("constant")},
    {"Pad", "pads", proto::INTS, always, 10, required{}},
    {"Pad", "value", proto::FLOAT, always, 10, 0.0F},
    {"QGemm", "alpha", proto::FLOAT, always, newest, 1.0F},
    {"QGemm", "transA", proto::INT, always, newest, zero},
    {"QGemm", "transB", proto::INT, always, newest, zero},
    {"QLinearAveragePool", "auto_pad", proto::STRING, always, newest, not_set},
    {"QLinearAveragePool", "ceil_mode", proto::INT, always, newest, zero},
    {"QLinearAveragePool", "channels_last", proto::INT, always, newest, zero},
    {"QLinearAveragePool", "count_include_pad", proto::INT, always, newest, zero},
    {"QLinearAveragePool", "dilations", proto::INTS, 19, newest, filled{1}},
    {"QLinearAveragePool", "kernel_shape", proto::INTS, always, newest, required{}},
    {"QLinearAveragePool", "pads", proto::INTS, always, newest, filled{0}},
    {"QLinearAveragePool", "strides", proto::INTS, always, newest, filled{1}},
    {"QLinearConcat", "axis", proto::INT, always, newest, required{}},
    {"QLinearConv", "auto_pad", proto::STRING, always, newest, not_set},
    {"QLinearConv", "dilations", proto::INTS, always, newest, filled{1}},
    {"QLinearConv", "group", proto::INT, always, newest, one},
    {"QLinearConv", "kernel_shape", proto::INTS, always, newest, optional{}},
    {"QLinearConv", "pads", proto::INTS, always, newest, filled{0}},
    {"QLinearConv", "strides", proto::INTS, always, newest, filled{1}},
    {"QLinearGlobalAveragePool", "channels_last", proto::INT, always, newest, zero},
    {"QuantizeLinear", "axis", proto::INT, 13, newest, one},
    {"QuantizeLinear", "block_size", proto::INT, 21, newest, zero},
    {"QuantizeLinear", "output_dtype", proto::INT, 21, newest, zero},
    {"QuantizeLinear", "saturate", proto::INT, 19, newest, one},
    {"ReduceMax", "axes", proto::INTS, always, 17, optional{}},
    {"ReduceMax", "keepdims", proto::INT, always, newest, one},
    {"ReduceMax", "noop_with_empty_axes", proto::INT, 18, newest, zero},
    {"ReduceMean", "axes", proto::INTS, always, 17, optional{}},
    {"ReduceMean", "keepdims", proto::INT, always, newest, one},
    {"ReduceMean", "noop_with_empty_axes", proto::INT, 18, newest, zero},
    {"ReduceProd", "axes", proto::INTS, always, 17, optional{}},
    {"ReduceProd", "keepdims", proto::INT, always, newest, one},
    {"ReduceProd", "noop_with_empty_axes", proto::INT, 18, newest, zero},
    {"ReduceSum", "axes", proto::INTS, always, 12, optional{}},
    {"ReduceSum", "keepdims", proto::INT, always, newest, one},
    {"ReduceSum", "noop_with_empty_axes", proto::INT, 13, newest, zero},
    {"Reshape", "allowzero", proto::INT, 14, newest, zero},
    {"Resize", "antialias", proto::INT, 18, newest, zero},
    {"Resize", "axes", proto::INTS, 18, newest, optional{}},
    {"Resize", "coordinate_transformation_mode", proto::STRING, 11, newest,
     std::string_view("half_pixel")},
    {"Resize", "cubic_coeff_a", proto::FLOAT, 11, newest, -0.75F},
    {"Resize", "exclude_outside", proto::INT, 11, newest, zero},
    {"Resize", "extrapolation_value", proto::FLOAT, 11, newest, 0.0F},
    {"Resize", "keep_aspect_ratio_policy", proto::STRING, 18, newest, std::string_view("stretch")},
    {"Resize", "mode", proto::STRING, always, newest, std::string_view("nearest")},
    {"Resize", "nearest_mode", proto::STRING, 11, newest, std::string_view("round_prefer_floor")},
    {"Selu", "alpha", proto::FLOAT, always, newest, 1.67326319217681884765625F},
    {"Selu", "gamma", proto::FLOAT, always, newest, 1.05070102214813232421875F},
    {"Shape", "end", proto::INT, 15, newest, optional{}},
    {"Shape", "start", proto::INT, 15, newest, zero},
    {"Slice", "axes", proto::INTS, always, 9, optional{}},
    {"Slice", "ends", proto::INTS, always, 9, required{}},
    {"Slice", "starts", proto::INTS, always, 9, required{}},
    {"Softmax", "axis", proto::INT, always, 12, one},
    {"Softmax", "axis", proto::INT, 13, newest, -one},
    {"SpaceToDepth", "blocksize", proto::INT, always, newest, required{}},
    {"Split", "axis", proto::INT, always, newest, zero},
    {"Split", "num_outputs", proto::INT, 18, newest, optional{}},
    {"Split", "split", proto::INTS, always, 12, optional{}},
    {"Squeeze", "axes", proto::INTS, always, 12, optional{}},
    {"ThresholdedRelu", "alpha", proto::FLOAT, always, newest, 1.0F},
    {"Transpose", "perm", proto::INTS, always, newest, optional{}},
    {"Unsqueeze", "axes", proto::INTS, always, 12, required{}},
    {"Upsample", "mode", proto::STRING, always, 9, std::string_view("nearest")},
    {"Upsample", "scales", proto::FLOATS, always, 8, required{}},
};

const attribute_rule* find_rule(std::string_view op, std::string_view name, int opset) {
    for (const attribute_rule& rule : rules) {
        if (rule.op == op && rule.name == name && opset >= rule.first_opset
            && opset <= rule.last_opset) {
            return &rule;
        }
    }
    return nullptr;
}

/// The default of an attribute; a handler that asks for one that the table does not have is our own
/// mistake.
template <typename T>
T default_of(const onnx::NodeProto& node, const char* name, int opset) {
    const attribute_rule* rule = find_rule(node.op_type(), name, opset);
    if (rule == nullptr || !std::holds_alternative<T>(rule->value)) {
        throw internal_error(
            fmt::format("no default for attribute {} of {}", name, node.op_type()));
    }
    return std::get<T>(rule->value);
}

}  // namespace

attribute_reader::attribute_reader(const onnx::NodeProto& node, int opset, std::string where)
    : node_(node),
      opset_(opset),
      where_(std::move(where)) {
    for (int i = 0; i < node.attribute_size(); ++i) {
        const onnx::AttributeProto& attribute = node.attribute(i);
        const std::string name = printable(attribute.name());
        const attribute_rule* rule = find_rule(node.op_type(), attribute.name(), opset);
        if (rule == nullptr) {
            fail("attribute '" + name + "' does not exist in this operator set", "",
                 fmt::format("attributes of {} in operator set {}", node.op_type(), opset));
        }
        if (!attribute.ref_attr_name().empty()) {
            fail("attribute '" + name + "' refers to a function's attribute outside of a function",
                 "", "");
        }
        if (attribute.type() != rule->type && attribute.type() != proto::UNDEFINED) {
            fail("attribute '" + name + "' has a wrong type",
                 onnx::AttributeProto_AttributeType_Name(attribute.type()),
                 onnx::AttributeProto_AttributeType_Name(rule->type));
        }
        if (find(attribute.name().c_str()) != &attribute) {
            fail("attribute '" + name + "' is given twice", "", "");
        }
    }
    for (const attribute_rule& rule : rules) {
        const bool applies =
            rule.op == node.op_type() && opset >= rule.first_opset && opset <= rule.last_opset;
        if (applies && std::holds_alternative<required>(rule.value)
            && !given(std::string(rule.name).c_str())) {
            fail(fmt::format("required attribute '{}' is missing", rule.name), "", "");
        }
    }
}

const onnx::AttributeProto* attribute_reader::find(const char* name) const {
    for (const onnx::AttributeProto& attribute : node_.attribute()) {
        if (attribute.name() == name) { return &attribute; }
    }
    return nullptr;
}

void attribute_reader::fail(std::string what, std::string found, std::string expected) const {
    throw bad_input({where_, std::move(what), std::move(found), std::move(expected), ""});
}

std::int64_t attribute_reader::integer(const char* name) const {
    const auto value = optional_integer(name);
    return value ? *value : default_of<std::int64_t>(node_, name, opset_);
}

float attribute_reader::real(const char* name) const {
    const auto value = optional_real(name);
    return value ? *value : default_of<float>(node_, name, opset_);
}

std::string attribute_reader::text(const char* name) const {
    const onnx::AttributeProto* attribute = find(name);
    if (attribute != nullptr) { return attribute->s(); }
    return std::string(default_of<std::string_view>(node_, name, opset_));
}

std::vector<std::int64_t> attribute_reader::integers(const char* name, std::size_t count) const {
    const auto values = optional_integers(name);
    if (!values) {
        return std::vector<std::int64_t>(count, default_of<filled>(node_, name, opset_).value);
    }
    if (values->size() != count) {
        fail(fmt::format("attribute '{}' has a wrong length", name), list_text(*values),
             fmt::format("{} values", count));
    }
    return *values;
}

std::optional<std::int64_t> attribute_reader::optional_integer(const char* name) const {
    const onnx::AttributeProto* attribute = find(name);
    if (attribute == nullptr) { return std::nullopt; }
    return attribute->i();
}

std::optional<float> attribute_reader::optional_real(const char* name) const {
    const onnx::AttributeProto* attribute = find(name);
    if (attribute == nullptr) { return std::nullopt; }
    if (!std::isfinite(attribute->f())) {
        fail(fmt::format("attribute '{}' is no finite number", name),
             fmt::format("{}", attribute->f()), "a finite number");
    }
    return attribute->f();
}

std::optional<std::vector<std::int64_t>>
attribute_reader::optional_integers(const char* name) const {
    const onnx::AttributeProto* attribute = find(name);
    if (attribute == nullptr) { return std::nullopt; }
    return std::vector<std::int64_t>(attribute->ints().begin(), attribute->ints().end());
}

std::vector<float> attribute_reader::reals(const char* name) const {
    const onnx::AttributeProto* attribute = find(name);
    if (attribute == nullptr) { return {}; }
    return {attribute->floats().begin(), attribute->floats().end()};
}

const onnx::TensorProto* attribute_reader::optional_tensor(const char* name) const {
    const onnx::AttributeProto* attribute = find(name);
    return attribute == nullptr ? nullptr : &attribute->t();
}

}  // namespace synfire::converters::onnx_reader
