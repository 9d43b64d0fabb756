// SPDX-License-Identifier: Apache-2.0
// convert --execution streaming from outside: the result runs in both engines, its check tells
// accuracy against steps, and options that rates leave no room for are refused.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

program_run streamed(const std::string& net, std::vector<std::string> more) {
    std::vector<std::string> arguments{
        "convert", digits_model().string(), "--calibration", "digits", "-o",
        net,       "--execution",           "streaming"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return synfire_program(arguments);
}

nlohmann::json simulated(const std::string& net, const std::string& engine) {
    const program_run run = synfire_program({"simulate", net, "--data", "digits", "--samples", "20",
                                             "--engine", engine, "--json", "-"});
    INFO(run.err);
    REQUIRE(run.status == 0);
    nlohmann::json json = nlohmann::json::parse(run.out);
    json.erase("seconds");
    json.erase("engine");
    json.erase("raster");
    return json;
}

}  // namespace

TEST_CASE("a trained network becomes a streaming one that both engines run", "[cli][streaming]") {
    const scratch_folder folder;
    const std::string net = (folder.path() / "net.snn").string();
    const program_run made = streamed(net, {"--input", "current", "--steps", "24", "--check",
                                            "digits", "--max-drop", "1", "--json", "-"});
    INFO(made.err);
    REQUIRE(made.status == 0);
    const auto json = nlohmann::json::parse(made.out);
    CHECK(json.at("execution") == "streaming");
    CHECK(json.at("coding") == "rate");
    CHECK(json.at("input") == "current");
    CHECK(json.at("steps") == 24);
    const auto& check = json.at("check");
    const auto& anytime = check.at("anytime").at("accuracy");
    REQUIRE(anytime.size() == 24);
    CHECK(anytime.back() == check.at("accuracy_spiking"));
    // The trained network is right everywhere; a few samples lie near the border.
    CHECK(check.at("accuracy_spiking").get<double>() >= 0.99);
    CHECK(anytime.at(3).get<double>() > 0.8);
    CHECK(simulated(net, "event") == simulated(net, "reference"));
}

TEST_CASE("data that fill little of a byte are no data for rates", "[cli][streaming]") {
    const scratch_folder folder;
    const std::string net = (folder.path() / "net.snn").string();
    // Digits go up to 16.
    const program_run made = streamed(net, {"--input", "rate", "--steps", "24"});
    CHECK(made.status == 0);
    CHECK_THAT(made.err, contains_text("16 of 255, so that inputs send 1.5 spikes in 24 steps"));
    CHECK(simulated(net, "event") == simulated(net, "reference"));
}

TEST_CASE("options that rates leave no room for are refused", "[cli][streaming]") {
    const scratch_folder folder;
    const std::string net = (folder.path() / "net.snn").string();
    const auto refused = [&](std::vector<std::string> options, const std::string& message) {
        const program_run run = streamed(net, std::move(options));
        CHECK(run.status == 2);
        CHECK_THAT(run.err, contains_text(message));
    };
    refused({"--coding", "phase"}, "--coding: does not go with --execution streaming");
    refused({"--input-steps", "4"}, "--input-steps: does not go with --execution streaming");
    refused({"--mixed-steps", "--max-drop", "1"}, "--mixed-steps: does not go");
    refused({"--skip-steps", "8"}, "--skip-steps: does not go");
    refused({"--steps", "5000"}, "--steps: more than weights of 8 bits can tell apart");
    refused({"--input", "events"}, "--input: does not carry the values of a trained network");
    refused({"--dialect", "norse"}, "--dialect: belongs to NIR graphs");
    const program_run plain = synfire_program({"convert", digits_model().string(), "--calibration",
                                               "digits", "-o", net, "--input", "rate"});
    CHECK(plain.status == 2);
    CHECK_THAT(plain.err, contains_text("--input: belongs to streaming networks"));
}
