// SPDX-License-Identifier: Apache-2.0
// Streaming networks as a user meets them: a classifier of digits by spikes per class, written by
// hand, whose answer grows with the steps.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <synfire/core/width.hpp>
#include <synfire/io/network_file.hpp>
#include <unit/io/scratch_folder.hpp>

#include "cosim_runs.hpp"
#include "digits_stream.hpp"
#include "run_program.hpp"

using namespace synfire;
using namespace synfire::test;
using Catch::Matchers::Contains;

namespace {

struct written_network {
    scratch_folder folder;
    std::string path = (folder / "stream.snn").string();

    written_network() { io::write_network(digits_stream(), path); }

    program_run run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {"simulate", path, "--data", "digits"});
        return synfire_program(arguments);
    }
    nlohmann::json result(std::vector<std::string> arguments) const {
        arguments.insert(arguments.end(), {"--json", "-"});
        const program_run ran = run(arguments);
        CAPTURE(ran.err);
        REQUIRE(ran.status == 0);
        return nlohmann::json::parse(ran.out);
    }
};

}  // namespace

TEST_CASE("accuracy against steps comes from one run", "[cli]") {
    const written_network net;
    const nlohmann::json json = net.result({"--anytime"});
    CHECK(json["execution"] == "streaming");
    CHECK(json["steps"] == 40);
    CHECK(json["mean_steps"] == 40.0);
    CHECK(json["latency_steps"] == 40);
    const std::vector<double> accuracy = json["anytime"]["accuracy"];
    const std::vector<double> agreement = json["anytime"]["agreement"];
    REQUIRE(accuracy.size() == 40);
    CHECK(accuracy.back() == json["accuracy"].get<double>());
    CHECK(accuracy.front() < 0.3);
    CHECK(accuracy.back() > 0.7);
    CHECK(agreement.back() == 1.0);
    CHECK(json["layers"][1]["steps"] == 40);
    CHECK(json["layers"][1]["neuron_updates"] == 40 * 10 * json["samples"].get<int>());
    // The answer after 15 steps of the long run is that of a run of 15 steps.
    const nlohmann::json shorter = net.result({"--steps", "15"});
    CHECK(shorter["steps"] == 15);
    CHECK(shorter["accuracy"].get<double>() == accuracy[14]);
}

TEST_CASE("engines and threads agree on a streaming network", "[cli]") {
    const written_network net;
    const auto counts = [&](const std::vector<std::string>& arguments) {
        nlohmann::json json = net.result(arguments);
        for (const char* key : {"seconds", "threads", "engine"}) { json.erase(key); }
        return json;
    };
    const nlohmann::json expected =
        counts({"--samples", "60", "--anytime", "--engine", "reference", "--threads", "1"});
    CHECK(counts({"--samples", "60", "--anytime", "--threads", "1"}) == expected);
    CHECK(counts({"--samples", "60", "--anytime", "--threads", "3"}) == expected);
}

TEST_CASE("a clear answer ends a sample early", "[cli]") {
    const written_network net;
    const nlohmann::json all = net.result({});
    const nlohmann::json early = net.result({"--early-exit-margin", "3"});
    CHECK(early["early_exit"]["margin"] == 3.0);
    CHECK(early["mean_steps"] == early["early_exit"]["mean_steps"]);
    CHECK(early["mean_steps"].get<double>() < 38.0);
    CHECK(early["early_exit"]["least_steps"].get<int>() >= 3);
    CHECK(early["early_exit"]["most_steps"].get<int>() <= 40);
    CHECK(early["spikes"].get<int>() < all["spikes"].get<int>());
    const program_run text = net.run({"--early-exit-margin", "3", "--anytime", "--samples", "20"});
    CHECK_THAT(text.out, contains_text("of 20 samples were clear by 3, after "));
    CHECK_THAT(text.out, contains_text("as in the end"));
    const int clear = early["early_exit"]["clear_samples"].get<int>();
    const int samples = early["samples"].get<int>();
    CHECK(clear > 0);
    CHECK(clear < samples);
    // Those that were not clear ran to the end.
    CHECK((samples - clear) * 40 < early["mean_steps"].get<double>() * samples);
}

TEST_CASE("a margin that no sample reaches is not said to be reached", "[cli]") {
    const written_network net;
    const std::vector<std::string> far{"--early-exit-margin", "1000", "--samples", "20"};
    const nlohmann::json json = net.result(far);
    CHECK(json["early_exit"]["clear_samples"] == 0);
    CHECK(json["mean_steps"] == 40.0);
    const program_run text = net.run(far);
    CHECK_THAT(text.out, contains_text("0 of 20 samples were clear by 1000\n"));
    CHECK_THAT(text.out, contains_text("all samples: 40.00 steps in the mean (40 to 40)"));
}

TEST_CASE("the raster shows the first sample of the run that was counted", "[cli]") {
    const auto check_same_run = [](const nlohmann::json& json) {
        for (std::size_t i = 0; i < json["raster"]["populations"].size(); ++i) {
            CHECK(json["raster"]["populations"][i]["stride"] == 1);
            CHECK(json["raster"]["populations"][i]["spikes"].size()
                  == json["layers"][i]["spikes"].get<std::size_t>());
        }
        return json["raster"];
    };
    const written_network net;
    const nlohmann::json all = check_same_run(net.result({"--samples", "1"}));
    CHECK(all != check_same_run(net.result({"--samples", "1", "--early-exit-margin", "1"})));
    network chance = digits_stream();
    chance.populations[0].input->encoder = input_encoder::poisson;
    chance.populations[0].window = {coding::rate, 40};
    chance.populations[0].range = {0, 40};
    for (population& p : chance.populations) { p.width_bits = 0; }
    const std::vector<int> widths = proven_widths(chance);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        chance.populations[i].width_bits = widths[i];
    }
    io::write_network(chance, net.path);
    const nlohmann::json first = check_same_run(net.result({"--samples", "1"}));
    CHECK(first != check_same_run(net.result({"--samples", "1", "--seed", "7"})));
}

TEST_CASE("what only streaming networks have is refused for others, and the reverse", "[cli]") {
    const written_network net;
    const std::string synchronous = (net.folder / "net.snn").string();
    REQUIRE(synfire_program({"convert", digits_model().string(), "--calibration", "digits",
                             "--calibration-samples", "16", "-o", synchronous})
                .status
            == 0);
    const auto refused = [](const std::vector<std::string>& arguments, const std::string& part) {
        require_bad_input(synfire_program(arguments), {part});
    };
    refused({"simulate", synchronous, "--data", "digits", "--steps", "9"},
            "only streaming networks run for a number of steps");
    refused({"simulate", synchronous, "--data", "digits", "--anytime"},
            "only streaming networks have an answer before the end");
    refused({"simulate", synchronous, "--data", "digits", "--early-exit-margin", "1"},
            "only streaming networks have an answer before the end");
    refused({"cosim", net.path, "--data", "digits", "--samples", "1", "--board", "icebreaker"},
            "keeps no potentials from step to step");
    refused({"compare", net.path, digits_model().string(), "--data", "digits", "--samples", "1"},
            "energy is compared for synchronous networks only");
    CHECK(net.run({"--steps", "-1"}).status == 2);
    for (const char* margin : {"-1", "nan", "inf"}) {
        CHECK(net.run({"--early-exit-margin", margin}).status == 2);
    }
}

TEST_CASE("inspect says how a streaming network moves", "[cli]") {
    const written_network net;
    const program_run text = synfire_program({"inspect", net.path});
    CHECK(text.status == 0);
    CHECK_THAT(text.out, contains_text("reset subtract refractory 0 (hold)"));
    CHECK_THAT(text.out, contains_text("answers with its last"));
    const program_run json = synfire_program({"inspect", net.path, "--json", "-"});
    CHECK(nlohmann::json::parse(json.out)["execution"] == "streaming");
}

namespace {

/// A board like the ULX3S whose engine keeps potentials of 2^bits words.
std::string streaming_board(const scratch_folder& folder, int bits) {
    std::ifstream built_in(SYNFIRE_SOURCE_DIR "/models/boards/ulx3s.json");
    nlohmann::json board = nlohmann::json::parse(built_in);
    board["engine"]["lanes"] = 8;  // so that a population takes several words
    board["engine"]["accumulator_bits"] = 32;
    board["engine"]["firing"] = 1;
    board["engine"]["streaming"] = bits;
    const std::string file = (folder / ("board" + std::to_string(bits) + ".json")).string();
    std::ofstream(file) << board.dump();
    return file;
}

/// The streaming network of the digits with an input that the engine takes.
std::string streaming_file(const scratch_folder& folder) {
    const std::string path = (folder / "net.snn").string();
    io::write_network(digits_rate_stream(), path);
    return path;
}

}  // namespace

TEST_CASE("cosim runs a streaming network step by step, and answers as simulate", "[cli]") {
    const scratch_folder folder;
    const std::string path = streaming_file(folder);
    const auto result = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.end(), {"--data", "digits", "--samples", "6", "--json", "-"});
        const program_run run = synfire_program(arguments);
        INFO(run.err);
        REQUIRE(run.status == 0);
        return nlohmann::json::parse(run.out);
    };
    const nlohmann::json simulated = result({"simulate", path});
    const nlohmann::json model =
        result({"cosim", path, "--engine", "model", "--board", streaming_board(folder, 8)});
    CHECK(model["accuracy"] == simulated["accuracy"]);
    CHECK(model["equal"] == true);
    // Each of the 40 steps computes and fires every word of the two populations.
    CHECK(model["cycles_per_sample"]["mean"].get<double>() > 40 * 2 * 28);
    if (!has_rtl()) { return; }
    const nlohmann::json rtl = equal_result(cosim(path, "digits", "6", {}));
    CHECK(rtl["lanes"] == 16);
    CHECK(rtl["accuracy"] == simulated["accuracy"]);
    CHECK(rtl["layers"][1]["spikes"] == simulated["layers"][1]["spikes"]);
}

TEST_CASE("a waveform of a streaming sample holds all its steps", "[cli]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const std::string path = streaming_file(folder);
    const auto size = [&](const std::string& window) {
        const std::string file = (folder / "wave.fst").string();
        const program_run run = synfire_program({"cosim", path, "--data", "digits", "--samples",
                                                 "2", "--trace", file, "--window", window});
        INFO(run.err);
        REQUIRE(run.status == 0);
        return std::filesystem::file_size(file);
    };
    const auto both = [&] {
        const std::string file = (folder / "all.fst").string();
        REQUIRE(
            synfire_program({"cosim", path, "--data", "digits", "--samples", "2", "--trace", file})
                .status
            == 0);
        return std::filesystem::file_size(file);
    }();
    const auto one = size("sample=1");
    CHECK(one > both / 4);
    CHECK(one < both);
}

TEST_CASE("streaming networks run on engines of all lanes", "[cli]") {
    const scratch_folder folder;
    const std::string path = streaming_file(folder);
    for (const char* const lanes : {"4", "8", "32", "64"}) {
        CAPTURE(lanes);
        const program_run run = synfire_program(
            {"cosim", path, "--data", "digits", "--samples", "1", "--lanes", lanes});
        CHECK(run.status == 0);
        CHECK_THAT(run.out, Contains("(" + std::string(lanes) + " lanes"));
    }
}

TEST_CASE("a state memory that is too small is said of the board", "[cli]") {
    const scratch_folder folder;
    const std::string path = streaming_file(folder);
    const program_run large =
        synfire_program({"estimate", path, "--board", streaming_board(folder, 8)});
    CHECK(large.status == 0);
    CHECK_THAT(large.out, Contains("nothing is expected of streaming networks; --data counts"));
    const std::vector<std::string> counted{"--data", "digits", "--samples", "3", "--json", "-"};
    std::vector<std::string> estimate{"estimate", path, "--board", streaming_board(folder, 8)};
    std::vector<std::string> cosim{"cosim", path, "--engine", "model", "--board", estimate[3]};
    estimate.insert(estimate.end(), counted.begin(), counted.end());
    cosim.insert(cosim.end(), counted.begin(), counted.end());
    const auto board = nlohmann::json::parse(synfire_program(estimate).out)["boards"][0];
    const auto run = nlohmann::json::parse(synfire_program(cosim).out);
    CHECK(board["cycles"]["mean"] == run["cycles_per_sample"]["mean"]);
    const program_run small =
        synfire_program({"estimate", path, "--board", streaming_board(folder, 1)});
    CHECK(small.status == 1);
    CHECK_THAT(small.out, Contains("words of potentials that are kept"));
}
