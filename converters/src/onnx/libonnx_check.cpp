// SPDX-License-Identifier: Apache-2.0
// A second opinion by libonnx, for models that it is new enough to judge. Ours comes first: its
// messages name nodes and expected values.
#include <algorithm>
#include <exception>
#include <string>

#include <onnx/checker.h>
#include <onnx/defs/schema.h>
#include <onnx/shape_inference/implementation.h>

#include <synfire/core/error.hpp>

#include "onnx/model_file.hpp"
#include "onnx/tensor.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader {
namespace {

bool within_libonnx(const onnx::ModelProto& model) {
    if (model.ir_version() > onnx::IR_VERSION || model.functions_size() > 0) { return false; }
    const auto& known = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map();
    for (const auto& import : model.opset_import()) {
        const auto range = known.find(import.domain() == "ai.onnx" ? "" : import.domain());
        if (range == known.end() || import.version() > range->second.second) { return false; }
    }
    return std::none_of(
        model.graph().node().begin(), model.graph().node().end(),
        [](const onnx::NodeProto& n) { return !n.domain().empty() && n.domain() != "ai.onnx"; });
}

// Real tensors that shapes depend on have one number per axis: scales of Resize.
constexpr std::int64_t most_scales = 16;

bool may_be_scales(const onnx::TensorProto& t) {
    return t.dims_size() == 1 && t.dims(0) <= most_scales;
}

/// Shapes depend on no others, so the weights need not be copied.
onnx::ModelProto without_weights(const onnx::ModelProto& model) {
    onnx::ModelProto light = model;
    for (auto& t : *light.mutable_graph()->mutable_initializer()) {
        if (!is_real_type(t.data_type()) || may_be_scales(t)) { continue; }
        t.clear_raw_data();
        t.clear_float_data();
        t.clear_double_data();
        t.clear_int32_data();
    }
    return light;
}

}  // namespace

void check_with_libonnx(const onnx::ModelProto& model, const std::string& name,
                        bool own_shape_rule) {
    if (!within_libonnx(model)) { return; }
    try {
        onnx::checker::check_model(model);
    } catch (const std::exception& e) {
        throw bad_input({name, "rejected by the ONNX checker", printable(e.what()), "",
                         "export the model again"});
    }
    if (own_shape_rule) { return; }
    onnx::ModelProto light = without_weights(model);
    try {
        const onnx::ShapeInferenceOptions strict{true, 1, false};
        onnx::shape_inference::InferShapes(light, onnx::OpSchemaRegistry::Instance(), strict);
    } catch (const std::exception& e) {
        throw bad_input({name, "declared shapes contradict the operators", printable(e.what()), "",
                         "export the model again"});
    }
}

}  // namespace synfire::converters::onnx_reader
