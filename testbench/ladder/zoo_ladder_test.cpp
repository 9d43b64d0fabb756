// SPDX-License-Identifier: Apache-2.0
// The zoo's networks at the real-number levels: outputs and intermediate values of PyTorch
// (golden.npz) against the float executor (L0), and L0 against the folded network (L1).
#include <algorithm>
#include <cmath>
#include <filesystem>

#include <synfire/converters/convert.hpp>
#include <synfire/converters/float_model.hpp>
#include <synfire/io/dataset.hpp>

#include <support/catch.hpp>

#include "encoding.hpp"
#include "graph/float_executor.hpp"
#include "onnx/reader.hpp"

namespace {

using namespace synfire;
using Catch::Matchers::WithinAbs;

// PyTorch adds up in another order: float sums of up to 3,000 terms.
constexpr double framework_tolerance = 1e-4;
// Folding scales weights once instead of values; otherwise the same sums.
constexpr double folding_tolerance = 2e-5;

struct golden_run {
    std::filesystem::path model;
    std::vector<io::named_array> arrays;
    dataset inputs;

    explicit golden_run(const std::string& name) {
        const std::filesystem::path folder =
            std::filesystem::path(SYNFIRE_SOURCE_DIR) / "models/zoo" / name;
        model = folder / "model.onnx";
        arrays = io::read_npz(folder / "golden.npz");
        const io::named_array& x = io::find_array(arrays, "x");
        inputs.name = name;
        inputs.sample_shape.assign(x.shape.begin() + 1, x.shape.end());
        inputs.bytes = std::get<std::vector<std::uint8_t>>(x.values);
    }
};

double tolerance(double relative, double expected) { return relative * (1.0 + std::abs(expected)); }

void check_values(std::span<const float> found, std::span<const float> expected, double relative) {
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto e = static_cast<double>(expected[i]);
        REQUIRE_THAT(static_cast<double>(found[i]), WithinAbs(e, tolerance(relative, e)));
    }
}

/// The value that layer `name` of the PyTorch module became: exporters call it
/// /name/Operator_output_0.
converters::value_id value_of_layer(const converters::model_graph& graph, const std::string& name) {
    for (converters::value_id v = 0; v < graph.values.size(); ++v) {
        if (graph.values[v].name.starts_with("/" + name + "/")) { return v; }
    }
    FAIL("no value of layer " << name);
    return 0;
}

}  // namespace

TEST_CASE("zoo networks give PyTorch's outputs, folded or not", "[converters][ladder]") {
    const std::string name =
        GENERATE("digits_cnn", "mnist_mlp", "mnist_cnn", "fashion_cnn", "fashion_strided_cnn");
    CAPTURE(name);
    const golden_run golden(name);
    const auto y = std::get<std::vector<float>>(io::find_array(golden.arrays, "y").values);
    const std::size_t samples = golden.inputs.size();
    REQUIRE(samples == 16);
    const converters::float_model model(golden.model,
                                        converters::resolve_encoding(golden.model, {}, true));
    const auto trained = model.run(golden.inputs, samples);
    const auto folded = model.run_folded(golden.inputs, samples);
    const std::size_t classes = y.size() / samples;
    for (std::size_t s = 0; s < samples; ++s) {
        CAPTURE(s);
        check_values(trained[s], std::span(y).subspan(s * classes, classes), framework_tolerance);
        check_values(folded[s], trained[s], folding_tolerance);
    }
}

TEST_CASE("zoo networks give PyTorch's values behind every layer", "[converters][ladder]") {
    const std::string name =
        GENERATE("digits_cnn", "mnist_mlp", "mnist_cnn", "fashion_cnn", "fashion_strided_cnn");
    CAPTURE(name);
    const golden_run golden(name);
    const converters::model_graph graph = converters::import_onnx(golden.model).graph;
    const input_encoding encoding = converters::resolve_encoding(graph, {}, true);
    converters::float_executor executor(graph);
    std::size_t compared = 0;
    for (const io::named_array& array : golden.arrays) {
        if (!array.name.starts_with("layer_")) { continue; }
        CAPTURE(array.name);
        const auto expected = std::get<std::vector<float>>(array.values);
        const auto samples = static_cast<std::size_t>(array.shape.front());
        const std::size_t size = expected.size() / samples;
        const converters::value_id value = value_of_layer(graph, array.name.substr(6));
        for (std::size_t s = 0; s < samples; ++s) {
            CAPTURE(s);
            executor.run(converters::model_input(graph, {encoding}, golden.inputs, s));
            check_values(executor.value(value), std::span(expected).subspan(s * size, size),
                         framework_tolerance);
            ++compared;
        }
    }
    CHECK(compared >= 4);
}
