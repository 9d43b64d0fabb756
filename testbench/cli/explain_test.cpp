// SPDX-License-Identifier: Apache-2.0
// synfire explain, as a user meets it, on the digits network.
#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire::test;
using Catch::Matchers::WithinAbs;

namespace {

program_run explain_digits(const std::vector<std::string>& more) {
    std::vector<std::string> arguments{"explain",
                                       digits_model().string(),
                                       "--calibration",
                                       "digits",
                                       "--calibration-samples",
                                       "64",
                                       "--data",
                                       "digits",
                                       "--samples",
                                       "24"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return synfire_program(arguments);
}

nlohmann::json json_of(const program_run& run) {
    INFO("standard error: " << run.err);
    REQUIRE(run.status == 0);
    return nlohmann::json::parse(run.out);
}

double sum_of(const nlohmann::json& layers, const std::string& part) {
    double sum = 0.0;
    for (const auto& l : layers) { sum += l["alone_parts"][part].get<double>(); }
    return sum;
}

}  // namespace

TEST_CASE("explain shares out the output error of the digits network", "[cli]") {
    const auto json = json_of(explain_digits({"--steps", "2", "--json", "-"}));
    CHECK(json["command"] == "explain");
    CHECK(json["samples"] == 24);
    CHECK(json["steps"] == 2);
    const auto& layers = json["layers"];
    REQUIRE(layers.size() >= 4);
    CHECK(layers.front()["kind"] == "input");
    CHECK(layers.front()["alone"] == 0.0);  // 8-bit data in 8 steps
    CHECK(layers.front()["removed"] == 0.0);
    CHECK(layers.back()["kind"] == "readout");
    double alone = json["interaction"].get<double>();
    for (const auto& l : layers) { alone += l["alone"].get<double>(); }
    CHECK_THAT(alone, WithinAbs(1.0, 1e-9));
    // The accumulated error of the only output is the error of the network.
    CHECK_THAT(layers.back()["accumulated"].get<double>(),
               WithinAbs(json["error"].get<double>(), 1e-6));
    CHECK(sum_of(layers, "rounding") > 10.0 * sum_of(layers, "weights"));
    REQUIRE_FALSE(json["advice"].empty());
    CHECK(json["advice"][0]["change"].get<std::string>().find("--steps 3") != std::string::npos);
}

TEST_CASE("explain blames weights of 2 bits, and its advice is worth what it says", "[cli]") {
    const auto json =
        json_of(explain_digits({"--steps", "6", "--weight-bits", "2", "--try", "--json", "-"}));
    CHECK(sum_of(json["layers"], "weights") > 10.0 * sum_of(json["layers"], "rounding"));
    REQUIRE_FALSE(json["advice"].empty());
    const auto& advice = json["advice"][0];
    CHECK(advice["change"] == "--weight-bits 8 instead of 2");
    CHECK(advice["tried_error"].get<double>() < 0.2 * json["error"].get<double>());
    // What was tried is what a conversion with that option gives.
    const auto followed =
        json_of(explain_digits({"--steps", "6", "--weight-bits", "8", "--json", "-"}));
    CHECK(followed["error"] == advice["tried_error"]);
}

TEST_CASE("explain prints tables for people", "[cli]") {
    const program_run run = explain_digits({"--steps", "3", "--between", "L2,L4"});
    CHECK(run.status == 0);
    for (const char* said : {"output error", "accumulated", "interaction", "What to change", "dead",
                             "spikes", "L2,L4: no divergence"}) {
        CHECK_THAT(run.out, contains_text(said));
    }
}

TEST_CASE("explain walks down the ladder", "[cli]") {
    const auto whole = json_of(explain_digits(
        {"--between", "L0,L4", "--bound", "1", "--between", "L2,L3", "--json", "-"}));
    REQUIRE(whole["between"].size() == 2);
    CHECK(whole["between"][0]["between"] == "L0,L4");
    CHECK(whole["between"][0]["divergence"].is_null());
    CHECK(whole["between"][1]["divergence"].is_null());

    const program_run strict =
        explain_digits({"--between", "L0,L4", "--bound", "0.001", "--json", "-"});
    CHECK(strict.status == 1);
    const auto json = nlohmann::json::parse(strict.out);
    const auto& found = json["between"][0]["divergence"];
    CHECK(found["upper_level"] == 1);
    CHECK(found["lower_level"] == 2);
    CHECK(found["internal_error"] == false);
    // The input is exact in 8 steps; the first layer that rounds is beyond so narrow a bound.
    CHECK(found["layer"] == json["layers"][1]["name"]);
    CHECK_THAT(found["relative_error"].get<double>(),
               WithinAbs(json["layers"][1]["accumulated"].get<double>(), 1e-9));
}

TEST_CASE("explain without --data explains the calibration samples", "[cli]") {
    const auto json =
        json_of(synfire_program({"explain", digits_model().string(), "--calibration", "digits",
                                 "--calibration-samples", "16", "--samples", "0", "--json", "-"}));
    CHECK(json["samples"] == 16);
    CHECK(json["data"] == "digits");
}

TEST_CASE("explain and convert speak of the same network", "[cli]") {
    const scratch_folder folder;
    const auto explained = json_of(explain_digits({"--steps", "3", "--json", "-"}));
    const auto converted = json_of(synfire_program(
        {"convert", digits_model().string(), "--calibration", "digits", "--calibration-samples",
         "64", "--steps", "3", "-o", (folder / "net.snn").string(), "--json", "-"}));
    CHECK(explained["network"]["hash"] == converted["network"]["hash"]);
    for (const char* key : {"coding", "steps", "thresholds", "bias_correction", "calibration"}) {
        CHECK(explained[key] == converted[key]);
    }
}

TEST_CASE("explain and convert speak of the same network with every option that changes it",
          "[cli]") {
    const scratch_folder folder;
    const std::vector<std::string> options = GENERATE(
        std::vector<std::string>{"--prune", "60"},
        std::vector<std::string>{"--prune-channels", "30", "--prune", "20", "--steps", "3"},
        std::vector<std::string>{"--mixed-steps", "--mixed-bits", "--max-drop", "2"},
        std::vector<std::string>{"--coding", "auto", "--max-drop", "2"},
        std::vector<std::string>{"--coding", "auto", "--steps", "4", "--reconstruct"});
    std::vector<std::string> convert{"convert", digits_model().string(),    "--calibration",
                                     "digits",  "--calibration-samples",    "64",
                                     "-o",      (folder / "n.snn").string()};
    convert.insert(convert.end(), options.begin(), options.end());
    convert.insert(convert.end(), {"--json", "-"});
    std::vector<std::string> explain = options;
    explain.insert(explain.end(), {"--json", "-"});
    const auto explained = json_of(explain_digits(explain));
    const auto converted = json_of(synfire_program(convert));
    CHECK(explained["network"]["hash"] == converted["network"]["hash"]);
    for (const char* key : {"pruning", "mixed_bits", "mixed_steps", "coding", "weight_bytes"}) {
        CHECK(explained[key] == converted[key]);
    }
}

TEST_CASE("explain tells what pruning took from what codes take", "[cli]") {
    const auto whole = json_of(explain_digits({"--steps", "8", "--json", "-"}));
    CHECK(whole["pruning_error"].is_null());
    const auto pruned =
        json_of(explain_digits({"--steps", "8", "--prune", "80", "--try", "--json", "-"}));
    // At 8 steps codes are so fine that nearly all of the error is that of pruning.
    const double alone = pruned["pruning_error"].get<double>();
    CHECK(alone > 10.0 * whole["error"].get<double>());
    CHECK_THAT(pruned["error"].get<double>(), WithinAbs(alone, 0.2 * alone));
    CHECK(pruned["plain_error"].get<double>() < 0.5 * alone);
    REQUIRE_FALSE(pruned["advice"].empty());
    const auto& advice = pruned["advice"][0];
    CHECK(advice["change"] == "--prune 40: half of it");
    CHECK(advice["tried_error"].get<double>() < pruned["error"].get<double>());
    CHECK_THAT(explain_digits({"--prune", "80"}).out, contains_text("pruning alone, before"));
}

TEST_CASE("explain refuses a --max-drop that changes nothing", "[cli]") {
    const program_run run = explain_digits({"--max-drop", "1"});
    CHECK(run.status == 2);
    CHECK_THAT(run.err, contains_text("--max-drop: has no effect here"));
    CHECK(explain_digits({"--mixed-steps"}).status == 2);  // how much may be lost?
}

TEST_CASE("explain refuses levels that it cannot compare", "[cli]") {
    for (const char* wrong : {"L1", "L2,L1", "L1,L1", "L5,L6", "L0;L1", "trained"}) {
        const program_run run = explain_digits({"--between", wrong});
        CAPTURE(wrong);
        CHECK(run.status == 2);
        CHECK(run.out.empty());
        CHECK_THAT(run.err, contains_text("--between"));
        CHECK_THAT(run.err, contains_text("synfire cosim"));
    }
    CHECK(explain_digits({"--steps", "16"}).status == 2);
}
