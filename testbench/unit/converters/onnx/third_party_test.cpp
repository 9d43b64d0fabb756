// SPDX-License-Identifier: Apache-2.0
// Third-party networks in the float executor: accuracy on the whole test sets as published by their
// authors.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include <support/catch.hpp>

#include <synfire/io/dataset.hpp>

#include "graph/float_executor.hpp"
#include "run_model.hpp"

using namespace synfire::converters;
namespace fs = std::filesystem;

namespace {

const fs::path shared_dir = SYNFIRE_SHARED_DIR;

struct preprocessing {
    float scale;
    std::vector<float> mean, deviation;  ///< per channel
};

std::vector<float> real_sample(const synfire::dataset& data, std::size_t i,
                               const preprocessing& p) {
    const auto bytes = data.byte_sample(i);
    const std::size_t plane = bytes.size() / p.mean.size();
    std::vector<float> sample(bytes.size());
    for (std::size_t e = 0; e < sample.size(); ++e) {
        const std::size_t c = e / plane;
        sample[e] = (static_cast<float>(bytes[e]) * p.scale - p.mean[c]) / p.deviation[c];
    }
    return sample;
}

/// Samples of [first, last) that the network classifies as labelled.
std::size_t correct(const model_graph& graph, const synfire::dataset& data, const preprocessing& p,
                    std::size_t first, std::size_t last) {
    float_executor executor(graph);
    std::size_t count = 0;
    for (std::size_t i = first; i < last; ++i) {
        executor.run(real_sample(data, i, p));
        const auto out = executor.value(graph.outputs[0].value);
        const auto best = std::max_element(out.begin(), out.end()) - out.begin();
        count += best == data.labels[i] ? 1 : 0;
    }
    return count;
}

std::size_t correct_on_two_threads(const model_graph& graph, const synfire::dataset& data,
                                   const preprocessing& p, std::size_t samples) {
    std::size_t second = 0;
    const std::size_t half = samples / 2;
    std::thread other([&] { second = correct(graph, data, p, half, samples); });
    const std::size_t first = correct(graph, data, p, 0, half);
    other.join();
    return first + second;
}

}  // namespace

TEST_CASE("mnist-8 of the ONNX Model Zoo classifies 98.91 % of MNIST", "[converters][ladder]") {
    const fs::path model = shared_dir / "models/cntk_mnist8.onnx";
    const fs::path images = shared_dir / "data/mnist";
    if (!fs::exists(model) || !fs::exists(images)) {
        WARN("SKIPPED: " << model.string() << " or its data is not there");
        return;
    }
    const auto imported = import_onnx(model);
    const auto data = synfire::io::load_dataset(images.string());
    CHECK(correct_on_two_threads(imported.graph, data, {1, {0}, {1}}, data.size()) == 9891);
}

TEST_CASE("ResNet-20 with computed pads classifies 91.73 % of CIFAR-10", "[converters][ladder]") {
    const fs::path model = shared_dir / "models/resnet20_cifar10.onnx";
    const fs::path images = shared_dir / "data/cifar10";
    if (!fs::exists(model) || !fs::exists(images)) {
        WARN("SKIPPED: " << model.string() << " or its data is not there");
        return;
    }
    const auto imported = import_onnx(model);
    const auto data = synfire::io::load_dataset(images.string());
    const preprocessing imagenet{1.0F / 255.0F, {0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};
    const bool whole = std::getenv("SYNFIRE_WHOLE_DATA") != nullptr;  // half a minute on two cores
    const std::size_t samples = whole ? data.size() : 1000;
    const std::size_t count = correct_on_two_threads(imported.graph, data, imagenet, samples);
    CHECK(count == (whole ? 9173U : 915U));
}
