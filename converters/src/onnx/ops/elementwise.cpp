// SPDX-License-Identifier: Apache-2.0
// Add, Sub, Mul, Div by constants (affine), sums of values, PRelu, BatchNormalization.
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/broadcast.hpp"
#include "onnx/ops/curves.hpp"
#include "onnx/ops/handlers.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

/// One value and one constant, brought to the same shape.
struct scaled_value {
    activation value;
    std::vector<float> constant;  ///< one entry, one per channel, or one per element
};

/// True if all `run` neighbours from each multiple of `run` are equal.
bool constant_runs(const std::vector<float>& values, std::size_t run) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] != values[i - i % run]) { return false; }
    }
    return true;
}

std::vector<float> compressed(const std::vector<float>& values, const dims& item) {
    if (values.empty() || constant_runs(values, values.size())) {
        return {values.begin(), values.begin() + 1};
    }
    const std::size_t channels = item.empty() ? 1 : static_cast<std::size_t>(item[0]);
    const std::size_t run = values.size() / channels;
    if (!constant_runs(values, run)) { return values; }
    std::vector<float> out;
    for (std::size_t c = 0; c < channels; ++c) { out.push_back(values[c * run]); }
    return out;
}

/// Shape of the constant without the batch axis; refuses constants that differ between samples.
dims item_shape(node_context& ctx, const tensor& constant, std::size_t value_rank) {
    dims shape = constant.shape;
    if (shape.size() > value_rank) {
        ctx.refuse(
            fmt::format("the constant of shape {} has more axes than the value", list_text(shape)),
            "reshape the constant to the axes after the batch");
    }
    if (shape.size() == value_rank) {
        if (shape[0] != 1) {
            ctx.refuse("the constant differs between the samples of a batch",
                       "use 1 on the batch axis");
        }
        shape.erase(shape.begin());
    }
    return shape;
}

scaled_value value_and_constant(node_context& ctx, std::size_t value, std::size_t constant) {
    const activation& in = ctx.value(value);
    const tensor& c = ctx.weights(constant, "constant");
    const dims shape = item_shape(ctx, c, in.item.size() + 1);
    const dims item = broadcast_shape(ctx, in.item, shape);
    if (product(item) == 0) {
        ctx.fail("the constant has no elements", list_text(c.shape), "dimensions >= 1");
    }
    std::vector<float> values;
    for (const std::int32_t i : broadcast(shape, item).index) {
        values.push_back(c.reals[static_cast<std::size_t>(i)]);
    }
    return {broadcast_value(ctx, in, item), compressed(values, item)};
}

void set_affine(node_context& ctx, const activation& in, affine op) {
    for (const float v : op.scale) {
        if (!std::isfinite(v)) {
            ctx.fail("divides by zero", fmt::format("scale {}", v), "constants other than 0");
        }
    }
    ctx.set_value(0, ctx.add_layer(std::move(op), {in.id}, in.item));
}

/// value * scale + sign * constant, with the constant at the other input.
void add_constant(node_context& ctx, std::size_t value, float scale, float sign) {
    scaled_value s = value_and_constant(ctx, value, 1 - value);
    for (float& c : s.constant) { c *= sign; }
    std::vector<float> scales(s.constant.size(), scale);
    set_affine(ctx, s.value, {std::move(scales), std::move(s.constant)});
}

activation negated(node_context& ctx, const activation& in) {
    return ctx.add_layer(affine{{-1.0F}, {0.0F}}, {in.id}, in.item, "negated");
}

activation sum_of(node_context& ctx, const activation& a, const activation& b, const char* part) {
    if (a.item.size() != b.item.size()) {
        ctx.refuse(fmt::format("shapes {} and {} would be aligned across the batch axis",
                               batched_text(a.item), batched_text(b.item)),
                   "give both values the same number of axes");
    }
    const dims item = broadcast_shape(ctx, a.item, b.item);
    const activation left = broadcast_value(ctx, a, item);
    const activation right = broadcast_value(ctx, b, item);
    return ctx.add_layer(sum{}, {left.id, right.id}, item, part);
}

}  // namespace

void add(node_context& ctx) {
    if (ctx.is_constant(0) || ctx.is_constant(1)) {
        add_constant(ctx, ctx.is_constant(0) ? 1 : 0, 1.0F, 1.0F);
    } else {
        ctx.set_value(0, sum_of(ctx, ctx.value(0), ctx.value(1), ""));
    }
}

void subtract(node_context& ctx) {
    if (ctx.is_constant(1)) {
        add_constant(ctx, 0, 1.0F, -1.0F);
    } else if (ctx.is_constant(0)) {
        add_constant(ctx, 1, -1.0F, 1.0F);
    } else {
        const activation right = negated(ctx, ctx.value(1));
        ctx.set_value(0, sum_of(ctx, ctx.value(0), right, ""));
    }
}

namespace {

/// x * sigmoid(x) and its like are functions of one value; other products are gates.
void multiply_values(node_context& ctx) {
    const activation& a = ctx.value(0);
    const activation& b = ctx.value(1);
    const auto product =
        a.item == b.item ? product_of_functions(ctx.state().graph, a.id, b.id) : std::nullopt;
    if (!product) {
        ctx.refuse("multiplies two values that depend on the input (a gate)",
                   "spikes carry sums, not products: only constant factors and products of "
                   "functions of one value, such as x * sigmoid(x), are supported");
    }
    ctx.approximate("neurons fire by a table of the function, rounded to codes");
    ctx.set_value(0, ctx.add_layer(product->function, {product->of}, a.item));
}

}  // namespace

void parametric_relu(node_context& ctx) {
    if (!ctx.is_constant(1)) {
        ctx.refuse("the slope depends on the input", "make the slope an initializer");
    }
    scaled_value s = value_and_constant(ctx, 0, 1);
    if (s.value.item != ctx.value(0).item) {
        ctx.fail("the slope has more elements than the value",
                 list_text(ctx.constant(1, "slope").shape), batched_text(ctx.value(0).item));
    }
    const std::size_t channels =
        s.value.item.empty() ? 1 : static_cast<std::size_t>(s.value.item[0]);
    if (s.constant.size() != 1 && s.constant.size() != channels) {
        ctx.refuse("the slope differs between the positions of a channel",
                   "use one slope for each channel");
    }
    set_leaky(ctx, s.value, std::move(s.constant));
}

void multiply(node_context& ctx) {
    if (!ctx.is_constant(0) && !ctx.is_constant(1)) {
        multiply_values(ctx);
        return;
    }
    scaled_value s =
        value_and_constant(ctx, ctx.is_constant(0) ? 1 : 0, ctx.is_constant(0) ? 0 : 1);
    std::vector<float> zeros(s.constant.size(), 0.0F);
    set_affine(ctx, s.value, {std::move(s.constant), std::move(zeros)});
}

void divide(node_context& ctx) {
    if (!ctx.is_constant(1)) {
        ctx.refuse("divides by a value that depends on the input",
                   "only constant divisors are supported");
    }
    scaled_value s = value_and_constant(ctx, 0, 1);
    for (float& c : s.constant) { c = 1.0F / c; }
    std::vector<float> zeros(s.constant.size(), 0.0F);
    set_affine(ctx, s.value, {std::move(s.constant), std::move(zeros)});
}

void sum_values(node_context& ctx) {
    activation total = ctx.value(0);
    for (std::size_t i = 1; i < ctx.input_count(); ++i) {
        const bool last = i + 1 == ctx.input_count();
        total = sum_of(ctx, total, ctx.value(i), last ? "" : "sum");
    }
    ctx.set_value(0, std::move(total));
}

void batch_normalization(node_context& ctx) {
    const activation& in = ctx.value(0);
    const attribute_reader& attributes = ctx.attributes();
    const bool training =
        (ctx.opset() >= 14 && attributes.integer("training_mode") != 0) || ctx.output_count() > 1;
    if (training) {
        ctx.refuse("is in training mode",
                   "export the model for inference (model.eval() in PyTorch)");
    }
    if (ctx.opset() < 9 && attributes.integer("spatial") == 0) {
        ctx.refuse("spatial = 0: statistics per element", "export with spatial = 1");
    }
    if (in.item.empty()) {
        ctx.fail("input has no channels", batched_text(in.item), "[batch, channels, ...]");
    }
    const dims expected{in.item[0]};
    const char* roles[] = {"", "scale", "bias", "mean", "variance"};
    for (std::size_t i = 1; i < 5; ++i) {
        const tensor& t = ctx.weights(i, roles[i]);
        if (t.shape != expected) {
            ctx.fail(fmt::format("{} does not fit the channels", roles[i]), list_text(t.shape),
                     list_text(expected));
        }
    }
    const double epsilon = static_cast<double>(attributes.real("epsilon"));
    affine op;
    for (std::size_t c = 0; c < static_cast<std::size_t>(in.item[0]); ++c) {
        const double variance = ctx.weights(4, "variance").as_double(c) + epsilon;
        if (!(variance > 0.0)) {
            ctx.fail("variance plus epsilon is not positive",
                     fmt::format("{} in channel {}", variance, c), "> 0");
        }
        const double scale = ctx.weights(1, "scale").as_double(c) / std::sqrt(variance);
        const double mean = ctx.weights(3, "mean").as_double(c);
        op.scale.push_back(static_cast<float>(scale));
        op.offset.push_back(static_cast<float>(ctx.weights(2, "bias").as_double(c) - mean * scale));
    }
    set_affine(ctx, in, std::move(op));
}

}  // namespace synfire::converters::onnx_reader::ops
