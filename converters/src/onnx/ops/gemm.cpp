// SPDX-License-Identifier: Apache-2.0
// Gemm and MatMul with a constant factor. A vector per sample becomes a linear layer; a matrix per
// sample becomes a 1x1 convolution over its rows or columns.
#include <utility>

#include <fmt/format.h>

#include "onnx/ops/handlers.hpp"
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

matrix matrix_of(node_context& ctx, std::size_t i) {
    const tensor& t = ctx.weights(i, "weight");
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

/// weights: [out][in]
void set_linear(node_context& ctx, const activation& in, matrix weights, std::vector<float> bias) {
    linear op{std::move(weights.values), std::move(bias), static_cast<std::int32_t>(weights.rows),
              static_cast<std::int32_t>(weights.columns)};
    ctx.set_value(0, ctx.add_layer(std::move(op), {in.id}, {weights.rows}));
}

/// 1x1 convolution over {K, N}: every column is multiplied by weights [M][K].
activation column_product(node_context& ctx, const activation& in, const matrix& weights) {
    const std::int64_t columns = product(in.item) / weights.columns;
    const activation image = ctx.reshaped(in, {weights.columns, columns, 1}, "columns");
    convolution op;
    op.weights = weights.values;
    op.bias.assign(static_cast<std::size_t>(weights.rows), 0.0F);
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

void value_times_constant(node_context& ctx) {
    const activation& in = ctx.value(0);
    const matrix weights = transposed(matrix_of(ctx, 1));  // [out][in]
    if (in.item.empty()) {
        ctx.refuse("the input has no axis beside the batch",
                   "give every sample a vector of features");
    }
    require_inner(ctx, in.item.back(), weights.columns);
    if (in.item.size() == 1) {
        const std::vector<float> no_bias(static_cast<std::size_t>(weights.rows), 0.0F);
        set_linear(ctx, in, weights, no_bias);
        return;
    }
    const std::int64_t rows = product(in.item) / in.item.back();
    const activation columns =
        exchanged(ctx, in, rows, weights.columns, {weights.columns, rows}, "turned");
    const activation result = column_product(ctx, columns, weights);
    dims item = in.item;
    item.back() = weights.rows;
    ctx.set_value(0, exchanged(ctx, result, weights.rows, rows, std::move(item), ""));
}

void constant_times_value(node_context& ctx) {
    const activation& in = ctx.value(1);
    const matrix weights = matrix_of(ctx, 0);
    if (in.item.size() != 2) {
        ctx.refuse("a constant on the left of a value of shape " + batched_text(in.item),
                   "only matrices per sample are supported there");
    }
    require_inner(ctx, in.item[0], weights.columns);
    const activation result = column_product(ctx, in, weights);
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
    matrix weights = matrix_of(ctx, 1);
    if (ctx.attributes().integer("transB") == 0) { weights = transposed(weights); }
    require_inner(ctx, in.item[0], weights.columns);
    const float alpha = ctx.attributes().real("alpha");
    for (float& w : weights.values) { w *= alpha; }
    std::vector<float> bias = gemm_bias(ctx, weights.rows);
    set_linear(ctx, in, std::move(weights), std::move(bias));
}

void matmul(node_context& ctx) {
    if (ctx.is_constant(0) && ctx.is_constant(1)) {
        ctx.refuse("both factors are constants", "fold constants before export");
    }
    if (ctx.is_constant(1)) {
        value_times_constant(ctx);
    } else if (ctx.is_constant(0)) {
        constant_times_value(ctx);
    } else {
        ctx.refuse("both factors depend on the input (as in attention)",
                   "only products with constant weights become synapses");
    }
}

}  // namespace synfire::converters::onnx_reader::ops
