// SPDX-License-Identifier: Apache-2.0
// Exit statuses and the promise of --json: one object on standard output, nothing else.
#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire::test;

namespace {

std::vector<std::string> convert_arguments(const std::string& output) {
    return {"convert",
            digits_model().string(),
            "--calibration",
            "digits",
            "--calibration-samples",
            "16",
            "-o",
            output};
}

std::vector<std::string> with(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
}

/// Parses all of the text; a second object or any other word would throw.
nlohmann::json only_object(const std::string& text) {
    nlohmann::json json = nlohmann::json::parse(text);
    REQUIRE(json.is_object());
    return json;
}

}  // namespace

TEST_CASE("wrong usage ends with status 2 and says what is wrong", "[cli]") {
    const scratch_folder folder;
    const std::vector<std::string> convert = convert_arguments((folder / "net.snn").string());
    const auto wrong = [&](const std::vector<std::string>& arguments, const std::string& said) {
        const program_run run = synfire_program(arguments);
        CAPTURE(arguments);
        CHECK(run.status == 2);
        CHECK(run.out.empty());
        CHECK_THAT(run.err, contains_text(said));
        CHECK_THAT(run.err, contains_text("--help"));
    };
    wrong({}, "subcommand");
    wrong({"konvert"}, "subcommand");
    wrong({"convert"}, "model");
    wrong({"convert", "model.onnx", "--calibration", "digits"}, "--output");
    wrong({"simulate"}, "network");
    wrong({"simulate", "net.snn"}, "--data");
    wrong(with(convert, {"--no-such-option"}), "no-such-option");
    wrong(with(convert, {"surplus"}), "surplus");
    wrong(with(convert, {"--steps", "2000000"}), "--steps");
    wrong(with(convert, {"--steps", "four"}), "--steps");
    wrong(with(convert, {"--steps", "0"}), "--steps");
    wrong(with(convert, {"--weight-bits", "1"}), "--weight-bits");
    wrong(with(convert, {"--input-steps", "9"}), "--input-steps");
    wrong(with(convert, {"--coding", "morse"}), "--coding");
    wrong(with(convert, {"--scale", "0"}), "--scale");
    wrong(with(convert, {"--scale", "-1"}), "--scale");
    wrong(with(convert, {"--mean", "a,b"}), "--mean");
    wrong(with(convert, {"--max-drop", "101"}), "--max-drop");
    wrong(with(convert, {"--thresholds", "best"}), "--thresholds");
    wrong(with(convert, {"--percentile", "101", "--thresholds", "percentile"}), "--percentile");
    wrong(with(convert, {"--spike-price", "-1"}), "--spike-price");
    wrong({"simulate", "net.snn", "--data", "digits", "--threads", "-2"}, "--threads");
    CHECK(folder.entries() == 0);
    // Whether samples are needed depends on the model.
    const program_run bare = synfire_program({"convert", digits_model().string(), "-o", "net.snn"});
    CHECK(bare.status == 2);
    CHECK_THAT(bare.err, contains_text("--calibration"));
}

TEST_CASE("help and version are no errors", "[cli]") {
    CHECK(synfire_program({"--help"}).status == 0);
    CHECK(synfire_program({"convert", "--help"}).status == 0);
    const program_run version = synfire_program({"--version"});
    CHECK(version.status == 0);
    CHECK_FALSE(version.out.empty());
}

TEST_CASE("options that fit each other badly are refused with the values", "[cli]") {
    const scratch_folder folder;
    const std::vector<std::string> convert = convert_arguments((folder / "net.snn").string());
    for (const char* many : {"16", "99"}) {
        const program_run steps = synfire_program(with(convert, {"--steps", many}));
        CHECK(steps.status == 2);
        CHECK(steps.out.empty());
        CHECK_THAT(steps.err, contains_text("--steps"));
        CHECK_THAT(steps.err, contains_text("1 to 15"));
    }
    for (const std::vector<std::string>& pair :
         {std::vector<std::string>{"--percentile", "99"},
          {"--spike-price", "0.01", "--thresholds", "max"}}) {
        const program_run unused = synfire_program(with(convert, pair));
        CHECK(unused.status == 2);
        CHECK_THAT(unused.err, contains_text(pair.front()));
        CHECK_THAT(unused.err, contains_text("has no effect"));
    }
    require_bad_input(synfire_program(with(convert, {"--std", "0"})), {"must be positive"});
    require_bad_input(synfire_program(with(convert, {"--mean", "1,2"})), {"2 values"});
    require_bad_input(synfire_program(with(convert, {"--layout", "channel-last"})), {"--layout"});
    CHECK(folder.entries() == 0);
}

TEST_CASE("option --json - prints one object and nothing else", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    const program_run converted = synfire_program(with(convert_arguments(net), {"--json", "-"}));
    REQUIRE(converted.status == 0);
    const nlohmann::json conversion = only_object(converted.out);
    CHECK(conversion["command"] == "convert");
    CHECK(conversion["coding"] == "phase");
    CHECK(conversion["steps"] == 4);
    CHECK(conversion["weight_bits"] == 8);
    CHECK(conversion["thresholds"] == "mse");
    CHECK(conversion["percentile"].is_null());
    CHECK(conversion["bias_correction"] == true);
    CHECK(conversion["calibration_samples"] == 16);
    CHECK(conversion["layers"].size() == 6);
    for (const nlohmann::json& layer : conversion["layers"]) {
        CHECK(layer["error"].contains("clip"));
        CHECK(layer["error"].contains("round"));
        CHECK(layer["error"].contains("weights"));
    }
    CHECK(conversion["nodes"].size() == 17);
    CHECK(conversion["nodes"][0]["class"] == "exact");

    const program_run simulated =
        synfire_program({"simulate", net, "--data", "digits", "--samples", "5", "--json", "-"});
    REQUIRE(simulated.status == 0);
    const nlohmann::json simulation = only_object(simulated.out);
    CHECK(simulation["network"]["hash"] == conversion["network"]["hash"]);
    CHECK(simulation["samples"] == 5);
    CHECK(simulation["layers"].size() == 8);

    for (const std::string& file : {net, digits_model().string()}) {
        const program_run inspected = synfire_program({"inspect", file, "--json", "-"});
        CHECK(inspected.status == 0);
        CHECK(only_object(inspected.out)["command"] == "inspect");
    }
    const program_run compared = synfire_program({"compare", net, digits_model().string(), "--data",
                                                  "digits", "--samples", "5", "--json", "-"});
    CHECK(compared.status == 0);
    CHECK(only_object(compared.out)["command"] == "compare");
}

TEST_CASE("option --json - prints nothing where the input is bad", "[cli]") {
    const program_run run =
        synfire_program({"simulate", "missing.snn", "--data", "digits", "--json", "-"});
    CHECK(run.status == 3);
    CHECK(run.out.empty());
}

TEST_CASE("more changed answers than --max-drop allows: status 1 and no file", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    const auto convert = [&](const std::string& drop) {
        return synfire_program(
            with(convert_arguments(net), {"--steps", "1", "--max-drop", drop, "--json", "-"}));
    };
    const program_run refused = convert("0");
    CHECK(refused.status == 1);
    CHECK_THAT(refused.err, contains_text("--max-drop"));
    CHECK(only_object(refused.out)["calibration_disagreements"] > 0);
    CHECK(folder.entries() == 0);
    CHECK(convert("100").status == 0);
    CHECK(folder.entries() == 1);
}

TEST_CASE("codes that are chosen bring steps of their own unless --steps says them", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    const auto convert = [&](const std::vector<std::string>& more) {
        const auto automatic = with(convert_arguments(net), {"--coding", "auto", "--json", "-"});
        const program_run run = synfire_program(with(automatic, more));
        REQUIRE(run.status == 0);
        return only_object(run.out);
    };
    const nlohmann::json chosen = convert({"--max-drop", "20"});
    CHECK(chosen["mixed_steps"] == true);
    CHECK(chosen["calibration_disagreements"] <= 3);  // 20 % of 16
    CHECK(convert({"--max-drop", "0"})["calibration_disagreements"] == 0);
    const nlohmann::json given = convert({"--steps", "4"});
    CHECK(given["mixed_steps"] == false);
    CHECK(convert({"--task", "regression"})["mixed_steps"] == false);
}

TEST_CASE("a pruned network says what is left of it, and is smaller", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    const program_run ran = synfire_program(
        with(convert_arguments(net), {"--prune", "40", "--prune-channels", "30", "--json", "-"}));
    REQUIRE(ran.status == 0);
    const nlohmann::json pruning = only_object(ran.out)["pruning"];
    CHECK(pruning["weights_percent"] == 40.0);
    CHECK(pruning["channels_left"] < pruning["channels"]);
    CHECK(pruning["multiplications_left"].get<double>()
          <= 0.7 * pruning["multiplications"].get<double>());
    CHECK(pruning["weights_left"].get<double>() < 0.6 * pruning["weights"].get<double>());
    CHECK(pruning["not_fitted"].empty());
    const program_run text = synfire_program(with(convert_arguments(net), {"--prune", "40"}));
    CHECK_THAT(text.out, contains_text("pruned: ") && contains_text("weights left (59.99 %)"));
}

TEST_CASE("weight bits are chosen layer by layer within --max-drop", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    const auto mixed = with(convert_arguments(net), {"--mixed-bits"});
    const program_run refused = synfire_program(mixed);
    CHECK(refused.status == 2);
    CHECK_THAT(refused.err, contains_text("--mixed-bits") && contains_text("--max-drop"));
    const nlohmann::json plain =
        only_object(synfire_program(with(convert_arguments(net), {"--json", "-"})).out);
    const program_run ran = synfire_program(with(mixed, {"--max-drop", "40", "--json", "-"}));
    REQUIRE(ran.status == 0);
    const nlohmann::json found = only_object(ran.out);
    CHECK(found["mixed_bits"] == true);
    CHECK(found["weight_bytes"] < plain["weight_bytes"]);
    bool fewer = false;
    for (const nlohmann::json& layer : found["layers"]) {
        fewer = fewer || (layer["weight_bits"] >= 2 && layer["weight_bits"] < 8);
    }
    CHECK(fewer);
}

TEST_CASE("accuracy below --min-accuracy: status 1", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    REQUIRE(
        synfire_program(with(convert_arguments(net), {"--steps", "1", "--weight-bits", "2"})).status
        == 0);
    const auto simulate = [&](const std::string& accuracy) {
        return synfire_program(
            {"simulate", net, "--data", "digits", "--min-accuracy", accuracy, "--json", "-"});
    };
    const program_run failed = simulate("1");
    CHECK(failed.status == 1);
    CHECK(only_object(failed.out)["accuracy"] < 1.0);
    CHECK(simulate("0.05").status == 0);
}

TEST_CASE("option --check compares every neuron and reports it", "[cli]") {
    const scratch_folder folder;
    const program_run run = synfire_program(with(convert_arguments((folder / "net.snn").string()),
                                                 {"--check", "digits", "--json", "-"}));
    REQUIRE(run.status == 0);
    const nlohmann::json check = only_object(run.out)["check"];
    CHECK(check["samples"] == 360);
    CHECK(check["neurons_different"] == 0);
    CHECK(check["first_difference"].is_null());
    CHECK(check["neurons_compared"] > 360 * 2538);
}

TEST_CASE("both engines and any number of threads print the same counts", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    REQUIRE(synfire_program(convert_arguments(net)).status == 0);
    const auto counts = [&](const std::vector<std::string>& more) {
        nlohmann::json json = only_object(
            synfire_program(
                with({"simulate", net, "--data", "digits", "--samples", "12", "--json", "-"}, more))
                .out);
        for (const char* key : {"seconds", "threads", "engine"}) { json.erase(key); }
        return json;
    };
    const nlohmann::json once = counts({"--threads", "1"});
    CHECK(once["spikes"] > 0);
    CHECK(counts({"--threads", "2"}) == once);
    CHECK(counts({"--engine", "reference"}) == once);
}
