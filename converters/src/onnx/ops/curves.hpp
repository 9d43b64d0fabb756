// SPDX-License-Identifier: Apache-2.0
// Functions of one value that are applied to every element alike.
#pragma once

#include <optional>
#include <vector>

#include "onnx/node_context.hpp"

namespace synfire::converters::onnx_reader::ops {

struct value_function {
    value_id of = 0;
    curve function;
};

/// The product of two values as a function of one value that both are functions of, if there is one
/// near.
std::optional<value_function> product_of_functions(const model_graph& graph, value_id a,
                                                   value_id b);

/// Negative values of `from` times slopes, one for all or one per channel. Slopes of 0 make a Relu,
/// which all passes know.
void set_leaky(node_context& ctx, const activation& from, std::vector<float> slopes);

/// Output 0 is input 0 between two bounds; infinity is none.
void set_clip(node_context& ctx, float low, float high);

}  // namespace synfire::converters::onnx_reader::ops
