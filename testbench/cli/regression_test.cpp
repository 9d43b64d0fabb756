// SPDX-License-Identifier: Apache-2.0
// Networks that answer in numbers: an autoencoder on the digits data, written by hand.
#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <numbers>
#include <sstream>

#include <support/catch.hpp>
#include <synfire/io/dataset.hpp>
#include <unit/io/numpy_files.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

constexpr std::size_t pixels = 64;
constexpr int slowest = 7;  // of the 8 cosines along an axis
constexpr std::size_t waves = slowest * slowest;

/// Orthonormal rows: the slowest cosine waves of an 8 x 8 image.
std::vector<float> cosines() {
    std::vector<float> rows;
    for (int v = 0; v < slowest; ++v) {
        for (int u = 0; u < slowest; ++u) {
            for (int y = 0; y < 8; ++y) {
                for (int x = 0; x < 8; ++x) {
                    const auto wave = [](int k, int at) {
                        const double norm = k == 0 ? std::sqrt(1.0 / 8.0) : 0.5;
                        return norm * std::cos(std::numbers::pi * k * (2 * at + 1) / 16.0);
                    };
                    rows.push_back(static_cast<float>(wave(v, y) * wave(u, x)));
                }
            }
        }
    }
    return rows;
}

/// image -> waves and negative waves, rectified -> image: what is slow in the image comes back. A
/// second head sums up the pixels.
onnx_builder autoencoder(bool second_head = false) {
    const std::vector<float> rows = cosines();
    std::vector<float> encoder = rows;
    for (const float w : rows) { encoder.push_back(-w); }
    std::vector<float> decoder(pixels * 2 * waves);
    for (std::size_t p = 0; p < pixels; ++p) {
        for (std::size_t k = 0; k < 2 * waves; ++k) {
            decoder[p * 2 * waves + k] = encoder[k * pixels + p];
        }
    }
    onnx_builder m;
    m.input("image", {-1, 1, 8, 8}).weights("encoder", {2 * waves, pixels}, encoder);
    m.weights("decoder", {pixels, 2 * waves}, decoder);
    const onnx_attribute turned{"transB", std::int64_t{1}};
    m.node("Flatten", {"image"}, {"flat"}).node("Gemm", {"flat", "encoder"}, {"sums"}, {turned});
    m.node("Relu", {"sums"}, {"code"}).node("Gemm", {"code", "decoder"}, {"restored"}, {turned});
    m.output("restored", {-1, pixels});
    if (second_head) {
        std::vector<float> brightness(2 * waves, 0.0F);
        brightness[0] = 8.0F;
        m.weights("ones", {1, 2 * waves}, brightness);
        m.node("Gemm", {"code", "ones"}, {"brightness"}, {turned}).output("brightness", {-1, 1});
    }
    return m;
}

struct digit_images {
    digit_images() {
        const dataset all = io::load_dataset("digits", io::dataset_part::test);
        x.assign(all.bytes.begin(),
                 all.bytes.begin() + static_cast<std::ptrdiff_t>(count * pixels));
        for (const std::uint8_t v : x) { targets.push_back(static_cast<float>(v) / 16.0F); }
    }

    std::string npz(const std::string& name, const std::string& array) const {
        std::vector<std::pair<std::string, std::string>> entries{
            {"x.npy", npy("|u1", "(120, 8, 8)", raw(x))}};
        if (!name.empty()) { entries.emplace_back(name + ".npy", array); }
        return zip_of(entries);
    }
    std::string with_targets() const {
        return npz("targets", npy("<f4", "(120, 8, 8)", raw(targets)));
    }

    std::size_t count = 120;
    std::vector<std::uint8_t> x;
    std::vector<float> targets;
};

nlohmann::json json_of(const program_run& run) {
    INFO("standard error: " << run.err);
    REQUIRE(run.status == 0);
    return nlohmann::json::parse(run.out);
}

std::vector<std::vector<double>> read_csv(const std::filesystem::path& path, std::string& header) {
    std::ifstream file(path);
    std::getline(file, header);
    std::vector<std::vector<double>> rows;
    for (std::string line; std::getline(file, line);) {
        std::istringstream fields(line);
        rows.emplace_back();
        for (std::string field; std::getline(fields, field, ',');) {
            rows.back().push_back(std::stod(field));
        }
    }
    return rows;
}

/// A converted autoencoder and the data that it was calibrated with.
struct converted_autoencoder {
    explicit converted_autoencoder(bool second_head = false) {
        autoencoder(second_head).save(model);
        folder.put("images.npz", images.with_targets());
    }

    program_run convert(const std::vector<std::string>& more) const {
        std::vector<std::string> arguments{"convert", model,    "--calibration", data,
                                           "--scale", "0.0625", "--steps",       "6",
                                           "-o",      net};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return synfire_program(arguments);
    }

    scratch_folder folder;
    digit_images images;
    std::string model = (folder / "model.onnx").string();
    std::string net = (folder / "net.snn").string();
    std::string data = (folder / "images.npz").string();
};

}  // namespace

TEST_CASE("an autoencoder on the digits is judged by its errors", "[cli]") {
    const converted_autoencoder a;
    const auto json = json_of(a.convert({"--check", a.data, "--json", "-"}));
    CHECK(json["calibration_error"] > 0.0);
    CHECK(json["calibration_error"] < 0.05);
    const auto& check = json["check"];
    CHECK(check["neurons_different"] == 0);
    CHECK(check["accuracy_spiking"].is_null());
    // Computed apart from the program: what 7 x 7 of 8 x 8 waves keep of these images.
    CHECK_THAT(check["targets_float"]["r2"].get<double>(), WithinAbs(0.913948, 1e-5));
    CHECK_THAT(check["targets_spiking"]["r2"].get<double>(),
               WithinAbs(check["targets_float"]["r2"].get<double>(), 0.01));
    CHECK(check["targets_spiking"] == check["targets_quantised"]);
    REQUIRE(check["fidelity"].size() == 1);
    CHECK(check["fidelity"][0]["output"] == "restored");
    CHECK(check["fidelity"][0]["r2"] > 0.99);
    CHECK(check["fidelity"][0]["r2"] < 1.0);
}

TEST_CASE("real outputs are written in the units of the targets, and errors are theirs", "[cli]") {
    const converted_autoencoder a;
    REQUIRE(a.convert({}).status == 0);
    const std::string file = (a.folder / "outputs.csv").string();
    const auto json = json_of(
        synfire_program({"simulate", a.net, "--data", a.data, "--outputs", file, "--json", "-"}));
    std::string header;
    const auto rows = read_csv(file, header);
    CHECK(header.rfind("restored[0],restored[1],", 0) == 0);
    REQUIRE(rows.size() == a.images.count);
    double error = 0.0;
    double spread = 0.0;
    for (std::size_t p = 0; p < pixels; ++p) {
        double mean = 0.0;
        for (std::size_t i = 0; i < rows.size(); ++i) { mean += a.images.targets[i * pixels + p]; }
        mean /= static_cast<double>(rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const double target = a.images.targets[i * pixels + p];
            error += std::pow(rows[i].at(p) - target, 2);
            spread += std::pow(target - mean, 2);
        }
    }
    CHECK(json["metric"] == "mean_squared_error");
    CHECK_THAT(json["value"].get<double>(),
               WithinRel(error / static_cast<double>(rows.size() * pixels), 1e-6));
    CHECK_THAT(json["r2"].get<double>(), WithinAbs(1.0 - error / spread, 1e-6));
}

TEST_CASE("every output of a network is compared with the trained one's", "[cli]") {
    const converted_autoencoder a(true);
    const std::string plain = a.folder.put("plain.npz", a.images.npz("", "")).string();
    const auto check =
        json_of(a.convert({"--check", plain, "--task", "regression", "--json", "-"}))["check"];
    REQUIRE(check["fidelity"].size() == 2);
    CHECK(check["fidelity"][1]["output"] == "brightness");
    CHECK(check["fidelity"][1]["values"] == 1);
    CHECK(check["fidelity"][1]["r2"] > 0.99);
    CHECK_FALSE(check.contains("targets_float"));
    const auto compared = json_of(synfire_program(
        {"compare", a.net, a.model, "--data", plain, "--hardware-samples", "0", "--json", "-"}));
    CHECK(compared["fidelity"] == check["fidelity"]);
    CHECK(compared["r2_snn"].is_null());
    const program_run told = a.convert({"--check", plain, "--task", "regression"});
    CHECK_THAT(told.out, contains_text("output error"));
    CHECK_THAT(told.out, contains_text("output brightness: spiking against trained network: mean"));
    CHECK(told.out.find("answer differently") == std::string::npos);
    const auto explained =
        json_of(synfire_program({"explain", a.model, "--calibration", plain, "--scale", "0.0625",
                                 "--samples", "16", "--task", "regression", "--json", "-"}));
    CHECK(explained["answers_changed"].is_null());
}

TEST_CASE("whole numbers are targets of a network with one output where that is asked for",
          "[cli]") {
    const scratch_folder folder;
    onnx_builder m;
    m.input("x", {-1, 4}).weights("w", {1, 4}, {1.0F, 2.0F, 0.0F, -1.0F});
    m.node("Gemm", {"x", "w"}, {"sum"}, {{"transB", std::int64_t{1}}}).output("sum", {-1, 1});
    const std::string model = (folder / "model.onnx").string();
    const std::string net = (folder / "net.snn").string();
    m.save(model);
    const std::vector<std::uint8_t> x{1, 2, 3, 4, 9, 0, 0, 0, 2, 2, 2, 2, 0, 5, 1, 4};
    const std::vector<std::int32_t> sums{1, 9, 4, 6};
    const std::string data =
        folder
            .put("sums.npz", zip_of({{"x.npy", npy("|u1", "(4, 4)", raw(x))},
                                     {"y.npy", npy("<i4", "(4,)", raw(sums))}}))
            .string();
    CHECK(synfire_program({"convert", model, "--calibration", data, "--scale", "1", "--task",
                           "regression", "-o", net})
              .status
          == 0);
    const auto json = json_of(
        synfire_program({"simulate", net, "--data", data, "--task", "regression", "--json", "-"}));
    CHECK(json["metric"] == "mean_squared_error");
    CHECK_THAT(json["r2"].get<double>(), WithinAbs(1.0, 1e-3));
    // As classes they do not fit one output.
    CHECK(synfire_program({"simulate", net, "--data", data}).status == 3);
}

TEST_CASE("the option --task says what answers are where the data could mean either", "[cli]") {
    const converted_autoencoder a;
    REQUIRE(a.convert({}).status == 0);
    const auto simulate = [&](const std::string& data, const std::string& task) {
        return synfire_program({"simulate", a.net, "--data", data, "--task", task, "--json", "-"});
    };
    require_bad_input(simulate(a.data, "classification"), {"images.npz", "targets", "integers"});
    // Class numbers mean nothing to 64 outputs.
    const std::vector<std::int32_t> labels(a.images.count, 3);
    const std::string labelled =
        a.folder.put("labelled.npz", a.images.npz("y", npy("<i4", "(120,)", raw(labels)))).string();
    const auto unjudged = json_of(simulate(labelled, "regression"));
    CHECK(unjudged["accuracy"].is_null());
    CHECK_FALSE(unjudged.contains("metric"));
    CHECK(json_of(simulate(labelled, "auto"))["accuracy"].is_number());
    CHECK(synfire_program({"simulate", a.net, "--data", a.data, "--task", "both"}).status == 2);
    const program_run drop = a.convert({"--max-drop", "1"});
    CHECK(drop.status == 2);
    CHECK_THAT(drop.err, contains_text("--max-drop"));
}
