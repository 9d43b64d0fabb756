// SPDX-License-Identifier: Apache-2.0
// Level L0: the float executor against golden outputs that PyTorch wrote when it trained the zoo's
// networks.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <sstream>

#include <support/catch.hpp>

#include <synfire/io/dataset.hpp>

#include "graph/float_executor.hpp"
#include "run_model.hpp"

using namespace synfire::converters;
namespace fs = std::filesystem;

namespace {

std::vector<float> numbers(const std::string& text) {
    std::istringstream in(text);
    std::vector<float> out;
    for (std::string part; std::getline(in, part, ',');) { out.push_back(std::stof(part)); }
    return out;
}

float entry(const model_graph& g, const std::string& key, float otherwise) {
    const auto at = g.metadata.find(key);
    return at == g.metadata.end() ? otherwise : numbers(at->second).at(0);
}

/// One-channel images: (pixel * scale - mean) / std as the model's metadata says.
std::vector<float> real_sample(const model_graph& g, const std::vector<std::uint8_t>& x,
                               std::size_t sample, std::size_t size) {
    const float scale = entry(g, "synfire.scale", 1.0F / 255.0F);
    const float mean = entry(g, "synfire.mean", 0.0F);
    const float deviation = entry(g, "synfire.std", 1.0F);
    std::vector<float> out(size);
    for (std::size_t e = 0; e < size; ++e) {
        out[e] = (static_cast<float>(x[sample * size + e]) * scale - mean) / deviation;
    }
    return out;
}

struct golden {
    model_graph graph;
    std::vector<std::uint8_t> x;
    std::vector<float> y;
    std::size_t samples;
};

golden load(const fs::path& folder) {
    const auto arrays = synfire::io::read_npz(folder / "golden.npz");
    const auto& x = synfire::io::find_array(arrays, "x");
    const auto& y = synfire::io::find_array(arrays, "y");
    return {import_onnx(folder / "model.onnx").graph, std::get<std::vector<std::uint8_t>>(x.values),
            std::get<std::vector<float>>(y.values), static_cast<std::size_t>(x.shape.at(0))};
}

}  // namespace

TEST_CASE("The float executor gives PyTorch's outputs for every network of the zoo",
          "[converters][ladder]") {
    const std::string name =
        GENERATE("digits_cnn", "mnist_mlp", "mnist_cnn", "fashion_cnn", "fashion_strided_cnn");
    CAPTURE(name);
    const golden g = load(fs::path(SYNFIRE_SOURCE_DIR) / "models/zoo" / name);
    float_executor executor(g.graph);
    const std::size_t size = g.x.size() / g.samples;
    const std::size_t classes = g.y.size() / g.samples;
    for (std::size_t s = 0; s < g.samples; ++s) {
        executor.run(real_sample(g.graph, g.x, s, size));
        const auto out = executor.value(g.graph.outputs[0].value);
        REQUIRE(out.size() == classes);
        for (std::size_t k = 0; k < classes; ++k) {
            // Sums of up to a few thousand terms in another order: 1e-4 absolute and relative.
            const float expected = g.y[s * classes + k];
            CHECK_THAT(out[k], Catch::Matchers::WithinAbs(
                                   static_cast<double>(expected),
                                   1e-4 * (1.0 + std::abs(static_cast<double>(expected)))));
        }
    }
}
