// SPDX-License-Identifier: Apache-2.0
// MaxPool, AveragePool and their global forms. The output shape honours ceil_mode; where padding
// counts in a mean, only the declared pads do, not what ceil_mode adds.
#include <utility>

#include "onnx/ops/handlers.hpp"
#include "onnx/ops/windows.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

dims pooled_item(const image& in, const window_plan& plan) {
    return {in.value.item[0], plan.height, plan.width};
}

window_plan pool_plan(node_context& ctx, const image& in) {
    const std::vector<std::int64_t> kernel = *ctx.attributes().optional_integers("kernel_shape");
    return plan_windows(ctx, in, kernel, true);
}

/// The largest of some codes is a code.
void set_largest(node_context& ctx, const image& in, const kernel_geometry& geometry, dims item) {
    activation out = add_image(ctx, in, max_pool{geometry}, std::move(item), "");
    out.type = ctx.value(0).type;
    ctx.set_value(0, std::move(out));
}

}  // namespace

void max_pool_window(node_context& ctx) {
    if (ctx.has_output(1)) {
        ctx.refuse("the output Indices is used", "return only the pooled values");
    }
    const image in = image_of(ctx);
    const window_plan plan = pool_plan(ctx, in);
    if (plan.empty_window) { ctx.refuse("a window lies wholly in the padding", "reduce the pads"); }
    set_largest(ctx, in, plan.geometry, pooled_item(in, plan));
}

activation add_average_pool(node_context& ctx, const activation& value, const char* part) {
    const image in = image_of(ctx, value);
    const window_plan plan = pool_plan(ctx, in);
    const bool count_pads = ctx.attributes().integer("count_include_pad") != 0;
    if (plan.empty_window) { ctx.refuse("a window lies wholly in the padding", "reduce the pads"); }
    return add_image(ctx, in, average_pool{plan.geometry, count_pads, false}, pooled_item(in, plan),
                     part);
}

activation add_global_average_pool(node_context& ctx, const activation& value, const char* part) {
    const image in = image_of(ctx, value);
    return add_image(ctx, in, average_pool{whole_image(ctx, in), false, true},
                     {in.value.item[0], 1, 1}, part);
}

void average_pool_window(node_context& ctx) {
    ctx.set_value(0, add_average_pool(ctx, ctx.value(0), ""));
}

void global_average_pool(node_context& ctx) {
    ctx.set_value(0, add_global_average_pool(ctx, ctx.value(0), ""));
}

void global_max_pool(node_context& ctx) {
    const image in = image_of(ctx);
    set_largest(ctx, in, whole_image(ctx, in), {in.value.item[0], 1, 1});
}

}  // namespace synfire::converters::onnx_reader::ops
