// SPDX-License-Identifier: Apache-2.0
// One handler per operator, one file per family. Each reads its node through the context and
// answers there.
#pragma once

#include "onnx/node_context.hpp"

namespace synfire::converters::onnx_reader::ops {

// conv.cpp
void conv(node_context& ctx);

// conv_transpose.cpp
void conv_transpose(node_context& ctx);

// gemm.cpp
void gemm(node_context& ctx);
void matmul(node_context& ctx);

// codes.cpp: models that are quantised already
void quantise_linear(node_context& ctx);
void dequantise_linear(node_context& ctx);
void dequantise_constant(node_context& ctx);
void quantised_conv(node_context& ctx);
void quantised_matmul(node_context& ctx);
void quantised_gemm(node_context& ctx);
void quantised_add(node_context& ctx);
void quantised_concat(node_context& ctx);
void quantised_average_pool(node_context& ctx);
void quantised_global_average_pool(node_context& ctx);

// pool.cpp
void max_pool_window(node_context& ctx);
void average_pool_window(node_context& ctx);
void global_average_pool(node_context& ctx);
void global_max_pool(node_context& ctx);

// reduce.cpp
void reduce_value(node_context& ctx);  // ReduceMax, ReduceMean, ReduceSum

// activation.cpp
void rectify(node_context& ctx);
void clip(node_context& ctx);
void softmax(node_context& ctx);  // LogSoftmax too
void arg_max(node_context& ctx);
void pass_through(node_context& ctx);  // Identity
void dropout(node_context& ctx);
void cast(node_context& ctx);

// curves.cpp
void sigmoid(node_context& ctx);
void hard_sigmoid(node_context& ctx);
void hard_swish(node_context& ctx);
void gelu(node_context& ctx);
void mish(node_context& ctx);
void elu(node_context& ctx);
void celu(node_context& ctx);
void selu(node_context& ctx);
void thresholded_relu(node_context& ctx);
void plain_curve(node_context& ctx);  // Abs, Erf, Softplus, Softsign, Tanh
void power(node_context& ctx);
void negate(node_context& ctx);
void leaky(node_context& ctx);

// elementwise.cpp
void parametric_relu(node_context& ctx);
void add(node_context& ctx);
void subtract(node_context& ctx);
void multiply(node_context& ctx);
void divide(node_context& ctx);
void sum_values(node_context& ctx);
void batch_normalization(node_context& ctx);

// reshape.cpp
void reshape(node_context& ctx);
void flatten(node_context& ctx);
void squeeze(node_context& ctx);
void unsqueeze(node_context& ctx);

// movement_ops.cpp
void transpose(node_context& ctx);
void slice(node_context& ctx);
void pad(node_context& ctx);
void concat(node_context& ctx);
void split(node_context& ctx);
void gather(node_context& ctx);
void expand(node_context& ctx);

// blocks.cpp
void depth_to_space(node_context& ctx);
void space_to_depth(node_context& ctx);

// resize.cpp
void resize(node_context& ctx);
void upsample(node_context& ctx);

// constants.cpp: results are constants
void constant(node_context& ctx);
void constant_of_shape(node_context& ctx);
void shape_of(node_context& ctx);
void size_of(node_context& ctx);
void range(node_context& ctx);
void where(node_context& ctx);
void reduce_constant(node_context& ctx);  // ReduceProd, ReduceSum

// arithmetic.cpp: constants only
void binary_arithmetic(node_context& ctx);
void unary_arithmetic(node_context& ctx);

}  // namespace synfire::converters::onnx_reader::ops
