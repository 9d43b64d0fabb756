// SPDX-License-Identifier: Apache-2.0
// Activation functions that are no clipped lines: neurons fire them by table. Products of functions
// of one value (x * sigmoid(x), decomposed GELU) are such functions, too.
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "onnx/ops/curves.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

constexpr const char* by_table = "neurons fire by a table of the function, rounded to codes";

void set_curve(node_context& ctx, const curve& f) {
    const activation& in = ctx.value(0);
    ctx.approximate(by_table);
    ctx.set_value(0, ctx.add_layer(f, {in.id}, in.item));
}

curve step(curve_op op, float a = 0.0F, float b = 0.0F) { return then(curve{}, {op, a, b}); }

/// x * f(x).
curve gated(const curve& f) { return joined(f, curve{}, curve_op::product); }

curve gelu_curve(bool approximate) {
    constexpr float half = 0.5F;
    if (!approximate) {
        curve f = step(curve_op::affine, std::sqrt(half), 0.0F);
        f = then(then(f, {curve_op::erf}), {curve_op::affine, half, half});
        return gated(f);
    }
    const float scale = std::sqrt(2.0F / std::acos(-1.0F));
    const curve cube = then(step(curve_op::power, 3.0F), {curve_op::affine, 0.044715F, 0.0F});
    curve f = joined(curve{}, cube, curve_op::sum);
    f = then(then(f, {curve_op::affine, scale, 0.0F}), {curve_op::tanh});
    return gated(then(f, {curve_op::affine, half, half}));
}

curve hard_sigmoid_curve(float alpha, float beta) {
    return then(step(curve_op::affine, alpha, beta), {curve_op::clip, 0.0F, 1.0F});
}

const layer* producer(const model_graph& graph, value_id v) {
    const auto made = std::find_if(graph.layers.rbegin(), graph.layers.rend(),
                                   [v](const layer& l) { return l.output == v; });
    return made == graph.layers.rend() ? nullptr : &*made;
}

/// What one layer does to each element, where it does the same to all of them.
std::optional<curve> elementwise(const operation& op) {
    if (const auto* f = std::get_if<curve>(&op)) { return *f; }
    if (const auto* r = std::get_if<relu>(&op)) { return step(curve_op::clip, 0.0F, r->upper); }
    if (const auto* l = std::get_if<leaky_relu>(&op); l != nullptr && l->slope.size() == 1) {
        return step(curve_op::leaky, l->slope[0]);
    }
    const auto* a = std::get_if<affine>(&op);
    if (a == nullptr || a->scale.size() != 1 || a->offset.size() != 1) { return std::nullopt; }
    return step(curve_op::affine, a->scale[0], a->offset[0]);
}

/// Value v as a function of the value `base`, if it is one.
std::optional<curve> function_of(const model_graph& graph, value_id v, value_id base) {
    if (v == base) { return curve{}; }
    const layer* made = v < base ? nullptr : producer(graph, v);
    if (made == nullptr) { return std::nullopt; }
    const auto first = function_of(graph, made->inputs[0], base);
    if (!first) { return std::nullopt; }
    if (std::holds_alternative<sum>(made->op)) {
        const auto second = function_of(graph, made->inputs[1], base);
        if (!second || first->steps.size() + second->steps.size() >= most_curve_steps) {
            return std::nullopt;
        }
        return joined(*first, *second, curve_op::sum);
    }
    const auto outer = elementwise(made->op);
    if (!outer) { return std::nullopt; }
    curve result = composed(*outer, *first);
    if (result.steps.size() > most_curve_steps) { return std::nullopt; }
    return result;
}

}  // namespace

std::optional<value_function> product_of_functions(const model_graph& graph, value_id a,
                                                   value_id b) {
    // Values are numbered in the order of the file, so a common ancestor is no later than both.
    constexpr value_id farthest = 16;
    const value_id last = std::min(a, b);
    for (value_id back = 0; back <= std::min(last, farthest); ++back) {
        const auto f = function_of(graph, a, last - back);
        const auto g = f ? function_of(graph, b, last - back) : std::nullopt;
        if (g && f->steps.size() + g->steps.size() < most_curve_steps) {
            return value_function{last - back, joined(*f, *g, curve_op::product)};
        }
    }
    return std::nullopt;
}

void sigmoid(node_context& ctx) {
    if (ctx.at_end()) {
        activation result = ctx.value(0);
        result.host_functions.emplace_back("sigmoid");
        ctx.set_value(0, std::move(result));
    } else {
        set_curve(ctx, step(curve_op::sigmoid));
    }
}

void hard_sigmoid(node_context& ctx) {
    set_curve(ctx,
              hard_sigmoid_curve(ctx.attributes().real("alpha"), ctx.attributes().real("beta")));
}

void hard_swish(node_context& ctx) { set_curve(ctx, gated(hard_sigmoid_curve(1.0F / 6.0F, 0.5F))); }

void gelu(node_context& ctx) {
    const std::string approximate = ctx.attributes().text("approximate");
    if (approximate != "none" && approximate != "tanh") {
        ctx.fail("unknown value of approximate", printable(approximate), "none or tanh");
    }
    set_curve(ctx, gelu_curve(approximate == "tanh"));
}

void mish(node_context& ctx) {
    set_curve(ctx, gated(then(step(curve_op::softplus), {curve_op::tanh})));
}

void elu(node_context& ctx) {
    set_curve(ctx, step(curve_op::elu, ctx.attributes().real("alpha"), 1.0F));
}

void celu(node_context& ctx) {
    const float alpha = ctx.attributes().real("alpha");
    if (alpha == 0.0F) { ctx.fail("alpha is 0", "0", "other than 0"); }
    set_curve(ctx, step(curve_op::elu, alpha, alpha));
}

void selu(node_context& ctx) {
    const curve f = step(curve_op::elu, ctx.attributes().real("alpha"), 1.0F);
    set_curve(ctx, then(f, {curve_op::affine, ctx.attributes().real("gamma"), 0.0F}));
}

void thresholded_relu(node_context& ctx) {
    set_curve(ctx, step(curve_op::above, ctx.attributes().real("alpha")));
}

void plain_curve(node_context& ctx) {
    const std::string& op = ctx.node().op_type();
    const auto f = op == "Tanh"       ? curve_op::tanh
                   : op == "Erf"      ? curve_op::erf
                   : op == "Softplus" ? curve_op::softplus
                   : op == "Softsign" ? curve_op::softsign
                                      : curve_op::absolute;
    set_curve(ctx, step(f));
}

void power(node_context& ctx) {
    if (!ctx.is_constant(1)) {
        ctx.refuse("the exponent depends on the input", "use a constant exponent");
    }
    const tensor& exponent = ctx.constant(1, "exponent");
    if (exponent.size() != 1) {
        ctx.refuse("the exponent is not one number: shape " + list_text(exponent.shape),
                   "use one exponent for all elements");
    }
    const double a = exponent.as_double(0);
    if (!(a >= 1.0) || a > 16.0 || std::floor(a) != a) {
        ctx.refuse(fmt::format("the exponent is {}", a), "use a whole exponent from 1 to 16");
    }
    set_curve(ctx, step(curve_op::power, static_cast<float>(a)));
}

void negate(node_context& ctx) {
    const activation& in = ctx.value(0);
    ctx.set_value(0, ctx.add_layer(affine{{-1.0F}, {0.0F}}, {in.id}, in.item));
}

void set_leaky(node_context& ctx, const activation& from, std::vector<float> slopes) {
    const bool never = std::all_of(slopes.begin(), slopes.end(), [](float a) { return a == 0.0F; });
    const operation op = never ? operation{relu{}} : operation{leaky_relu{std::move(slopes)}};
    ctx.set_value(0, ctx.add_layer(op, {from.id}, from.item));
}

void leaky(node_context& ctx) { set_leaky(ctx, ctx.value(0), {ctx.attributes().real("alpha")}); }

/// Bounds from 0 on are those of a neuron; others make a table.
void set_clip(node_context& ctx, float low, float high) {
    const activation& in = ctx.value(0);
    constexpr float none = std::numeric_limits<float>::infinity();
    if (std::isnan(low) || std::isnan(high)) {
        ctx.fail("a bound is not a number", fmt::format("{} .. {}", low, high), "numbers");
    }
    if (low == -none && high == none) {
        ctx.set(0, ctx.input(0));
    } else if (low == 0.0F && high > 0.0F) {
        ctx.set_value(0, ctx.add_layer(relu{high}, {in.id}, in.item));
    } else {
        set_curve(ctx, step(curve_op::clip, low, high));
    }
}

}  // namespace synfire::converters::onnx_reader::ops
