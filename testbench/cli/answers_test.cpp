// SPDX-License-Identifier: Apache-2.0
// Accuracy and regression errors: what the commands count as the answers of both networks.
#include <nlohmann/json.hpp>
#include <random>

#include <support/catch.hpp>
#include <synfire/converters/convert.hpp>
#include <synfire/converters/float_model.hpp>
#include <unit/io/numpy_files.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;
using Catch::Matchers::WithinAbs;

namespace {

std::vector<float> scattered(std::size_t count, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<float> values;
    for (std::size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<float>(random() % 2001) / 1000.0F - 1.0F);
    }
    return values;
}

/// 8 x 8 images of very different brightness: what is scaled twice answers differently.
dataset images(std::size_t samples) {
    std::mt19937 random(5);
    dataset data;
    data.sample_shape = {8, 8};
    for (std::size_t s = 0; s < samples; ++s) {
        const auto brightest = static_cast<std::uint32_t>(16 + s % 16 * 15);
        for (int i = 0; i < 64; ++i) {
            data.bytes.push_back(static_cast<std::uint8_t>(random() % brightest));
        }
    }
    return data;
}

std::string shape_of(std::size_t samples, const std::string& rest) {
    return "(" + std::to_string(samples) + ", " + rest + ")";
}

/// Images as .npz, with labels where there are any.
std::string npz_of(const dataset& data, const std::vector<std::int32_t>& labels) {
    std::vector<std::pair<std::string, std::string>> entries{
        {"x.npy", npy("|u1", shape_of(data.size(), "8, 8"), raw(data.bytes))}};
    if (!labels.empty()) {
        entries.emplace_back("y.npy", npy("<i4", shape_of(labels.size(), ""), raw(labels)));
    }
    return zip_of(entries);
}

/// input -> `normalise` -> convolution -> ReLU -> flatten -> dense, with biases: the answers depend
/// on the scale of the input.
onnx_builder classifier(const std::string& normalise) {
    onnx_builder m;
    m.input("image", {-1, 1, 8, 8});
    m.weights("k", {3, 1, 3, 3}, scattered(27, 1)).weights("kb", {3}, {-1.5F, 0.3F, -0.6F});
    m.weights("w", {4, 108}, scattered(432, 2)).weights("wb", {4}, {6.0F, -6.0F, 9.0F, -9.0F});
    if (normalise == "Mul") {
        m.weights("factor", {1}, {2.5F}).node("Mul", {"image", "factor"}, {"normal"});
    } else if (normalise == "BatchNormalization") {
        m.weights("gamma", {1}, {1.5F}).weights("beta", {1}, {0.2F});
        m.weights("mean", {1}, {0.3F}).weights("var", {1}, {0.25F});
        m.node("BatchNormalization", {"image", "gamma", "beta", "mean", "var"}, {"normal"});
    } else {
        m.weights("mean", {1}, {0.25F}).weights("deviation", {1}, {0.4F});
        m.node("Sub", {"image", "mean"}, {"centred"});
        m.node("Div", {"centred", "deviation"}, {"normal"});
    }
    m.node("Conv", {"normal", "k", "kb"}, {"features"}).node("Relu", {"features"}, {"rectified"});
    m.node("Flatten", {"rectified"}, {"flat"});
    m.node("Gemm", {"flat", "w", "wb"}, {"logits"}, {{"transB", std::int64_t{1}}});
    m.output("logits", {-1, 4});
    return m;
}

std::vector<std::int32_t> trained_classes(const std::filesystem::path& model, const dataset& data,
                                          double factor = 1.0) {
    converters::preprocessing given;
    given.scale = factor / 255.0;
    const auto encoding = converters::resolve_encoding(model, given, true);
    return converters::float_model(model, encoding).classify(data, data.size());
}

nlohmann::json json_of(const program_run& run) {
    INFO("standard error: " << run.err);
    REQUIRE(run.status == 0);
    return nlohmann::json::parse(run.out);
}

/// Four values -> a copy -> three outputs -> ReLU. Outputs of a sample x are
/// -(x0 + x1 + x2 + x3), x0 - x1 - 2 x2 and x1 - x0 - 3 x2.
onnx_builder rectified_outputs() {
    onnx_builder m;
    m.input("x", {-1, 4});
    m.weights("copy", {4, 4}, {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1});
    m.weights("w", {3, 4}, {-1, -1, -1, -1, 1, -1, -2, 0, -1, 1, -3, 0});
    m.node("Gemm", {"x", "copy"}, {"copied"}).node("Relu", {"copied"}, {"hidden"});
    m.node("Gemm", {"hidden", "w"}, {"sums"}, {{"transB", std::int64_t{1}}});
    m.node("Relu", {"sums"}, {"out"}).output("out", {-1, 3});
    return m;
}

/// Six samples; all outputs of the last two are negative, the first one most of all.
struct rectified_samples {
    std::vector<std::uint8_t> x{255, 0,   0, 0, 0, 255, 0,  0,   200, 20, 0,  90,
                                30,  240, 0, 9, 0, 0,   60, 255, 0,   50, 40, 255};
    std::vector<std::int32_t> classes{1, 2, 1, 2, 0, 0};

    std::vector<float> outputs() const {
        std::vector<float> values;
        for (std::size_t i = 0; i < x.size(); i += 4) {
            const auto v = [&](std::size_t k) { return static_cast<float>(x[i + k]) / 255.0F; };
            values.push_back(0.0F);
            values.push_back(std::max(0.0F, v(0) - v(1) - 2 * v(2)));
            values.push_back(std::max(0.0F, v(1) - v(0) - 3 * v(2)));
        }
        return values;
    }
    std::string npz(const std::string& y) const {
        return zip_of({{"x.npy", npy("|u1", "(6, 4)", raw(x))}, {"y.npy", y}});
    }
};

}  // namespace

TEST_CASE("normalisation inside the graph is applied once", "[cli]") {
    const std::string normalise = GENERATE("Mul", "BatchNormalization", "Sub and Div");
    CAPTURE(normalise);
    const scratch_folder folder;
    const std::string model = (folder / "model.onnx").string();
    const std::string net = (folder / "net.snn").string();
    classifier(normalise).save(model);
    const dataset data = images(160);
    const std::vector<std::int32_t> labels = trained_classes(model, data);
    REQUIRE(labels != trained_classes(model, data, 2.5));  // a second factor would be seen
    const std::string file = folder.put("data.npz", npz_of(data, labels)).string();

    const auto converted =
        json_of(synfire_program({"convert", model, "--calibration", file, "--check", file, "-o",
                                 net, "--steps", "6", "--json", "-"}));
    CHECK(converted["check"]["accuracy_float"] == 1.0);
    CHECK(converted["check"]["neurons_different"] == 0);
    const nlohmann::json accuracy = converted["check"]["accuracy_spiking"];
    CHECK(accuracy > 0.9);
    const auto compared =
        json_of(synfire_program({"compare", net, model, "--data", file, "--json", "-"}));
    CHECK(compared["accuracy_dense"] == 1.0);
    CHECK(compared["accuracy_snn"] == accuracy);
    const auto simulated =
        json_of(synfire_program({"simulate", net, "--data", file, "--json", "-"}));
    CHECK(simulated["accuracy"] == accuracy);
}

TEST_CASE("behind a last ReLU all networks answer with its values", "[cli]") {
    const scratch_folder folder;
    const rectified_samples samples;
    const std::string model = (folder / "model.onnx").string();
    const std::string net = (folder / "net.snn").string();
    rectified_outputs().save(model);
    const std::string labelled =
        folder.put("labelled.npz", samples.npz(npy("<i4", "(6,)", raw(samples.classes)))).string();
    const auto check =
        json_of(synfire_program({"convert", model, "--calibration", labelled, "--check", labelled,
                                 "-o", net, "--steps", "8", "--json", "-"}))["check"];
    CHECK(check["accuracy_float"] == 1.0);
    CHECK(check["accuracy_quantised"] == 1.0);
    CHECK(check["accuracy_spiking"] == 1.0);
    CHECK(check["lost"] == 0);
    CHECK(check["gained"] == 0);
    const auto simulate = [&](const std::string& data) {
        return synfire_program({"simulate", net, "--data", data, "--json", "-"});
    };
    CHECK(json_of(simulate(labelled))["accuracy"] == 1.0);

    const auto with_targets = [&](const std::string& shape, const std::vector<float>& targets) {
        return folder.put("targets.npz", samples.npz(npy("<f4", shape, raw(targets)))).string();
    };
    const auto regression = json_of(simulate(with_targets("(6, 3)", samples.outputs())));
    CHECK(regression["metric"] == "mean_squared_error");
    CHECK_THAT(regression["value"].get<double>(), WithinAbs(0.0, 1e-3));
    const auto refused = [&](const std::string& data) {
        require_bad_input(simulate(data), {"targets.npz", "targets", "3"});
    };
    refused(with_targets("(6, 2)", std::vector<float>(12, 0.5F)));
    refused(with_targets("(6,)", std::vector<float>(6, 0.5F)));
    refused(with_targets("(6, 4)", std::vector<float>(24, 0.5F)));
}

TEST_CASE("with labels --max-drop counts right answers lost, without them changed answers",
          "[cli]") {
    const scratch_folder folder;
    const std::string model = (folder / "model.onnx").string();
    const std::string net = (folder / "net.snn").string();
    classifier("Mul").save(model);
    const dataset data = images(160);
    const auto convert = [&](const std::vector<std::int32_t>& labels) {
        const std::string file = folder.put("data.npz", npz_of(data, labels)).string();
        return synfire_program({"convert", model, "--calibration", file, "-o", net, "--steps", "1",
                                "--weight-bits", "2", "--max-drop", "0", "--json", "-"});
    };
    const std::vector<std::int32_t> right = trained_classes(model, data);
    std::vector<std::int32_t> wrong = right;
    for (std::int32_t& c : wrong) { c = (c + 1) % 4; }
    const program_run unlabelled = convert({});
    CHECK(unlabelled.status == 1);
    CHECK(nlohmann::json::parse(unlabelled.out)["calibration_disagreements"] > 0);
    CHECK(convert(right).status == 1);
    CHECK_FALSE(std::filesystem::exists(net));
    // A network that is never right can lose nothing, however many answers change.
    const auto nothing_lost = json_of(convert(wrong));
    CHECK(nothing_lost["calibration_disagreements"] > 0);
    CHECK(std::filesystem::exists(net));
}
