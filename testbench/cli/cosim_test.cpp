// SPDX-License-Identifier: Apache-2.0
// synfire cosim and the hardware part of compare: equal on the data that are always there, and
// clear about what cannot be run.
#include <cmath>
#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <synfire/core/network.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/io/network_file.hpp>
#include <unit/io/scratch_folder.hpp>

#include "cosim_runs.hpp"

using namespace synfire::test;

TEST_CASE("64 digits give the same spikes, potentials and counts on the RTL", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const nlohmann::json json = equal_result(cosim(digits_net(folder), "digits", "64"));
    CHECK(json["samples"] == 64);
    CHECK(json["spikes_checked"] == true);
    CHECK(json["words_compared"] > 64 * 100);
    CHECK(json["counters"]["adds"]["simulator"] == json["synaptic_events"]);
    CHECK(json["counters"]["adds"]["rtl"] == json["counters"]["adds"]["model"]);
}

TEST_CASE("8 images of Fashion-MNIST give the same spikes, potentials and counts on the RTL",
          "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const std::string net = zoo_net(folder, "fashion_cnn", "fashion-mnist");
    CHECK(equal_result(cosim(net, "fashion-mnist", "8"))["samples"] == 8);
}

TEST_CASE("a network in slices is compared word by word", "[cli][cosim][slices]") {
    if (!synfire::cosim::rtl_available()) { return; }
    const scratch_folder folder;
    const std::string net = zoo_net(folder, "fashion_cnn", "fashion-mnist");
    const nlohmann::json run =
        equal_result(cosim(net, "fashion-mnist", "2", {"--board", "icebreaker"}));
    CHECK(run["slices"].get<int>() > 1);
    CHECK(run["source"] == "rtl");
    CHECK(run["spikes_checked"] == true);
    CHECK(run["words_compared"].get<int>() > 1000);
    CHECK(run["counters"]["spikes"]["simulator"].is_null());
    CHECK(run["counters"]["adds"]["simulator"] == run["counters"]["adds"]["rtl"]);
    require_bad_input(cosim(net, "fashion-mnist", "1",
                            {"--board", "icebreaker", "--trace", (folder / "a.fst").string()}),
                      {"a network in slices has no waveform"});
    require_bad_input(
        cosim(net, "fashion-mnist", "1", {"--board", "icebreaker", "--engine", "systemc"}),
        {"SystemC"});
}

TEST_CASE("every number of lanes, both codes and the engine of a board are equal too",
          "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    CHECK(equal_result(cosim(net, "digits", "4", {"--lanes", "16"}))["lanes"] == 16);
    CHECK(equal_result(cosim(net, "digits", "4", {"--lanes", "32"}))["lanes"] == 32);
    CHECK(equal_result(cosim(net, "digits", "4", {"--board", "icebreaker"}))["board"]
          == "icebreaker");
    equal_result(cosim(digits_net(folder, {"--coding", "rate"}), "digits", "4"));
}

TEST_CASE("the dense twins give the same spikes and potentials, with products of their own number",
          "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const nlohmann::json spiking = equal_result(cosim(net, "digits", "4"));
    const nlohmann::json dense = equal_result(cosim(net, "digits", "4", {"--twin", "dense"}));
    const nlohmann::json skipping = equal_result(cosim(net, "digits", "4", {"--twin", "skipping"}));
    CHECK(spiking["twin"] == nullptr);
    CHECK(dense["twin"] == "dense");
    CHECK(skipping["twin"] == "skipping");
    const auto adds = [](const nlohmann::json& json) {
        return json["counters"]["adds"]["rtl"].get<std::uint64_t>();
    };
    CHECK(adds(skipping) <= adds(spiking));
    CHECK(adds(skipping) < adds(dense));
    CHECK(dense["counters"]["adds"]["simulator"] == adds(dense));
    CHECK(dense["spikes"] == spiking["spikes"]);
}

/// The digits' network, whose input's codes enter as they are.
std::string current_net(const scratch_folder& folder) {
    synfire::network net = synfire::io::read_network(digits_net(folder));
    synfire::population& in = net.populations.at(0);
    REQUIRE(in.kind == synfire::population_kind::input);
    in.input->encoder = synfire::input_encoder::current;
    in.window = {};
    in.expected.reset();
    const std::string path = (folder / "current.snn").string();
    synfire::io::write_network(net, path);
    return path;
}

TEST_CASE("codes of a current input give the answers of spikes, and their ones are counted",
          "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const std::string net = current_net(folder);
    const nlohmann::json spikes = equal_result(cosim(digits_net(folder), "digits", "4"));
    const nlohmann::json codes = equal_result(cosim(net, "digits", "4"));
    CHECK(codes["counters"] == spikes["counters"]);
    CHECK(codes["correct"] == spikes["correct"]);
    CHECK(codes["macs_first_layer"] > 0);
    CHECK(spikes["macs_first_layer"] == 0);
    CHECK(codes["counters"]["adds"]["simulator"] > codes["synaptic_events"]);
    equal_result(cosim(net, "digits", "2", {"--twin", "skipping"}));
    equal_result(cosim(net, "digits", "2", {"--board", "icebreaker"}));
}

TEST_CASE("cycles do not depend on whether spikes are compared", "[cli][cosim]") {
    if (!has_rtl()) { return; }
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const nlohmann::json checked = equal_result(cosim(net, "digits", "3"));
    const nlohmann::json plain = equal_result(cosim(net, "digits", "3", {"--no-check"}));
    CHECK(plain["spikes_checked"] == false);
    CHECK(plain["words_compared"] == 0);
    CHECK(plain["cycles"] == checked["cycles"]);
    CHECK(plain["counters"] == checked["counters"]);
}

TEST_CASE("the cycle model alone needs no RTL and gives the documented keys", "[cli][cosim]") {
    const scratch_folder folder;
    const nlohmann::json json =
        equal_result(cosim(digits_net(folder), "digits", "5", {"--engine", "model"}));
    for (const char* key : {"command",
                            "version",
                            "network",
                            "seconds",
                            "data",
                            "samples",
                            "correct",
                            "accuracy",
                            "spikes",
                            "active_sources",
                            "synaptic_events",
                            "neuron_updates",
                            "latency_steps",
                            "source",
                            "engine",
                            "lanes",
                            "equal",
                            "first_difference",
                            "cycles",
                            "model_cycles",
                            "stall_cycles",
                            "cycles_per_sample",
                            "clock_hz",
                            "latency_s",
                            "model_cycles_per_second",
                            "counters",
                            "layers",
                            "raster"}) {
        INFO(key);
        CHECK(json.contains(key));
    }
    CHECK(json["command"] == "cosim");
    CHECK(json["engine"] == "model");
    CHECK(json["source"] == "model");
    CHECK(json["rtl_cycles_per_second"].is_null());
    CHECK(json["counters"]["cycles"]["rtl"].is_null());
    const nlohmann::json& spread = json["cycles_per_sample"];
    CHECK(spread["min"] <= spread["mean"]);
    CHECK(spread["mean"] <= spread["max"]);
    std::uint64_t sum = 0;
    for (const nlohmann::json& layer : json["layers"]) {
        for (const char* key : {"name", "kind", "spikes", "cycles", "adding", "scanning", "waiting",
                                "other", "stall_cycles", "adds", "weight_reads", "utilisation"}) {
            INFO(layer["name"] << " " << key);
            CHECK(layer.contains(key));
        }
        CHECK(layer["adds_per_cycle"].is_null() == (layer["adds"] == 0));
        sum += layer["cycles"].get<std::uint64_t>();
    }
    // Starting and ending the program belongs to no layer.
    const std::uint64_t cycles = json["cycles"];
    CHECK(cycles > sum);
    CHECK(cycles - sum <= 5 * 8);
}

TEST_CASE("the clock is the board's where one is named, and may be another", "[cli][cosim]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const auto clock_of = [&](std::vector<std::string> more) {
        more.insert(more.end(), {"--engine", "model"});
        const nlohmann::json json = equal_result(cosim(net, "digits", "1", more));
        const double clock = json["clock_hz"];
        CHECK(std::llround(json["latency_s"]["mean"].get<double>() * clock) == json["cycles"]);
        return clock;
    };
    const nlohmann::json board = nlohmann::json::parse(
        synfire::test::slurp(SYNFIRE_SOURCE_DIR "/models/boards/icebreaker.json"));
    CHECK(clock_of({"--board", "icebreaker"}) == board["clock_hz"].get<double>());
    CHECK(clock_of({"--board", "icebreaker", "--clock", "12"}) == 12e6);
    CHECK(clock_of({}) == 24e6);
}

TEST_CASE("text for people holds the table, the latency and the verdict", "[cli][cosim]") {
    const scratch_folder folder;
    const program_run run =
        synfire_program({"cosim", digits_net(folder), "--data", "digits", "--samples", "2",
                         "--engine", "model", "--clock", "12"});
    REQUIRE(run.status == 0);
    for (const char* part : {"adding%", "adds/cycle", "total", "cycle model", "latency at 12 MHz",
                             "simulated cycles per second", "equal:"}) {
        CHECK_THAT(run.out, contains_text(part));
    }
}

TEST_CASE("wrong usage of cosim ends with status 2", "[cli][cosim]") {
    const auto wrong = [](const std::vector<std::string>& more, const std::string& said) {
        std::vector<std::string> arguments{"cosim",  "net.snn",   "--data",
                                           "digits", "--samples", "1"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const program_run run = synfire_program(arguments);
        CAPTURE(more);
        CHECK(run.status == 2);
        CHECK(run.out.empty());
        CHECK_THAT(run.err, contains_text(said));
    };
    wrong({"--engine", "abacus"}, "--engine");
    wrong({"--lanes", "12"}, "--lanes");
    wrong({"--samples", "-1"}, "--samples");
    wrong({"--board", "breadboard"}, "--board");
    wrong({"--board", "icebreaker", "--lanes", "8"}, "--lanes");
    wrong({"--clock", "0"}, "--clock");
    wrong({"--window", "layer=a"}, "no --trace");
    wrong({"--engine", "model", "--trace", "a.fst"}, "--engine cc");
    wrong({"--engine", "pins", "--lanes", "16"}, "found: 16\n  expected: 8");
    wrong({"--engine", "pins", "--board", "icebreaker"}, "hint: --engine cc");
    wrong({"--twin", "sparse"}, "--twin");
    wrong({"--twin", "dense", "--board", "icebreaker"}, "--twin");
    wrong({"--twin", "dense", "--lanes", "16"}, "hint: --engine model");
    wrong({"--twin", "dense", "--engine", "pins"}, "only the spiking engine");
    wrong({"--trace", "a.fst", "--window", "layer"}, "layer=NAME,sample=NUMBER");
    wrong({"--trace", "a.fst", "--window", "sample=one"}, "layer=NAME,sample=NUMBER");
    wrong({"--trace", "a.fst", "--window", "sample="}, "layer=NAME,sample=NUMBER");
    wrong({"--trace", "a.fst", "--window", ","}, "found: ,\n");
    wrong({"--trace", "a.fst", "--window", "layer=a,"}, "found: layer=a,\n");
    wrong({"--trace", "a.fst", "--window", "layer=a,layer=b"}, "names two layers");
    wrong({"--trace", "a.fst", "--window", "sample=0,sample=0"}, "names two samples");
    const program_run none = synfire_program({"cosim", "net.snn", "--data", "digits"});
    CHECK(none.status == 2);
    CHECK_THAT(none.err, contains_text("--samples"));
}

TEST_CASE("files that are missing or cannot be written are bad input", "[cli][cosim]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const std::vector<std::string> model{"--engine", "model"};
    require_bad_input(cosim((folder / "none.snn").string(), "digits", "1", model), {"none.snn"});
    require_bad_input(cosim(net, (folder / "none.npz").string(), "1", model), {"none.npz"});
    require_bad_input(
        synfire_program({"cosim", net, "--data", "digits", "--samples", "1", "--engine", "model",
                         "--json", (folder / "no-folder/a.json").string()}),
        {"a.json", "folder does not exist"});
    require_bad_input(cosim(net, "digits", "361", model), {"--samples", "360", "361"});
    CHECK(folder.entries() == 1);
}

TEST_CASE("compare takes its hardware counts from the RTL, or says what counted instead",
          "[cli][cosim]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const auto compare = [&](const std::vector<std::string>& more) {
        std::vector<std::string> arguments{"compare", net,      digits_model().string(),
                                           "--data",  "digits", "--samples",
                                           "5",       "--json", "-"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        const program_run run = synfire_program(arguments);
        INFO(run.err);
        REQUIRE(run.status == 0);
        return nlohmann::json::parse(run.out);
    };
    const nlohmann::json json = compare({"--hardware-samples", "3"});
    const nlohmann::json& hardware = json["hardware"];
    CHECK(hardware["samples"] == 3);
    CHECK(hardware["equal"] == true);
    CHECK(hardware["source"] == (synfire::cosim::rtl_available() ? "rtl" : "model"));
    CHECK(hardware["cycles"] == hardware["model_cycles"]);
    CHECK(hardware["layers"].size() == 8);
    CHECK(json["cycles_formula"].contains("nominal"));
    const nlohmann::json& engines = json["engines"];
    REQUIRE(engines.size() == 3);
    CHECK(engines[0]["engine"] == "spiking");
    CHECK(engines[0]["cycles"] == hardware["cycles"].get<double>() / 3);
    CHECK(engines[1]["engine"] == "dense");
    CHECK(engines[1]["scanning"] < engines[1]["adding"]);
    CHECK(engines[2]["engine"] == "skipping");
    CHECK(engines[2]["adds"] < engines[1]["adds"]);
    CHECK(engines[2]["total_pj"]["nominal"] > 0);
    CHECK(engines[2]["layer_cycles"].size() == 8);

    const nlohmann::json off = compare({"--hardware-samples", "0"});
    CHECK(off["hardware"].is_null());
    CHECK(off["counts_by"] == "formula");
    CHECK(off["engine"]["spike_word_bits"] == 64);
    CHECK(off["hardware_note"] == "switched off");
    CHECK(off["engines"].empty());
    const nlohmann::json lanes = compare({"--lanes", "12"});
    CHECK(lanes["hardware"].is_null());
    CHECK(lanes["hardware_note"] == "the engine has 4, 8, 16, 32 or 64 lanes, not 12");
}
