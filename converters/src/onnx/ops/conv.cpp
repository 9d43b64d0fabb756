// SPDX-License-Identifier: Apache-2.0
// Conv: one and two spatial axes, all attributes, constant weights. Three axes are refused.
#include <fmt/format.h>

#include "onnx/ops/handlers.hpp"
#include "onnx/ops/products.hpp"
#include "onnx/ops/windows.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

void check_weights(node_context& ctx, const tensor& weights, std::int64_t channels,
                   std::int64_t groups) {
    if (groups < 1 || channels % groups != 0 || weights.shape[0] % groups != 0
        || weights.shape[0] < 1) {
        ctx.fail("group does not divide the channels", std::to_string(groups),
                 fmt::format("a divisor of {} input and {} output channels", channels,
                             weights.shape[0]));
    }
    if (weights.shape[1] != channels / groups) {
        ctx.fail("weights do not fit the input channels", list_text(weights.shape),
                 fmt::format("{} channels in dimension 1", channels / groups));
    }
}

}  // namespace

activation add_convolution(node_context& ctx, const activation& value, const product_weights& w,
                           const char* part) {
    const image in = image_of(ctx, value);
    const tensor& weights = w.weights;
    const std::size_t rank = in.flat ? 3 : 4;
    if (weights.shape.size() != rank) {
        ctx.fail("weights have a wrong rank", list_text(weights.shape),
                 fmt::format("{} dimensions", rank));
    }
    const std::int64_t groups = ctx.attributes().integer("group");
    check_weights(ctx, weights, in.value.item[0], groups);
    const dims kernel(weights.shape.begin() + 2, weights.shape.end());
    const auto declared = ctx.attributes().optional_integers("kernel_shape");
    if (declared && *declared != kernel) {
        ctx.fail("kernel_shape does not fit the weights", list_text(*declared), list_text(kernel));
    }
    const window_plan plan = plan_windows(ctx, in, kernel, false);
    convolution op;
    op.weights = weights.reals;
    op.bias.assign(static_cast<std::size_t>(weights.shape[0]), 0.0F);
    if (w.bias != nullptr) { op.bias = checked_bias(ctx, *w.bias, weights.shape[0]); }
    op.out_channels = static_cast<std::int32_t>(weights.shape[0]);
    op.in_channels = static_cast<std::int32_t>(in.value.item[0]);
    op.groups = static_cast<std::int32_t>(groups);
    op.geometry = plan.geometry;
    op.stored = stored_of(w, 0);
    return add_image(ctx, in, std::move(op), {weights.shape[0], plan.height, plan.width}, part);
}

void conv(node_context& ctx) {
    const tensor* bias = ctx.has_input(2) ? &ctx.weights(2, "bias") : nullptr;
    ctx.set_value(0, add_convolution(ctx, ctx.value(0), {ctx.weights(1, "weight"), bias}, ""));
}

}  // namespace synfire::converters::onnx_reader::ops
