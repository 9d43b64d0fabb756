// SPDX-License-Identifier: Apache-2.0
// Networks that others have trained and exported: converted, they answer like the trained ones. The
// files are not the project's to hand on; without them these tests are skipped.
#include <filesystem>

#include <synfire/converters/convert.hpp>
#include <synfire/converters/float_model.hpp>
#include <synfire/io/dataset.hpp>

#include <support/catch.hpp>

#include "levels.hpp"

namespace {

using namespace synfire;

const std::filesystem::path shared = SYNFIRE_SHARED_DIR;

struct foreign_network {
    std::filesystem::path model;
    std::filesystem::path data;
    converters::preprocessing input;
};

bool skipped(const foreign_network& net) {
    for (const std::filesystem::path& path : {net.model, net.data}) {
        if (!std::filesystem::exists(path)) {
            WARN("SKIPPED: " << path.string() << " is not there");
            return true;
        }
    }
    return false;
}

struct agreement {
    double share = 0.0;
    std::size_t different = 0;
};

/// Share of images with the trained network's answer, and values of the first few that differ
/// between the quantised and the spiking network.
agreement convert_and_compare(const foreign_network& net, std::int32_t steps,
                              std::size_t calibration_samples, std::size_t images) {
    const dataset train = io::load_dataset(net.data.string(), io::dataset_part::train);
    const dataset test =
        cli::slice(io::load_dataset(net.data.string(), io::dataset_part::test), 0, images);
    converters::convert_options options;
    options.steps = steps;
    options.input = net.input;
    const converters::conversion conversion = converters::convert_onnx(
        net.model, converters::draw_samples(train, calibration_samples, 1), options);
    const converters::float_model trained(net.model,
                                          converters::resolve_encoding(net.model, net.input, true));
    const auto expected = trained.classify(test, images);
    const auto found = conversion.quantised->classify(test, images);
    std::size_t same = 0;
    for (std::size_t i = 0; i < images; ++i) { same += expected[i] == found[i] ? 1 : 0; }
    constexpr std::size_t few = 4;
    const cli::level_comparison levels =
        cli::compare_levels({net.model, conversion, test, few, {}});
    CHECK(levels.neurons_compared > 0);
    return {static_cast<double>(same) / static_cast<double>(images), levels.different};
}

}  // namespace

TEST_CASE("mnist-8 of the ONNX Model Zoo answers alike after conversion",
          "[converters][sim][ladder]") {
    foreign_network net{shared / "models/cntk_mnist8.onnx", shared / "data/mnist", {}};
    net.input.scale = 1.0;  // it was trained on raw pixels
    if (skipped(net)) { return; }
    const agreement result = convert_and_compare(net, 8, 256, 400);
    CHECK(result.different == 0);
    CHECK(result.share >= 0.98);
}

TEST_CASE("ResNet-20 for CIFAR-10 answers alike after conversion", "[converters][sim][ladder]") {
    foreign_network net{shared / "models/resnet20_cifar10.onnx", shared / "data/cifar10", {}};
    net.input.mean = {0.485, 0.456, 0.406};
    net.input.std = {0.229, 0.224, 0.225};
    if (skipped(net)) { return; }
    const agreement result = convert_and_compare(net, 8, 64, 200);
    CHECK(result.different == 0);
    CHECK(result.share >= 0.93);
}
