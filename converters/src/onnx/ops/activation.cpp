// SPDX-License-Identifier: Apache-2.0
// Relu, the functions that stay on the host at the end of a graph, and nodes that change nothing.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "onnx/ops/curves.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

void add_host_function(node_context& ctx, const char* name) {
    activation result = ctx.value(0);
    result.host_functions.emplace_back(name);
    ctx.set_value(0, std::move(result));
}

/// Host functions see all elements of a sample: the axis must be the only one that is longer than
/// 1, or, for the flattening rule before operator set 13, the first one after the batch.
void require_whole_sample(node_context& ctx, bool flattens) {
    const dims full = ctx.full_shape(0);
    const std::size_t axis = ctx.axis(ctx.attributes().integer("axis"), full.size());
    if (axis == 0) { ctx.refuse("works along the batch axis", "use axis = 1"); }
    std::int64_t covered = full[axis];
    if (flattens) {
        covered = product(dims(full.begin() + static_cast<std::ptrdiff_t>(axis), full.end()));
    }
    if (covered != product(full)) {
        ctx.refuse(
            fmt::format("works along axis {} of a value of shape {}, not over the whole sample",
                        axis, batched_text(ctx.value(0).item)),
            "convert the network up to the input of this node");
    }
}

/// Bounds of Clip: attributes until operator set 10, inputs later.
float clip_bound(node_context& ctx, const char* name, std::size_t input, float none) {
    if (ctx.opset() < 11) { return ctx.attributes().optional_real(name).value_or(none); }
    if (!ctx.has_input(input)) { return none; }
    const tensor& bound = ctx.constant(input, name);
    if (bound.size() != 1) {
        ctx.fail(fmt::format("{} is not a scalar", name), list_text(bound.shape), "[]");
    }
    return static_cast<float>(bound.as_double(0));
}

}  // namespace

void rectify(node_context& ctx) {
    const activation& in = ctx.value(0);
    ctx.set_value(0, ctx.add_layer(relu{}, {in.id}, in.item));
}

void clip(node_context& ctx) {
    // Exporters write the largest float for "no bound".
    constexpr float most = std::numeric_limits<float>::max();
    constexpr float none = std::numeric_limits<float>::infinity();
    const float low = clip_bound(ctx, "min", 1, -none);
    const float high = clip_bound(ctx, "max", 2, none);
    set_clip(ctx, low <= -most ? -none : low, high >= most ? none : high);
}

void softmax(node_context& ctx) {
    require_whole_sample(ctx, ctx.opset() < 13);
    add_host_function(ctx, ctx.node().op_type() == "Softmax" ? "softmax" : "log_softmax");
}

void arg_max(node_context& ctx) {
    require_whole_sample(ctx, false);
    if (ctx.opset() >= 12 && ctx.attributes().integer("select_last_index") != 0) {
        ctx.refuse("select_last_index: ties go to the lowest index here",
                   "export with select_last_index = 0");
    }
    add_host_function(ctx, "argmax");
}

void pass_through(node_context& ctx) { ctx.set(0, ctx.input(0)); }

void dropout(node_context& ctx) {
    if (ctx.has_output(1)) {
        ctx.refuse("the output mask is used", "export the model for inference");
    }
    if (ctx.opset() >= 12 && ctx.has_input(2)) {
        const tensor& training = ctx.constant(2, "training_mode");
        if (training.size() != 1) {
            ctx.fail("training_mode is not a scalar", list_text(training.shape), "[]");
        }
        if (training.as_double(0) != 0.0) {
            ctx.refuse("training_mode is set",
                       "export the model for inference (model.eval() in PyTorch)");
        }
    }
    ctx.set(0, ctx.input(0));
}

namespace {

double cast_value(node_context& ctx, double v, element_type to) {
    if (to == onnx::TensorProto::BOOL) { return v != 0.0 ? 1.0 : 0.0; }
    if (is_real_type(to)) { return v; }
    if (!(std::abs(v) < 9.2e18)) {
        ctx.fail("a number does not fit the integer type", fmt::format("{}", v));
    }
    return std::trunc(v);
}

std::int64_t wrapped(std::int64_t v, element_type to) {
    switch (to) {
    case onnx::TensorProto::INT8:
        return static_cast<std::int8_t>(v);
    case onnx::TensorProto::UINT8:
        return static_cast<std::uint8_t>(v);
    case onnx::TensorProto::INT16:
        return static_cast<std::int16_t>(v);
    case onnx::TensorProto::UINT16:
        return static_cast<std::uint16_t>(v);
    case onnx::TensorProto::INT32:
        return static_cast<std::int32_t>(v);
    case onnx::TensorProto::UINT32:
        return static_cast<std::uint32_t>(v);
    case onnx::TensorProto::BOOL:
        return v != 0 ? 1 : 0;
    default:
        return v;
    }
}

void cast_constant(node_context& ctx, element_type to) {
    const tensor& from = ctx.constant(0, "input");
    tensor result = make_tensor(to, from.shape);
    result.times_batch = from.times_batch;
    for (std::size_t i = 0; i < from.size(); ++i) {
        if (result.is_real()) {
            result.reals[i] = static_cast<float>(from.as_double(i));
        } else if (from.is_real()) {
            result.integers[i] =
                wrapped(static_cast<std::int64_t>(cast_value(ctx, from.as_double(i), to)), to);
        } else {
            result.integers[i] = wrapped(from.integers[i], to);
        }
    }
    ctx.set_constant(0, std::move(result));
}

}  // namespace

void cast(node_context& ctx) {
    const std::int64_t to = ctx.attributes().integer("to");
    const auto type = static_cast<element_type>(to);
    const bool known = to >= 0 && to <= 64 && (is_real_type(type) || is_integer_type(type));
    if (!known) {
        ctx.refuse(fmt::format("casts to the element type {}", to),
                   "cast to float or leave it out");
    }
    if (ctx.is_constant(0)) {
        cast_constant(ctx, type);
        return;
    }
    activation result = ctx.value(0);
    const bool narrows = is_real_type(result.type) && is_integer_type(type);
    if (narrows && result.host_functions.empty()) {
        ctx.refuse("casts a layer's output to " + type_text(type),
                   "keep activations in floating point");
    }
    if (type == onnx::TensorProto::FLOAT16 || type == onnx::TensorProto::BFLOAT16) {
        ctx.approximate("computed in single precision, without the rounding to " + type_text(type));
    }
    result.type = type;
    ctx.set_value(0, std::move(result));
}

}  // namespace synfire::converters::onnx_reader::ops
