// SPDX-License-Identifier: Apache-2.0
// Samples drawn for other programs are those that convert calibrates with; networks distilled
// elsewhere come back with steps of their own.
#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <synfire/io/files.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

std::vector<std::string> convert(const std::string& model, const std::string& data,
                                 const std::string& output,
                                 const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments{"convert", model, "--calibration", data, "-o", output};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

std::string student() { return SYNFIRE_GOLDEN_DIR "/distilled/digits_student.onnx"; }

}  // namespace

TEST_CASE("drawn samples calibrate as the data set they were drawn from", "[cli]") {
    const scratch_folder folder;
    const std::string samples = (folder / "samples.npy").string();
    const program_run drawn =
        synfire_program({"draw", "digits", "-o", samples, "--samples", "40", "--seed", "3"});
    REQUIRE(drawn.status == 0);
    CHECK_THAT(drawn.out, contains_text("40 of "));

    const std::string direct = (folder / "direct.snn").string();
    const std::string through = (folder / "through.snn").string();
    const std::string model = digits_model().string();
    REQUIRE(synfire_program(
                convert(model, "digits", direct, {"--calibration-samples", "40", "--seed", "3"}))
                .status
            == 0);
    REQUIRE(synfire_program(convert(model, samples, through, {"--calibration-samples", "0"})).status
            == 0);
    CHECK(io::content_hash(io::read_file(direct)) == io::content_hash(io::read_file(through)));
}

TEST_CASE("drawing refuses what it cannot read or write", "[cli]") {
    const scratch_folder folder;
    CHECK(synfire_program({"draw", "no-such-data", "-o", (folder / "s.npy").string()}).status == 3);
    CHECK(synfire_program({"draw", "digits", "-o", (folder / "none" / "s.npy").string()}).status
          == 3);
    CHECK(synfire_program({"draw", "digits"}).status == 2);
    CHECK(synfire_program({"draw", "digits", "-o", (folder / "s.npz").string()}).status == 2);
}

TEST_CASE("a distilled network keeps its steps and its accuracy", "[cli]") {
    const scratch_folder folder;
    const std::string network = (folder / "net.snn").string();
    const program_run run = synfire_program(
        convert(student(), "digits", network, {"--check", "digits", "--json", "-"}));
    INFO(run.err);
    REQUIRE(run.status == 0);
    const nlohmann::json json = nlohmann::json::parse(run.out);
    CHECK(json["check"]["neurons_different"] == 0);
    CHECK(json["distilled"] == true);
    CHECK(json["bias_correction"] == false);
    CHECK(json["check"]["accuracy_spiking"].get<double>() > 0.95);
}

TEST_CASE("options that would undo a distillation are refused", "[cli]") {
    const scratch_folder folder;
    const std::string network = (folder / "net.snn").string();
    const auto refused = [&](const std::vector<std::string>& options, const std::string& said) {
        const program_run run = synfire_program(convert(student(), "digits", network, options));
        CAPTURE(options);
        CHECK(run.status == 3);
        CHECK_THAT(run.err, contains_text(said));
        CHECK_FALSE(std::filesystem::exists(network));
    };
    refused({"--steps", "5"}, "codes up to 15");
    refused({"--coding", "rate", "--steps", "4"}, "codes up to 4");
    refused({"--spike-price", "0.1"}, "--event-price");
    refused({"--reconstruct"}, "--reconstruct");
    refused({"--skip-steps", "8"}, "--skip-steps");
}

TEST_CASE("fine skips are counted, exact, and must be finer", "[cli]") {
    const scratch_folder folder;
    const std::string network = (folder / "net.snn").string();
    const std::string model = digits_model().string();
    const program_run fine = synfire_program(convert(
        model, "digits", network, {"--skip-steps", "8", "--check", "digits", "--json", "-"}));
    REQUIRE(fine.status == 0);
    const nlohmann::json json = nlohmann::json::parse(fine.out);
    CHECK(json["fine_skips"] == 1);
    CHECK(json["check"]["neurons_different"] == 0);
    const program_run coarse =
        synfire_program(convert(model, "digits", network, {"--skip-steps", "2"}));
    CHECK(coarse.status == 3);
    CHECK_THAT(coarse.err, contains_text("coarser"));
}
