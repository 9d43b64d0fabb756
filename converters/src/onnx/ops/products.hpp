// SPDX-License-Identifier: Apache-2.0
// Products with constant weights, for the operators that have them and for their quantised forms.
#pragma once

#include <optional>
#include <vector>

#include "onnx/node_context.hpp"

namespace synfire::converters::onnx_reader::ops {

/// Weights and bias of a product, real numbers; where the file holds integers, tensor::codes has
/// them.
struct product_weights {
    const tensor& weights;
    const tensor* bias = nullptr;  ///< may be null
};

/// What the file holds of them in integers; nothing where its weights are real. `axis` is that of
/// the output channels.
std::optional<stored_integers> stored_of(const product_weights& w, std::size_t axis);

/// The bias, one number per channel; bad_input otherwise.
std::vector<float> checked_bias(node_context& ctx, const tensor& bias, std::int64_t channels);

/// Conv with the node's own attributes applied to any value; `part` as in
/// node_context::add_layer.
activation add_convolution(node_context& ctx, const activation& value, const product_weights& w,
                           const char* part);

/// Product of a vector, or of each row of a matrix, with weights [in][out], or [out][in] where
/// `transposed`.
activation add_product(node_context& ctx, const activation& value, const product_weights& w,
                       bool transposed, const char* part);

}  // namespace synfire::converters::onnx_reader::ops
