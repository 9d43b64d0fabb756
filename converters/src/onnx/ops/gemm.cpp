// SPDX-License-Identifier: Apache-2.0
// Gemm and MatMul with a constant factor. A vector per sample becomes a linear layer; a matrix per
// sample becomes a 1x1 convolution over its rows or columns.
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/handlers.hpp"
#include "onnx/ops/products.hpp"
#include "onnx/text.hpp"

namespace synfire::converters::onnx_reader::ops {
namespace {

/// A constant matrix, row major.
struct matrix {
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<float> values;
};

matrix transposed(const matrix& m) {
    matrix t{m.columns, m.rows, std::vector<float>(m.values.size())};
    for (std::int64_t r = 0; r < m.rows; ++r) {
        for (std::int64_t c = 0; c < m.columns; ++c) {
            t.values[static_cast<std::size_t>(c * m.rows + r)] =
                m.values[static_cast<std::size_t>(r * m.columns + c)];
        }
    }
    return t;
}

matrix matrix_of(node_context& ctx, const tensor& t) {
    dims shape = t.shape;
    while (shape.size() > 2 && shape.front() == 1) { shape.erase(shape.begin()); }
    if (shape.size() > 2) {
        ctx.refuse("a constant factor with " + std::to_string(shape.size()) + " dimensions",
                   "only one matrix per node is supported");
    }
    if (shape.size() != 2 || product(shape) == 0) {
        ctx.fail("weights have a wrong shape", list_text(t.shape), "a matrix");
    }
    return {shape[0], shape[1], t.reals};
}

void require_inner(node_context& ctx, std::int64_t found, std::int64_t expected) {
    if (found != expected) {
        ctx.fail("inner dimensions differ", fmt::format("{} inputs", found),
                 fmt::format("{} rows of weights", expected));
    }
}

/// What a layer of outputs adds, and the integers behind it.
struct additions {
    std::vector<float> bias;
    std::optional<stored_integers> stored{};
};

/// weights: [out][in]
activation add_linear(node_context& ctx, const activation& in, matrix weights, additions extra,
                      const char* part) {
    linear op{std::move(weights.values), std::move(extra.bias),
              static_cast<std::int32_t>(weights.rows), static_cast<std::int32_t>(weights.columns),
              std::move(extra.stored)};
    return ctx.add_layer(std::move(op), {in.id}, {weights.rows}, part);
}

/// 1x1 convolution over {K, N}: every column is multiplied by weights [M][K].
activation column_product(node_context& ctx, const activation& in, const matrix& weights,
                          const additions& extra) {
    const std::int64_t columns = product(in.item) / weights.columns;
    const activation image = ctx.reshaped(in, {weights.columns, columns, 1}, "columns");
    convolution op;
    op.weights = weights.values;
    op.bias = extra.bias;
    op.stored = extra.stored;
    op.out_channels = static_cast<std::int32_t>(weights.rows);
    op.in_channels = static_cast<std::int32_t>(weights.columns);
    return ctx.add_layer(std::move(op), {image.id}, {weights.rows, columns, 1}, "product");
}

/// Rows and columns of a {A, B} value exchanged.
activation exchanged(node_context& ctx, const activation& in, std::int64_t a, std::int64_t b,
                     dims item, const char* part) {
    const movement moved = separable({{whole({a, b})[1]}, {whole({a, b})[0]}});
    return ctx.add_layer(index_map{moved.index}, {in.id}, std::move(item), part);
}

activation value_times(node_context& ctx, const activation& in, const matrix& weights,
                       additions extra, const char* part) {
    if (in.item.empty()) {
        ctx.refuse("the input has no axis beside the batch",
                   "give every sample a vector of features");
    }
    require_inner(ctx, in.item.back(), weights.columns);
    if (in.item.size() == 1) { return add_linear(ctx, in, weights, std::move(extra), part); }
    const std::int64_t rows = product(in.item) / in.item.back();
    const activation columns =
        exchanged(ctx, in, rows, weights.columns, {weights.columns, rows}, "turned");
    const activation result = column_product(ctx, columns, weights, extra);
    dims item = in.item;
    item.back() = weights.rows;
    return exchanged(ctx, result, weights.rows, rows, std::move(item), part);
}

void constant_times_value(node_context& ctx) {
    const activation& in = ctx.value(1);
    const matrix weights = matrix_of(ctx, ctx.weights(0, "weight"));
    if (in.item.size() != 2) {
        ctx.refuse("a constant on the left of a value of shape " + batched_text(in.item),
                   "only matrices per sample are supported there");
    }
    require_inner(ctx, in.item[0], weights.columns);
    const std::vector<float> no_bias(static_cast<std::size_t>(weights.rows), 0.0F);
    const activation result = column_product(ctx, in, weights, {no_bias});
    ctx.set_value(0, ctx.reshaped(result, {weights.rows, in.item[1]}, ""));
}

/// C of Gemm times beta, for every output; only shapes that are equal for all samples.
std::vector<float> gemm_bias(node_context& ctx, std::int64_t outputs) {
    std::vector<float> bias(static_cast<std::size_t>(outputs), 0.0F);
    if (!ctx.has_input(2)) { return bias; }
    const tensor& c = ctx.weights(2, "C");
    dims shape = c.shape;
    while (shape.size() > 1 && shape.front() == 1) { shape.erase(shape.begin()); }
    if (shape.size() > 1) {
        ctx.refuse("C differs between the samples of a batch", "use a vector");
    }
    const bool one = product(shape) == 1;
    if (!one && (shape.empty() || shape[0] != outputs)) {
        ctx.fail("C does not fit the outputs", list_text(c.shape), list_text({outputs}));
    }
    const float beta = ctx.attributes().real("beta");
    for (std::size_t o = 0; o < bias.size(); ++o) { bias[o] = beta * c.reals[one ? 0 : o]; }
    return bias;
}

}  // namespace

void gemm(node_context& ctx) {
    if (ctx.attributes().integer("transA") != 0) {
        ctx.refuse("transA turns the batch axis into features", "export with transA = 0");
    }
    if (ctx.is_constant(0)) {
        ctx.refuse("A is a constant: the result is no longer one row per sample",
                   "swap the factors, or use MatMul on a matrix per sample");
    }
    const activation& in = ctx.value(0);
    if (in.item.size() != 1) {
        ctx.fail("A has a wrong shape", batched_text(in.item), "[batch, features]",
                 "put a Flatten before it");
    }
    const product_weights factors{ctx.weights(1, "weight"),
                                  ctx.has_input(2) ? &ctx.weights(2, "C") : nullptr};
    matrix weights = matrix_of(ctx, factors.weights);
    const bool turn = ctx.attributes().integer("transB") == 0;
    if (turn) { weights = transposed(weights); }
    require_inner(ctx, in.item[0], weights.columns);
    const float alpha = ctx.attributes().real("alpha");
    for (float& w : weights.values) { w *= alpha; }
    additions extra{gemm_bias(ctx, weights.rows)};
    const bool plain = alpha == 1.0F && ctx.attributes().real("beta") == 1.0F;
    if (plain) { extra.stored = stored_of(factors, turn ? 1 : 0); }
    ctx.set_value(0, add_linear(ctx, in, std::move(weights), std::move(extra), ""));
}

activation add_product(node_context& ctx, const activation& value, const product_weights& w,
                       bool turned, const char* part) {
    matrix weights = matrix_of(ctx, w.weights);
    if (!turned) { weights = transposed(weights); }
    additions extra{std::vector<float>(static_cast<std::size_t>(weights.rows), 0.0F),
                    stored_of(w, w.weights.shape.size() - (turned ? 2 : 1))};
    if (w.bias != nullptr) { extra.bias = checked_bias(ctx, *w.bias, weights.rows); }
    return value_times(ctx, value, weights, std::move(extra), part);
}

void matmul(node_context& ctx) {
    if (ctx.is_constant(0) && ctx.is_constant(1)) {
        ctx.refuse("both factors are constants", "fold constants before export");
    }
    if (ctx.is_constant(1)) {
        ctx.set_value(0, add_product(ctx, ctx.value(0), {ctx.weights(1, "weight")}, false, ""));
    } else if (ctx.is_constant(0)) {
        constant_times_value(ctx);
    } else {
        ctx.refuse("both factors depend on the input (as in attention)",
                   "only products with constant weights become synapses");
    }
}

}  // namespace synfire::converters::onnx_reader::ops
