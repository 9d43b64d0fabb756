// SPDX-License-Identifier: Apache-2.0
// The table of supported operators: operator sets, handlers, treatment and limits, sorted by name.
// Rules that changed within the range of operator sets are handled where the table says "until" and
// "since".
#include "onnx/operator_table.hpp"

#include <algorithm>
#include <iterator>

#include "onnx/ops/handlers.hpp"

namespace synfire::converters::onnx_reader {
namespace {

constexpr int oldest = 7;
constexpr int newest = 22;
constexpr node_class exact = node_class::exact;
constexpr std::string_view evaluated = "evaluated while reading";
constexpr node_class tabulated = node_class::approximate;
constexpr std::string_view table_treatment = "fire table: rounded to codes";

const operator_entry table[] = {
    {{"Abs", oldest, newest, tabulated, table_treatment, "constants are evaluated"},
     ops::plain_curve,
     ops::unary_arithmetic},
    {{"Add", oldest, newest, exact, "constant: affine; value: both inject into one neuron",
      "values of equal rank, broadcast to one shape; a constant must be the same for all samples"},
     ops::add,
     ops::binary_arithmetic},
    {{"ArgMax", oldest, newest, exact, "left to the host",
      "at the end of the graph, over the whole sample; ties go to the lowest index"},
     ops::arg_max,
     nullptr,
     true,
     true},
    {{"AveragePool", oldest, newest, exact, "average over windows",
      "one or two spatial axes; auto_pad, pads, strides, dilations (since 19), ceil_mode (since "
      "10), "
      "count_include_pad; a window may not start in the end padding"},
     ops::average_pool_window,
     nullptr},
    {{"BatchNormalization", oldest, newest, exact,
      "affine per channel, folded into the weights before it",
      "inference only; spatial = 1 (until 8)"},
     ops::batch_normalization,
     nullptr},
    {{"Cast", oldest, newest, exact, "nothing to do; constants are converted",
      "a layer's output stays in floating point; float16 is computed as float"},
     ops::cast,
     ops::cast,
     false,
     true},
    {{"Ceil", oldest, newest, exact, evaluated, "constants only"}, nullptr, ops::unary_arithmetic},
    {{"Celu", 12, newest, tabulated, table_treatment, ""}, ops::celu, nullptr},
    {{"Clip", oldest, newest, exact, "rectifier with an upper bound; other bounds: fire table",
      "constant bounds, inputs since 11"},
     ops::clip,
     nullptr},
    {{"Concat", oldest, newest, exact, "index map",
      "any axis but the batch; values and constants do not mix"},
     ops::concat,
     ops::concat},
    {{"Constant", oldest, newest, exact, evaluated, "dense numbers"}, nullptr, ops::constant},
    {{"ConstantOfShape", 9, newest, exact, evaluated, "shape independent of the batch"},
     nullptr,
     ops::constant_of_shape},
    {{"Conv", oldest, newest, exact, "convolution",
      "one or two spatial axes, constant weights; auto_pad, pads, strides, dilations, group"},
     ops::conv,
     nullptr},
    {{"ConvTranspose", oldest, newest, exact, "transposed convolution",
      "one or two spatial axes, constant weights; auto_pad, pads, strides, dilations, group, "
      "output_padding, output_shape"},
     ops::conv_transpose,
     nullptr},
    {{"DepthToSpace", oldest, newest, exact, "index map", "mode DCR, CRD since 11"},
     ops::depth_to_space,
     ops::depth_to_space},
    {{"DequantizeLinear", 10, newest, exact, "codes of the file, imported as they are",
      "8-bit codes, or constants of 8 or 32 bits; one scale, or one per channel"},
     ops::dequantise_linear,
     ops::dequantise_constant},
    {{"Div", oldest, newest, exact, "affine", "constant divisor"},
     ops::divide,
     ops::binary_arithmetic},
    {{"Dropout", oldest, newest, exact, "removed",
      "inference only; the output mask must be unused"},
     ops::dropout,
     ops::dropout,
     false,
     true},
    {{"Elu", oldest, newest, tabulated, table_treatment, ""}, ops::elu, nullptr},
    {{"Equal", oldest, newest, exact, evaluated, "constants only"},
     nullptr,
     ops::binary_arithmetic},
    {{"Erf", 9, newest, tabulated, table_treatment, ""}, ops::plain_curve, nullptr},
    {{"Expand", 8, newest, exact, "index map", "the batch axis stays as it is"},
     ops::expand,
     ops::expand},
    {{"Flatten", oldest, newest, exact, "index map", "the batch axis stays apart"},
     ops::flatten,
     ops::flatten},
    {{"Floor", oldest, newest, exact, evaluated, "constants only"}, nullptr, ops::unary_arithmetic},
    {{"Gather", oldest, newest, exact, "index map", "constant indices, any axis but the batch"},
     ops::gather,
     ops::gather},
    {{"Gelu", 20, newest, tabulated, table_treatment, "decomposed forms are recognised, too"},
     ops::gelu,
     nullptr},
    {{"Gemm", oldest, newest, exact, "dense layer",
      "constant B and C, transA = 0; alpha, beta, transB"},
     ops::gemm,
     nullptr},
    {{"GlobalAveragePool", oldest, newest, exact, "mean of each channel",
      "one or two spatial axes"},
     ops::global_average_pool,
     nullptr},
    {{"GlobalMaxPool", oldest, newest, exact, "largest value of each channel",
      "one or two spatial axes"},
     ops::global_max_pool,
     nullptr},
    {{"Greater", oldest, newest, exact, evaluated, "constants only"},
     nullptr,
     ops::binary_arithmetic},
    {{"HardSigmoid", oldest, newest, tabulated, table_treatment, ""}, ops::hard_sigmoid, nullptr},
    {{"HardSwish", 14, newest, tabulated, table_treatment, ""}, ops::hard_swish, nullptr},
    {{"Identity", oldest, newest, exact, "removed", ""},
     ops::pass_through,
     ops::pass_through,
     false,
     true},
    {{"LeakyRelu", oldest, newest, exact, "signed neurons with a threshold for negative values",
      "slopes 0 (Relu) and 1/1024 to 16; others: fire table"},
     ops::leaky,
     nullptr},
    {{"Less", oldest, newest, exact, evaluated, "constants only"}, nullptr, ops::binary_arithmetic},
    {{"LogSoftmax", oldest, newest, exact, "left to the host",
      "at the end of the graph, over the whole sample"},
     ops::softmax,
     nullptr,
     true,
     true},
    {{"MatMul", oldest, newest, exact, "dense layer, or 1x1 convolution for a matrix per sample",
      "one factor is a constant matrix"},
     ops::matmul,
     nullptr},
    {{"MaxPool", oldest, newest, exact, "largest value of each window",
      "one or two spatial axes; auto_pad, pads, strides, dilations (since 10), ceil_mode (since "
      "10), "
      "storage_order; the output Indices must be unused; a window may not start in the end "
      "padding"},
     ops::max_pool_window,
     nullptr},
    {{"Mish", 18, newest, tabulated, table_treatment, ""}, ops::mish, nullptr},
    {{"Mul", oldest, newest, exact, "affine",
      "one factor is a constant, or both are functions of one value (x * sigmoid(x)): fire table"},
     ops::multiply,
     ops::binary_arithmetic},
    {{"Neg", oldest, newest, exact, "affine", ""}, ops::negate, ops::unary_arithmetic},
    {{"PRelu", oldest, newest, exact, "signed neurons with a threshold for negative values",
      "one constant slope, or one per channel, from 1/1024 to 16; all 0: Relu"},
     ops::parametric_relu,
     nullptr},
    {{"Pad", oldest, newest, exact, "index map",
      "mode constant with value 0, negative pads too; pads are inputs since 11, axes an input "
      "since 18"},
     ops::pad,
     ops::pad},
    {{"Pow", oldest, newest, tabulated, table_treatment, "constant whole exponents from 1 to 16"},
     ops::power,
     nullptr},
    {{"QLinearConv", 10, newest, exact, "convolution with the file's integers",
      "one or two spatial axes, constant weights and scales; every code boundary is certified"},
     ops::quantised_conv,
     nullptr},
    {{"QLinearMatMul", 10, newest, exact, "dense layer with the file's integers",
      "the second factor is a constant matrix; every code boundary is certified"},
     ops::quantised_matmul,
     nullptr},
    {{"QuantizeLinear", 10, newest, exact, "codes of the file, imported as they are",
      "constant scales; 8-bit codes; one scale, or one per channel, and one zero point"},
     ops::quantise_linear,
     nullptr},
    {{"Range", 11, newest, exact, evaluated, "constants only"}, nullptr, ops::range},
    {{"Reciprocal", oldest, newest, exact, evaluated, "constants only"},
     nullptr,
     ops::unary_arithmetic},
    {{"ReduceMax", oldest, newest, exact, "largest value of each channel",
      "over all spatial axes; axes are an input since 18"},
     ops::reduce_value,
     nullptr},
    {{"ReduceMean", oldest, newest, exact, "mean of each channel, or a constant linear map",
      "any axes but the batch; axes are an input since 18"},
     ops::reduce_value,
     nullptr},
    {{"ReduceProd", oldest, newest, exact, evaluated, "constants only"},
     nullptr,
     ops::reduce_constant},
    {{"ReduceSum", oldest, newest, exact, "sum of each channel, or a constant linear map",
      "any axes but the batch; axes are an input since 13"},
     ops::reduce_value,
     ops::reduce_constant},
    {{"Relu", oldest, newest, exact, "integrate-and-fire neurons", ""}, ops::rectify, nullptr},
    {{"Reshape", oldest, newest, exact, "index map",
      "the batch axis stays first; the shape may be computed in the graph; allowzero (since 14)"},
     ops::reshape,
     ops::reshape},
    {{"Resize", 10, newest, exact, "nearest: index map; linear, cubic: constant linear map",
      "constant scales or sizes; all coordinate_transformation_modes but tf_crop_and_resize; no "
      "antialias"},
     ops::resize,
     nullptr},
    {{"Selu", oldest, newest, tabulated, table_treatment, ""}, ops::selu, nullptr},
    {{"Shape", oldest, newest, exact, evaluated,
      "the batch stays symbolic; start and end (since 15)"},
     ops::shape_of,
     ops::shape_of},
    {{"Sigmoid", oldest, newest, exact,
      "left to the host at the end of the graph; otherwise fire table", ""},
     ops::sigmoid,
     nullptr,
     false,
     true},
    {{"Size", oldest, newest, exact, evaluated, "the batch stays symbolic"},
     ops::size_of,
     ops::size_of},
    {{"Slice", oldest, newest, exact, "index map",
      "any axis but the batch; steps; inputs since 10"},
     ops::slice,
     ops::slice},
    {{"Softmax", oldest, newest, exact, "left to the host",
      "at the end of the graph, over the whole sample; default axis 1 until 12, -1 since 13"},
     ops::softmax,
     nullptr,
     true,
     true},
    {{"Softplus", oldest, newest, tabulated, table_treatment, ""}, ops::plain_curve, nullptr},
    {{"Softsign", oldest, newest, tabulated, table_treatment, ""}, ops::plain_curve, nullptr},
    {{"SpaceToDepth", oldest, newest, exact, "index map", ""},
     ops::space_to_depth,
     ops::space_to_depth},
    {{"Split", oldest, newest, exact, "index map per output",
      "any axis but the batch; sizes are an input since 13, num_outputs since 18"},
     ops::split,
     ops::split},
    {{"Sqrt", oldest, newest, exact, evaluated, "constants only"}, nullptr, ops::unary_arithmetic},
    {{"Squeeze", oldest, newest, exact, "index map",
      "the batch axis stays; axes are an input since 13"},
     ops::squeeze,
     ops::squeeze},
    {{"Sub", oldest, newest, exact, "constant: affine; value: both inject into one neuron",
      "values of equal rank; a constant must be the same for all samples"},
     ops::subtract,
     ops::binary_arithmetic},
    {{"Sum", 8, newest, exact, "all inject into one neuron", "values only, of equal rank"},
     ops::sum_values,
     nullptr},
    {{"Tanh", oldest, newest, tabulated, table_treatment, ""}, ops::plain_curve, nullptr},
    {{"ThresholdedRelu", 10, newest, tabulated, table_treatment, ""},
     ops::thresholded_relu,
     nullptr},
    {{"Transpose", oldest, newest, exact, "index map", "the batch axis stays first"},
     ops::transpose,
     ops::transpose},
    {{"Unsqueeze", oldest, newest, exact, "index map",
      "the batch axis stays first; axes are an input since 13"},
     ops::unsqueeze,
     ops::unsqueeze},
    {{"Upsample", oldest, 9, exact, "nearest: index map; linear: constant linear map",
      "constant scales, an input in 9; Resize since 10"},
     ops::upsample,
     nullptr},
    {{"Where", 9, newest, exact, evaluated, "constants only"}, nullptr, ops::where},
    {{"com.microsoft.DequantizeLinear", oldest, newest, exact,
      "codes of the file, imported as they are", "as DequantizeLinear"},
     ops::dequantise_linear,
     ops::dequantise_constant},
    {{"com.microsoft.QGemm", oldest, newest, exact, "dense layer with the file's integers",
      "constant B and C, transA = 0, alpha = 1; every code boundary is certified"},
     ops::quantised_gemm,
     nullptr},
    {{"com.microsoft.QLinearAdd", oldest, newest, exact, "both inject into one neuron",
      "values of equal rank; pairs of codes that can differ are counted"},
     ops::quantised_add,
     nullptr},
    {{"com.microsoft.QLinearAveragePool", oldest, newest, exact, "average over windows",
      "as AveragePool, windows of equal size; channels_last = 0"},
     ops::quantised_average_pool,
     nullptr},
    {{"com.microsoft.QLinearConcat", oldest, newest, exact, "index map, and codes on one scale",
      "any axis but the batch"},
     ops::quantised_concat,
     nullptr},
    {{"com.microsoft.QLinearGlobalAveragePool", oldest, newest, exact, "mean of each channel",
      "one or two spatial axes; channels_last = 0"},
     ops::quantised_global_average_pool,
     nullptr},
    {{"com.microsoft.QuantizeLinear", oldest, newest, exact,
      "codes of the file, imported as they are", "as QuantizeLinear"},
     ops::quantise_linear,
     nullptr},
};

struct family {
    std::string_view op;
    std::string_view reason;
    std::string_view hint;
};

struct arity {
    std::string_view op;
    int inputs;  ///< in the newest operator set
    int since;   ///< where the last of them became inputs
    int inputs_before;
};

constexpr int unlimited = 1 << 20;
constexpr arity arities[] = {
    {"Add", 2, 1, 2},
    {"BatchNormalization", 5, 1, 5},
    {"Clip", 3, 11, 1},
    {"ConvTranspose", 3, 1, 3},
    {"PRelu", 2, 1, 2},
    {"Pow", 2, 1, 2},
    {"ReduceMax", 2, 18, 1},
    {"Resize", 4, 11, 2},
    {"Upsample", 2, 9, 1},
    {"Concat", unlimited, 1, 0},
    {"Constant", 0, 1, 0},
    {"Conv", 3, 1, 3},
    {"Div", 2, 1, 2},
    {"Dropout", 3, 12, 1},
    {"Equal", 2, 1, 2},
    {"Expand", 2, 1, 2},
    {"Gather", 2, 1, 2},
    {"Gemm", 3, 1, 3},
    {"Greater", 2, 1, 2},
    {"Less", 2, 1, 2},
    {"MatMul", 2, 1, 2},
    {"Mul", 2, 1, 2},
    {"Pad", 4, 11, 1},
    {"Range", 3, 1, 3},
    {"ReduceMean", 2, 18, 1},
    {"ReduceProd", 2, 18, 1},
    {"ReduceSum", 2, 13, 1},
    {"Reshape", 2, 1, 2},
    {"Slice", 5, 10, 1},
    {"Split", 2, 13, 1},
    {"Squeeze", 2, 13, 1},
    {"Sub", 2, 1, 2},
    {"Sum", unlimited, 1, 0},
    {"Unsqueeze", 2, 13, 1},
    {"Where", 3, 1, 3},
    {"DequantizeLinear", 3, 1, 3},
    {"QuantizeLinear", 3, 1, 3},
    {"QLinearConv", 9, 1, 9},
    {"QLinearMatMul", 8, 1, 8},
    {"QGemm", 9, 1, 9},
    {"QLinearAdd", 8, 1, 8},
    {"QLinearAveragePool", 5, 1, 5},
    {"QLinearConcat", unlimited, 1, 0},
    {"QLinearGlobalAveragePool", 5, 1, 5},
};

constexpr std::string_view recurrent = "recurrent layers are not supported";
constexpr std::string_view recurrent_hint =
    "use a feed-forward network, or train a spiking one and import it";
constexpr std::string_view control = "control flow in the graph is not supported";
constexpr std::string_view control_hint =
    "export with fixed shapes and without tracing branches or loops";
constexpr std::string_view attention =
    "attention is not supported: products of activations are not sums of spikes";
constexpr std::string_view attention_hint =
    "only convolutional and dense networks can be converted";
constexpr std::string_view live_norm = "normalises by statistics of the sample itself";
constexpr std::string_view live_norm_hint =
    "train with BatchNormalization, which becomes constant after training";
constexpr std::string_view dynamic = "quantises by the range of the sample itself";
constexpr std::string_view dynamic_hint =
    "quantise statically, with calibration data; or export the float model";
constexpr family families[] = {
    {"Attention", attention, attention_hint},
    {"ConvInteger", dynamic, dynamic_hint},
    {"DynamicQuantizeLinear", dynamic, dynamic_hint},
    {"GRU", recurrent, recurrent_hint},
    {"GroupNormalization", live_norm, live_norm_hint},
    {"If", control, control_hint},
    {"InstanceNormalization", live_norm, live_norm_hint},
    {"LRN", live_norm, live_norm_hint},
    {"LSTM", recurrent, recurrent_hint},
    {"LayerNormalization", live_norm, live_norm_hint},
    {"Loop", control, control_hint},
    {"MatMulInteger", dynamic, dynamic_hint},
    {"MultiHeadAttention", attention, attention_hint},
    {"NonMaxSuppression", "post-processing is not supported",
     "convert the network up to the input of this node"},
    {"RNN", recurrent, recurrent_hint},
    {"Scan", control, control_hint},
};

}  // namespace

const operator_entry* find_operator(std::string_view op) {
    const auto* at = std::find_if(std::begin(table), std::end(table),
                                  [op](const operator_entry& e) { return e.info.op == op; });
    return at == std::end(table) ? nullptr : at;
}

int input_limit(std::string_view op, int opset) {
    for (const arity& a : arities) {
        if (a.op == op) { return opset >= a.since ? a.inputs : a.inputs_before; }
    }
    return 1;
}

refusal_text unsupported_operator(const std::string& domain, const std::string& op) {
    for (const family& f : families) {
        if (f.op == op) { return {std::string(f.reason), std::string(f.hint)}; }
    }
    if (!domain.empty() && domain != "ai.onnx") {
        return {"operators of the domain '" + domain + "' are not supported",
                "export to standard ONNX operators; inline local functions"};
    }
    return {"this operator is not supported", "see docs/reference/operators.md for what is"};
}

bool keeps_shape(std::string_view op) {
    constexpr std::string_view names[] = {"Abs",
                                          "Celu",
                                          "BatchNormalization",
                                          "Clip",
                                          "DequantizeLinear",
                                          "Elu",
                                          "Erf",
                                          "Exp",
                                          "Gelu",
                                          "HardSigmoid",
                                          "HardSwish",
                                          "InstanceNormalization",
                                          "LRN",
                                          "LayerNormalization",
                                          "LeakyRelu",
                                          "LogSoftmax",
                                          "Mish",
                                          "Neg",
                                          "PRelu",
                                          "Pow",
                                          "Relu",
                                          "QuantizeLinear",
                                          "Selu",
                                          "Sigmoid",
                                          "Softmax",
                                          "Softplus",
                                          "Softsign",
                                          "Sqrt",
                                          "Tanh"};
    return std::find(std::begin(names), std::end(names), op) != std::end(names);
}

}  // namespace synfire::converters::onnx_reader

namespace synfire::converters {

std::string_view to_text(node_class c) {
    if (c == node_class::exact) { return "exact"; }
    return c == node_class::approximate ? "approximate" : "unsupported";
}

const std::vector<operator_info>& supported_operators() {
    static const std::vector<operator_info> infos = [] {
        std::vector<operator_info> out;
        for (const onnx_reader::operator_entry& e : onnx_reader::table) { out.push_back(e.info); }
        return out;
    }();
    return infos;
}

}  // namespace synfire::converters
