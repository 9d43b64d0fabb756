// SPDX-License-Identifier: Apache-2.0
// The trained network as the converter sees it: real numbers, ONNX order (channel first), static
// shapes without the batch axis, few layer kinds. The ONNX reader produces it; passes and the float
// executor work on it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <synfire/core/network.hpp>

#include "curve.hpp"

namespace synfire::converters {

using dims = std::vector<std::int64_t>;
using value_id = std::size_t;

std::int64_t element_count(const dims& shape);

/// What the file holds where weights and biases are integers: a real weight is a whole number times
/// its scale.
struct stored_integers {
    std::vector<float> weight_scale;  ///< one for all, or one per output channel
    std::vector<std::int64_t> bias;   ///< per output channel; empty where the file has real biases
    std::vector<float> bias_scale;    ///< as weight_scale; empty with `bias`
};

/// 8-bit codes of the file: code = clamp(round_half_even(x / scale) + zero, lo, hi). One scale and
/// zero for all, or one of each per channel (axis 0 of the item).
struct code_format {
    std::vector<float> scale;
    std::vector<std::int32_t> zero;
    std::int32_t lo = 0;
    std::int32_t hi = 255;
};

/// Convolution over {C, H, W}. weights: [out][in/groups][kh][kw]; bias: [out].
struct convolution {
    std::vector<float> weights;
    std::vector<float> bias;
    std::int32_t out_channels = 0;
    std::int32_t in_channels = 0;
    std::int32_t groups = 1;
    kernel_geometry geometry;  ///< pads: top, left, bottom, right
    std::optional<stored_integers> stored{};
};

/// Transposed convolution over {C, H, W}. weights: [in][out/groups][kh][kw]; bias: [out]. The
/// output shape holds the output padding.
struct transposed_convolution {
    std::vector<float> weights;
    std::vector<float> bias;
    std::int32_t out_channels = 0;
    std::int32_t in_channels = 0;
    std::int32_t groups = 1;
    kernel_geometry geometry;  ///< pads: top, left, bottom, right
    std::optional<stored_integers> stored{};
};

/// y = W x + b over a vector {I}. weights: [out][in]; bias: [out].
struct linear {
    std::vector<float> weights;
    std::vector<float> bias;
    std::int32_t out_features = 0;
    std::int32_t in_features = 0;
    std::optional<stored_integers> stored{};
};

/// y = x * scale + offset, with one entry for all, one per channel (axis 0 of the item), or one per
/// element. BatchNormalization and Add/Sub/Mul/Div by constants.
struct affine {
    std::vector<float> scale;
    std::vector<float> offset;
};

/// Negative values become 0, those above `upper` (Relu6) become `upper`.
struct relu {
    float upper = std::numeric_limits<float>::infinity();
};

/// Negative values are multiplied by `slope`: one for all, or one per channel.
struct leaky_relu {
    std::vector<float> slope;
};

/// Largest value of each window; padding never wins. The output shape already honours ceil_mode.
struct max_pool {
    kernel_geometry geometry;
};

/// Mean of each window over {C, H, W}; GlobalAveragePool has the kernel of its input.
struct average_pool {
    kernel_geometry geometry;
    bool count_include_pad = false;
    bool global = false;
};

/// Elementwise sum of two values of the same shape.
struct sum {};

/// Output element e is input element index[e] counted over all inputs one after the other (input 0
/// first, each in its own row-major order), or 0 where index[e] is -1. Reshape, Flatten, Slice,
/// Pad, Concat, Transpose, Squeeze.
struct index_map {
    std::vector<std::int32_t> index;
};

/// Row e of the compressed rows says which input elements, times which constants, add up to output
/// element e: bilinear resizing, sums over any axes.
struct sparse_map {
    std::vector<std::int64_t> row_ptr;
    std::vector<std::int32_t> column;
    std::vector<float> weights;
};

/// Real numbers to the codes of the file (QuantizeLinear).
struct quantise_layer {
    code_format format;
};

/// Codes of the file to real numbers, (code - zero) * scale (DequantizeLinear).
struct dequantise_layer {
    code_format format;
};

using operation = std::variant<convolution, transposed_convolution, linear, affine, relu,
                               leaky_relu, curve, max_pool, average_pool, sum, index_map,
                               sparse_map, quantise_layer, dequantise_layer>;

/// A value is one tensor of one sample; shape has no batch axis.
struct value_info {
    std::string name;
    dims shape;
};

struct layer {
    std::string name;     ///< name of the ONNX node (its first output where it has none)
    std::string onnx_op;  ///< operator type in the file, for reports
    operation op;
    std::vector<value_id> inputs;
    value_id output = 0;
};

/// An output of the model and the functions (softmax, argmax, ...) that the file applies last; they
/// stay on the host.
struct graph_output {
    value_id value = 0;
    std::string name;
    std::vector<std::string> host_functions;
};

/// Layers are in topological order; every value has one producer or is an input.
struct model_graph {
    std::vector<value_info> values;
    std::vector<layer> layers;
    std::vector<value_id> inputs;
    std::vector<graph_output> outputs;
    std::map<std::string, std::string> metadata;  ///< ONNX metadata_props
    std::string source;                           ///< path, for messages
};

/// True where the file quantises activations itself: its integers are imported as they are.
bool is_quantised(const model_graph& model);

}  // namespace synfire::converters
