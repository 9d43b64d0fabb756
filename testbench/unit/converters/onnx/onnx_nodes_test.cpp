// SPDX-License-Identifier: Apache-2.0
// The ONNX project's own node tests (Debian package libonnx-testdata), for supported operators. A
// case fits where the model converts with axis 0 as the batch; then every sample must give the
// expected output.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>

#include <support/catch.hpp>

#include "graph/float_executor.hpp"
#include "run_model.hpp"

using namespace synfire::converters;
namespace fs = std::filesystem;

namespace {

const fs::path node_cases = fs::path(SYNFIRE_ONNX_TESTDATA) / "node";

onnx::TensorProto read_tensor(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    onnx::TensorProto t;
    REQUIRE(t.ParseFromIstream(&in));
    return t;
}

template <typename Stored>
std::vector<float> numbers(const std::string& raw) {
    std::vector<Stored> stored(raw.size() / sizeof(Stored));
    std::copy_n(raw.data(), raw.size(), reinterpret_cast<char*>(stored.data()));
    return {stored.begin(), stored.end()};
}

/// Real numbers, or 8-bit codes as they are.
std::vector<float> floats(const onnx::TensorProto& t) {
    if (t.data_type() == onnx::TensorProto::UINT8) { return numbers<std::uint8_t>(t.raw_data()); }
    if (t.data_type() == onnx::TensorProto::INT8) { return numbers<std::int8_t>(t.raw_data()); }
    if (!t.has_raw_data()) { return {t.float_data().begin(), t.float_data().end()}; }
    std::vector<float> out(t.raw_data().size() / sizeof(float));
    std::copy_n(t.raw_data().data(), t.raw_data().size(), reinterpret_cast<char*>(out.data()));
    return out;
}

onnx::ModelProto read_model(const fs::path& folder) {
    std::ifstream in(folder / "model.onnx", std::ios::binary);
    onnx::ModelProto model;
    REQUIRE(model.ParseFromIstream(&in));
    // Operators that never changed are tested in the operator set that brought them; 7 is the
    // oldest we read.
    auto& import = *model.mutable_opset_import(0);
    import.set_version(std::max<std::int64_t>(import.version(), 7));
    return model;
}

fs::path input_file(const fs::path& folder, int i) {
    return folder / "test_data_set_0" / ("input_" + std::to_string(i) + ".pb");
}

/// Operands that the cases give as inputs are weights in networks: all inputs but the first become
/// initializers.
onnx::ModelProto with_weights(const fs::path& folder) {
    onnx::ModelProto model = read_model(folder);
    onnx::GraphProto& g = *model.mutable_graph();
    for (int i = 1; i < g.input_size(); ++i) {
        onnx::TensorProto t = read_tensor(input_file(folder, i));
        t.set_name(g.input(i).name());
        *g.add_initializer() = t;
    }
    return model;
}

std::vector<float> host(const std::string& function, std::vector<float> v) {
    const float most = *std::max_element(v.begin(), v.end());
    double total = 0.0;
    for (const float x : v) { total += std::exp(static_cast<double>(x - most)); }
    for (float& x : v) {
        const double shifted = static_cast<double>(x - most);
        if (function == "softmax") { x = static_cast<float>(std::exp(shifted) / total); }
        if (function == "log_softmax") { x = static_cast<float>(shifted - std::log(total)); }
        if (function == "sigmoid") {
            x = static_cast<float>(1.0 / (1.0 + std::exp(-static_cast<double>(x))));
        }
    }
    return v;
}

/// Part `k` of `parts` equal parts.
std::span<const float> part(const std::vector<float>& all, std::size_t k, std::size_t parts) {
    const std::size_t size = all.size() / parts;
    return std::span(all).subspan(k * size, size);
}

/// Output of all samples; each of `inputs` holds the whole batch.
std::vector<float> network_output(const model_graph& g,
                                  const std::vector<std::vector<float>>& inputs) {
    float_executor executor(g);
    const std::size_t samples = inputs[0].size() / executor.value(g.inputs[0]).size();
    std::vector<float> all;
    for (std::size_t k = 0; k < samples; ++k) {
        std::vector<float> sample;
        for (const auto& in : inputs) {
            const auto p = part(in, k, samples);
            sample.insert(sample.end(), p.begin(), p.end());
        }
        executor.run(sample);
        const auto out = executor.value(g.outputs.at(0).value);
        std::vector<float> y(out.begin(), out.end());
        for (const std::string& f : g.outputs[0].host_functions) { y = host(f, std::move(y)); }
        all.insert(all.end(), y.begin(), y.end());
    }
    return all;
}

bool is_float_case(const onnx::ModelProto& model) {
    const auto is_float = [](const onnx::ValueInfoProto& v) {
        const auto type = v.type().tensor_type().elem_type();
        return type == onnx::TensorProto::FLOAT || type == onnx::TensorProto::UINT8
               || type == onnx::TensorProto::INT8;
    };
    const auto& g = model.graph();
    return g.input_size() > 0 && is_float(g.input(0)) && is_float(g.output(0));
}

std::set<std::string> case_operators(const onnx::ModelProto& model) {
    std::set<std::string> ops;
    for (const auto& n : model.graph().node()) { ops.insert(n.op_type()); }
    return ops;
}

struct tally {
    std::set<std::string> fitting, refused;
};

/// Runs one form of a case; false where axis 0 is no batch in it or the operator's use is not
/// supported.
bool run_form(const fs::path& folder, const onnx::ModelProto& model) {
    import_result imported;
    try {
        imported = synfire::test::import_text(model.SerializeAsString());
    } catch (const synfire::error&) { return false; }
    std::vector<std::vector<float>> inputs;
    for (std::size_t i = 0; i < imported.graph.inputs.size(); ++i) {
        inputs.push_back(floats(read_tensor(input_file(folder, static_cast<int>(i)))));
    }
    const auto expected = floats(read_tensor(folder / "test_data_set_0/output_0.pb"));
    CAPTURE(folder.filename().string());
    CHECK(synfire::test::close(network_output(imported.graph, inputs), expected, 1e-4F));
    return true;
}

bool run_case(const fs::path& folder) {
    const bool weights = run_form(folder, with_weights(folder));
    return run_form(folder, read_model(folder)) || weights;
}

tally run_all(const std::set<std::string>& supported) {
    tally t;
    for (const auto& entry : fs::directory_iterator(node_cases)) {
        const fs::path folder = entry.path();
        const fs::path data = folder / "test_data_set_0";
        if (!fs::exists(data / "input_0.pb")) { continue; }
        const onnx::ModelProto plain = read_model(folder);
        if (!is_float_case(plain)) { continue; }
        const auto ops = case_operators(plain);
        const bool known =
            std::includes(supported.begin(), supported.end(), ops.begin(), ops.end());
        if (!known) { continue; }
        (run_case(folder) ? t.fitting : t.refused).insert(folder.filename().string());
    }
    return t;
}

}  // namespace

TEST_CASE("ONNX's own node tests hold for every case that has a batch axis",
          "[converters][onnx-nodes]") {
    if (!fs::exists(node_cases)) {
        WARN("SKIPPED: " << node_cases.string()
                         << " is not there (Debian package libonnx-testdata)");
        return;
    }
    const tally t = run_all({"Abs",
                             "Add",
                             "AveragePool",
                             "BatchNormalization",
                             "Celu",
                             "Clip",
                             "Concat",
                             "Conv",
                             "ConvTranspose",
                             "DepthToSpace",
                             "DequantizeLinear",
                             "Div",
                             "Dropout",
                             "Elu",
                             "Erf",
                             "Expand",
                             "Flatten",
                             "Gather",
                             "Gemm",
                             "GlobalAveragePool",
                             "GlobalMaxPool",
                             "HardSigmoid",
                             "HardSwish",
                             "Identity",
                             "LeakyRelu",
                             "LogSoftmax",
                             "MatMul",
                             "MaxPool",
                             "Mul",
                             "Neg",
                             "PRelu",
                             "Pad",
                             "Pow",
                             "QLinearConv",
                             "QLinearMatMul",
                             "QuantizeLinear",
                             "ReduceMax",
                             "ReduceMean",
                             "ReduceSum",
                             "Relu",
                             "Reshape",
                             "Resize",
                             "Selu",
                             "Sigmoid",
                             "Slice",
                             "Softmax",
                             "Softplus",
                             "Softsign",
                             "SpaceToDepth",
                             "Split",
                             "Squeeze",
                             "Sub",
                             "Sum",
                             "Tanh",
                             "ThresholdedRelu",
                             "Transpose",
                             "Unsqueeze",
                             "Upsample"});
    std::string refused;
    for (const std::string& name : t.refused) { refused += " " + name; }
    INFO("cases without a batch axis or outside of the supported range:" << refused);
    for (const char* name : {"test_add",
                             "test_averagepool_2d_default",
                             "test_averagepool_2d_ceil",
                             "test_averagepool_2d_pads_count_include_pad",
                             "test_averagepool_2d_same_lower",
                             "test_basic_conv_with_padding",
                             "test_batchnorm_epsilon",
                             "test_concat_2d_axis_1",
                             "test_conv_with_autopad_same",
                             "test_conv_with_strides_and_asymmetric_padding",
                             "test_flatten_axis1",
                             "test_gemm_alpha",
                             "test_gemm_transposeB",
                             "test_globalaveragepool",
                             "test_globalmaxpool",
                             "test_logsoftmax_axis_1",
                             "test_maxpool_2d_ceil",
                             "test_maxpool_2d_dilations",
                             "test_maxpool_2d_pads",
                             "test_maxpool_1d_default",
                             "test_relu",
                             "test_reshape_reordered_last_dims",
                             "test_slice_neg_steps",
                             "test_softmax_axis_1",
                             "test_constant_pad",
                             "test_transpose_all_permutations_1"}) {
        CAPTURE(name);
        CHECK(t.fitting.count(name) + t.refused.count(name) == 1);
    }
    for (const char* name : {"test_clip_example",
                             "test_convtranspose",
                             "test_convtranspose_1d",
                             "test_convtranspose_autopad_same",
                             "test_convtranspose_dilations",
                             "test_convtranspose_output_shape",
                             "test_convtranspose_pads",
                             "test_depthtospace_crd_mode_example",
                             "test_depthtospace_example",
                             "test_dequantizelinear",
                             "test_dequantizelinear_axis",
                             "test_qlinearconv",
                             "test_qlinearmatmul_2D",
                             "test_quantizelinear",
                             "test_quantizelinear_axis",
                             "test_elu",
                             "test_hardsigmoid",
                             "test_hardswish",
                             "test_leakyrelu",
                             "test_resize_downsample_scales_cubic",
                             "test_resize_downsample_scales_linear_align_corners",
                             "test_resize_downsample_sizes_linear_pytorch_half_pixel",
                             "test_resize_upsample_scales_cubic_A_n0p5_exclude_outside",
                             "test_resize_upsample_scales_linear",
                             "test_resize_upsample_sizes_nearest_ceil_half_pixel",
                             "test_resize_upsample_sizes_nearest_floor_align_corners",
                             "test_selu",
                             "test_softplus",
                             "test_spacetodepth",
                             "test_tanh",
                             "test_thresholdedrelu",
                             "test_upsample_nearest"}) {
        CAPTURE(name);
        CHECK(t.fitting.count(name) == 1);
    }
    CHECK(t.fitting.size() >= 100);
    WARN(t.fitting.size() << " cases hold, " << t.refused.size() << " do not fit:" << refused);
}
