// SPDX-License-Identifier: Apache-2.0
// ConvTranspose: one and two spatial axes, all attributes, constant weights. Three axes are
// refused.
#include <algorithm>

#include <fmt/format.h>

#include "onnx/ops/handlers.hpp"
#include "onnx/ops/products.hpp"
#include "onnx/ops/windows.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

void check_weights(node_context& ctx, const image& in, const tensor& weights, std::int64_t groups) {
    const std::size_t rank = in.flat ? 3 : 4;
    if (weights.shape.size() != rank) {
        ctx.fail("weights have a wrong rank", list_text(weights.shape),
                 fmt::format("{} dimensions", rank));
    }
    const std::int64_t channels = in.value.item[0];
    if (weights.shape[0] != channels) {
        ctx.fail("weights do not fit the input channels", list_text(weights.shape),
                 fmt::format("{} channels in dimension 0", channels));
    }
    if (groups < 1 || channels % groups != 0) {
        ctx.fail("group does not divide the channels", std::to_string(groups),
                 fmt::format("a divisor of {} input channels", channels));
    }
    const dims kernel(weights.shape.begin() + 2, weights.shape.end());
    const auto declared = ctx.attributes().optional_integers("kernel_shape");
    if (declared && *declared != kernel) {
        ctx.fail("kernel_shape does not fit the weights", list_text(*declared), list_text(kernel));
    }
}

}  // namespace

void conv_transpose(node_context& ctx) {
    const image in = image_of(ctx);
    const tensor& weights = ctx.weights(1, "weight");
    const std::int64_t groups = ctx.attributes().integer("group");
    check_weights(ctx, in, weights, groups);
    const dims kernel(weights.shape.begin() + 2, weights.shape.end());
    const window_plan plan = plan_transposed_windows(ctx, in, kernel);
    const auto channels = checked_count({weights.shape[1], groups}, ctx.limits().value_elements);
    if (!channels || *channels < 1) {
        ctx.fail("impossible number of output channels", list_text(weights.shape));
    }
    transposed_convolution op;
    op.weights = weights.reals;
    const tensor* bias = ctx.has_input(2) ? &ctx.weights(2, "bias") : nullptr;
    op.bias.assign(static_cast<std::size_t>(*channels), 0.0F);
    if (bias != nullptr) { op.bias = checked_bias(ctx, *bias, *channels); }
    if (groups == 1) { op.stored = stored_of({weights, bias}, 1); }
    op.out_channels = static_cast<std::int32_t>(*channels);
    op.in_channels = static_cast<std::int32_t>(in.value.item[0]);
    op.groups = static_cast<std::int32_t>(groups);
    op.geometry = plan.geometry;
    set_image(ctx, in, std::move(op), {*channels, plan.height, plan.width});
}

}  // namespace synfire::converters::onnx_reader::ops
