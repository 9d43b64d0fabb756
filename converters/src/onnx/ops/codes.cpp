// SPDX-License-Identifier: Apache-2.0
// Models that are quantised already: QuantizeLinear and DequantizeLinear, and the operators that
// work on codes, which become DequantizeLinear, the real operator and QuantizeLinear. The integers
// themselves travel beside the real weights.
#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/handlers.hpp"
#include "onnx/ops/products.hpp"
#include "onnx/ops/windows.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

using proto_type = onnx::TensorProto;

/// Scale and zero point of one tensor: inputs number `scale` and the one after it.
struct parameters {
    std::vector<float> scale;
    std::vector<std::int64_t> zero;  ///< as many as scales
    std::optional<element_type> type;
};

parameters read_parameters(node_context& ctx, std::size_t scale) {
    parameters p;
    p.scale = ctx.weights(scale, "scale").reals;
    for (const float s : p.scale) {
        if (!(s > 0.0F)) {
            ctx.fail("scales must be positive", fmt::format("{}", s), "numbers above 0", "");
        }
    }
    p.zero.assign(p.scale.size(), 0);
    if (ctx.has_input(scale + 1)) {
        const std::vector<std::int64_t> zero = ctx.integers(scale + 1, "zero point");
        p.type = ctx.constant(scale + 1, "zero point").type;
        if (zero.size() != p.scale.size()) {
            ctx.fail("scales and zero points differ in number", std::to_string(zero.size()),
                     std::to_string(p.scale.size()));
        }
        p.zero = zero;
    }
    if (p.scale.empty()) { ctx.fail("a scale has no elements"); }
    return p;
}

/// Range of 8-bit codes; refuses other types of activations.
code_format format_of(const node_context& ctx, const parameters& p, element_type type) {
    if (type != proto_type::UINT8 && type != proto_type::INT8) {
        ctx.refuse("codes of the element type " + type_text(type),
                   "quantise activations to uint8 or int8");
    }
    code_format f{
        p.scale, {}, type == proto_type::UINT8 ? 0 : -128, type == proto_type::UINT8 ? 255 : 127};
    for (const std::int64_t z : p.zero) {
        if (z < f.lo || z > f.hi) {
            ctx.fail("zero point out of range", std::to_string(z),
                     fmt::format("{} .. {}", f.lo, f.hi));
        }
        f.zero.push_back(static_cast<std::int32_t>(z));
    }
    return f;
}

/// Several scales stand along the channels, the first axis of a sample.
void require_channel_axis(node_context& ctx, const parameters& p, const dims& item) {
    if (ctx.opset() >= 21 && ctx.attributes().integer("block_size") != 0) {
        ctx.refuse("scales by blocks", "use one scale per tensor or per channel");
    }
    if (p.scale.size() == 1) { return; }
    const std::int64_t axis = ctx.opset() >= 13 ? ctx.attributes().integer("axis") : 1;
    const bool channels = ctx.axis(axis, item.size() + 1) == 1;
    if (!channels || item.empty() || static_cast<std::int64_t>(p.scale.size()) != item[0]) {
        ctx.refuse("scales of activations along another axis than the channels",
                   "quantise activations per tensor");
    }
}

activation quantised(node_context& ctx, const activation& in, code_format format,
                     element_type type) {
    activation out = ctx.add_layer(quantise_layer{std::move(format)}, {in.id}, in.item);
    out.type = type;
    return out;
}

activation dequantised(node_context& ctx, const activation& in, code_format format,
                       const char* part) {
    return ctx.add_layer(dequantise_layer{std::move(format)}, {in.id}, in.item, part);
}

/// Value number `value` as real numbers; its scale and zero point are the inputs after it.
activation real_value(node_context& ctx, std::size_t value) {
    const activation& in = ctx.value(value);
    const parameters p = read_parameters(ctx, value + 1);
    if (p.scale.size() != 1) { ctx.refuse("an activation with several scales", "use one scale"); }
    return dequantised(ctx, in, format_of(ctx, p, in.type), "real");
}

/// Result of the operator: `value` on the scale and zero point of inputs `scale` and scale + 1.
void set_codes(node_context& ctx, const activation& value, std::size_t scale) {
    const parameters p = read_parameters(ctx, scale);
    if (p.scale.size() != 1) { ctx.refuse("an activation with several scales", "use one scale"); }
    const element_type type = p.type.value_or(proto_type::UINT8);
    ctx.set_value(0, quantised(ctx, value, format_of(ctx, p, type), type));
}

/// Real numbers of integer constants: scale * (code - zero), along `axis` where there are several.
tensor real_constant(const node_context& ctx, const tensor& codes, const parameters& p,
                     std::size_t axis) {
    tensor real = make_tensor(proto_type::FLOAT, codes.shape);
    const std::size_t count = p.scale.size();
    const bool fits =
        count == 1
        || (axis < codes.shape.size() && static_cast<std::int64_t>(count) == codes.shape[axis]);
    if (codes.is_real() || codes.integers.size() != real.reals.size() || !fits) {
        ctx.fail("scales do not fit their constant", fmt::format("{} scales", count),
                 fmt::format("1, or one per index of axis {} of {}", axis, list_text(codes.shape)));
    }
    std::size_t block = 1;
    for (std::size_t a = axis + 1; a < codes.shape.size(); ++a) {
        block *= static_cast<std::size_t>(codes.shape[a]);
    }
    auto kept = std::make_shared<constant_codes>();
    kept->scale = p.scale;
    kept->axis = axis;
    for (std::size_t i = 0; i < codes.integers.size(); ++i) {
        const std::size_t k = count == 1 ? 0 : i / block % count;
        kept->integers.push_back(codes.integers[i] - p.zero[k]);
        real.reals[i] = static_cast<float>(kept->integers.back()) * p.scale[k];
        if (!std::isfinite(real.reals[i])) {
            ctx.fail("a constant times its scale is not finite",
                     fmt::format("{} * {}", kept->integers.back(), p.scale[k]), "finite numbers");
        }
    }
    real.codes = std::move(kept);
    return real;
}

/// Constant weights at input `i`, with scale and zero point behind them.
tensor real_weights(node_context& ctx, std::size_t i, std::size_t axis) {
    const parameters p = read_parameters(ctx, i + 1);
    return real_constant(ctx, ctx.constant(i, "weight"), p, axis);
}

/// A bias of integers, in units of the source's scale times the weights' scale.
tensor real_bias(node_context& ctx, std::size_t i, float in_scale, const tensor& weights) {
    parameters p;
    for (const float s : weights.codes->scale) { p.scale.push_back(in_scale * s); }
    p.zero.assign(p.scale.size(), 0);
    return real_constant(ctx, ctx.constant(i, "bias"), p, 0);
}

float only_scale(node_context& ctx, std::size_t i) { return read_parameters(ctx, i).scale.front(); }

void require_channels_first(node_context& ctx) {
    if (ctx.attributes().integer("channels_last") != 0) {
        ctx.refuse("channels_last = 1", "export with channels first");
    }
}

}  // namespace

std::optional<stored_integers> stored_of(const product_weights& w, std::size_t axis) {
    const auto& codes = w.weights.codes;
    if (codes == nullptr || (codes->scale.size() > 1 && codes->axis != axis)) {
        return std::nullopt;
    }
    stored_integers stored{codes->scale, {}, {}};
    if (w.bias != nullptr && w.bias->codes != nullptr) {
        stored.bias = w.bias->codes->integers;
        stored.bias_scale = w.bias->codes->scale;
    }
    return stored;
}

std::vector<float> checked_bias(node_context& ctx, const tensor& bias, std::int64_t channels) {
    if (bias.shape != dims{channels}) {
        ctx.fail("bias does not fit the output channels", list_text(bias.shape),
                 list_text({channels}));
    }
    return bias.reals;
}

void quantise_linear(node_context& ctx) {
    const activation& in = ctx.value(0);
    const parameters p = read_parameters(ctx, 1);
    require_channel_axis(ctx, p, in.item);
    element_type type = p.type.value_or(proto_type::UINT8);
    if (ctx.opset() >= 21 && !p.type && ctx.attributes().given("output_dtype")) {
        type = static_cast<element_type>(ctx.attributes().integer("output_dtype"));
    }
    ctx.set_value(0, quantised(ctx, in, format_of(ctx, p, type), type));
}

void dequantise_linear(node_context& ctx) {
    const activation& in = ctx.value(0);
    const parameters p = read_parameters(ctx, 1);
    require_channel_axis(ctx, p, in.item);
    if (p.type && *p.type != in.type) {
        ctx.fail("zero point and codes have different types", type_text(*p.type),
                 type_text(in.type));
    }
    ctx.set_value(0, dequantised(ctx, in, format_of(ctx, p, in.type), ""));
}

void dequantise_constant(node_context& ctx) {
    if (ctx.opset() >= 21 && ctx.attributes().integer("block_size") != 0) {
        ctx.refuse("scales by blocks", "use one scale per tensor or per channel");
    }
    const tensor& codes = ctx.constant(0, "input");
    const parameters p = read_parameters(ctx, 1);
    const std::int64_t axis = ctx.opset() >= 13 ? ctx.attributes().integer("axis") : 1;
    const bool several = p.scale.size() > 1;
    ctx.set_constant(
        0, real_constant(ctx, codes, p, several ? ctx.axis(axis, codes.shape.size()) : 0));
}

void quantised_conv(node_context& ctx) {
    const activation in = real_value(ctx, 0);
    const tensor weights = real_weights(ctx, 3, 0);
    const bool biased = ctx.has_input(8);
    const tensor bias = biased ? real_bias(ctx, 8, only_scale(ctx, 1), weights) : tensor{};
    const activation product =
        add_convolution(ctx, in, {weights, biased ? &bias : nullptr}, "product");
    set_codes(ctx, product, 6);
}

void quantised_matmul(node_context& ctx) {
    if (ctx.is_constant(0)) { ctx.refuse("the first factor is a constant", "swap the factors"); }
    const activation in = real_value(ctx, 0);
    const std::size_t rank = ctx.constant(3, "weight").shape.size();
    const tensor weights = real_weights(ctx, 3, rank == 0 ? 0 : rank - 1);
    set_codes(ctx, add_product(ctx, in, {weights}, false, "product"), 6);
}

void quantised_gemm(node_context& ctx) {
    if (ctx.attributes().integer("transA") != 0 || ctx.attributes().real("alpha") != 1.0F) {
        ctx.refuse("transA or alpha", "export with transA = 0 and alpha = 1");
    }
    const activation in = real_value(ctx, 0);
    const bool turned = ctx.attributes().integer("transB") != 0;
    const tensor weights = real_weights(ctx, 3, turned ? 0 : 1);
    const bool biased = ctx.has_input(6);
    const tensor bias = biased ? real_bias(ctx, 6, only_scale(ctx, 1), weights) : tensor{};
    const bool ends = !ctx.has_input(7);
    const activation product =
        add_product(ctx, in, {weights, biased ? &bias : nullptr}, turned, ends ? "" : "product");
    if (ends) {
        ctx.set_value(0, product);
    } else {
        set_codes(ctx, product, 7);
    }
}

void quantised_add(node_context& ctx) {
    const activation a = real_value(ctx, 0);
    const activation b = real_value(ctx, 3);
    if (a.item != b.item) {
        ctx.refuse(
            fmt::format("shapes {} and {} differ", batched_text(a.item), batched_text(b.item)),
            "add values of one shape");
    }
    set_codes(ctx, ctx.add_layer(sum{}, {a.id, b.id}, a.item, "sum"), 6);
}

void quantised_concat(node_context& ctx) {
    std::vector<dims> shapes;
    std::vector<value_id> parts;
    for (std::size_t i = 2; i < ctx.input_count(); i += 3) {
        const activation part = real_value(ctx, i);
        dims shape{1};
        shape.insert(shape.end(), part.item.begin(), part.item.end());
        shapes.push_back(std::move(shape));
        parts.push_back(part.id);
    }
    if (parts.empty()) { ctx.fail("an input is missing", "no parts", "one or more"); }
    const std::size_t axis = ctx.axis(ctx.attributes().integer("axis"), shapes.front().size());
    if (axis == 0) { ctx.refuse("joins along the batch axis", "join along another axis"); }
    for (const dims& shape : shapes) {
        dims others = shape;
        if (others.size() == shapes.front().size()) { others[axis] = shapes.front()[axis]; }
        if (others != shapes.front()) {
            ctx.fail("parts do not fit together", list_text(shape), list_text(shapes.front()));
        }
    }
    const movement moved = joined(shapes, axis);
    ctx.require_size(moved.shape);
    const activation whole = ctx.add_layer(
        index_map{moved.index}, parts, dims(moved.shape.begin() + 1, moved.shape.end()), "joined");
    set_codes(ctx, whole, 0);
}

void quantised_average_pool(node_context& ctx) {
    require_channels_first(ctx);
    set_codes(ctx, add_average_pool(ctx, real_value(ctx, 0), "mean"), 3);
}

void quantised_global_average_pool(node_context& ctx) {
    require_channels_first(ctx);
    set_codes(ctx, add_global_average_pool(ctx, real_value(ctx, 0), "mean"), 3);
}

}  // namespace synfire::converters::onnx_reader::ops
