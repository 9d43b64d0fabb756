// SPDX-License-Identifier: Apache-2.0
// The dense side skips raw zeros: how a model writes its normalisation does not change its work.
#include <support/catch.hpp>
#include <synfire/converters/convert.hpp>
#include <synfire/converters/float_model.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

constexpr float mean = 0.3F;
constexpr float deviation = 0.5F;
const std::vector<float> kernels{0.5F, -0.25F, 0.0F, 1.0F, -0.75F, 0.5F, 0.25F, 0.0F};
const std::vector<float> dense{0.5F,  -0.5F, 0.25F, 1.0F,  -0.25F, 0.75F, -1.0F, 0.5F,
                               0.25F, -0.5F, 0.5F,  0.25F, -1.0F,  0.75F, 0.5F,  -0.25F};

/// 3 x 3 image -> two kernels 2 x 2 without padding -> ReLU -> two classes.
onnx_builder with_first_layer(const std::vector<float>& weights, const std::vector<float>& bias) {
    onnx_builder m;
    m.input("image", {-1, 1, 3, 3});
    m.weights("k", {2, 1, 2, 2}, weights).weights("b", {2}, bias).weights("w", {2, 8}, dense);
    m.node("Conv", {"image", "k", "b"}, {"features"}).node("Relu", {"features"}, {"rectified"});
    m.node("Flatten", {"rectified"}, {"flat"});
    m.node("Gemm", {"flat", "w"}, {"logits"}, {{"transB", std::int64_t{1}}});
    m.output("logits", {-1, 2});
    return m;
}

/// Mean and deviation told by metadata.
onnx_builder told() {
    onnx_builder m = with_first_layer(kernels, {0.125F, -0.25F});
    const auto tell = [&](const char* key, const std::string& value) {
        auto& entry = *m.model().add_metadata_props();
        entry.set_key(key);
        entry.set_value(value);
    };
    tell("synfire.mean", std::to_string(mean));
    tell("synfire.std", std::to_string(deviation));
    return m;
}

/// The same function of the pixels with both folded into weights and biases.
onnx_builder folded() {
    std::vector<float> weights;
    std::vector<float> bias{0.125F, -0.25F};
    for (std::size_t i = 0; i < kernels.size(); ++i) {
        weights.push_back(kernels[i] / deviation);
        bias[i / 4] -= kernels[i] * mean / deviation;
    }
    return with_first_layer(weights, bias);
}

/// Four pixels of the first sample are black, all but the middle one of the second.
dataset images() {
    dataset data;
    data.sample_shape = {3, 3};
    data.bytes = {0, 255, 0, 128, 0, 9, 70, 200, 0, 0, 0, 0, 0, 90, 0, 0, 0, 0};
    return data;
}

struct work {
    std::vector<std::vector<float>> outputs;
    std::vector<converters::dense_layer> layers;

    explicit work(onnx_builder model) {
        const scratch_folder folder;
        const std::filesystem::path file = folder / "model.onnx";
        model.save(file);
        const converters::float_model trained(file, converters::resolve_encoding(file, {}, true));
        outputs = trained.run(images(), 2);
        layers = trained.count_dense(images(), 2);
    }
};

}  // namespace

TEST_CASE("equal models take equal dense work, with the mean told or folded", "[cli]") {
    const work a(told());
    const work b(folded());
    REQUIRE(a.layers.size() == 2);
    REQUIRE(b.layers.size() == 2);
    for (std::size_t s = 0; s < 2; ++s) {
        for (std::size_t i = 0; i < 2; ++i) {
            CHECK_THAT(a.outputs[s][i], Catch::Matchers::WithinAbs(b.outputs[s][i], 1e-5));
        }
    }
    for (std::size_t i = 0; i < 2; ++i) {
        CAPTURE(i);
        CHECK(a.layers[i].macs == b.layers[i].macs);
        CHECK(a.layers[i].macs_active == b.layers[i].macs_active);
        CHECK(a.layers[i].macs_nonzero == b.layers[i].macs_nonzero);
        CHECK(a.layers[i].active_inputs == b.layers[i].active_inputs);
    }
}

TEST_CASE("black pixels are no active inputs, whatever the mean", "[cli]") {
    const work counted(GENERATE(true, false) ? told() : folded());
    const converters::dense_layer& first = counted.layers.front();
    CHECK(first.macs == 2 * 2 * 4 * 4);
    CHECK(first.active_inputs == 5 + 1);
    // Taps of two kernels: the corner below left 1, four edges 2 each, the middle 4.
    CHECK(first.macs_active == 2 * (1 + 4 * 2) + 2 * 4);
}
