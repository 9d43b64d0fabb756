// SPDX-License-Identifier: Apache-2.0
// "On the accelerator": what was counted, by whom, whether it is equal, and what boards make of it.
#include <support/catch.hpp>

#include <nlohmann/json.hpp>
#include <synfire/core/error.hpp>

#include "page.hpp"
#include "report_model.hpp"
#include "result_samples.hpp"

using namespace synfire;

namespace {

std::string page_of(const std::vector<nlohmann::ordered_json>& results) {
    const test::scratch_folder folder;
    std::vector<std::string> paths;
    for (const auto& r : results) {
        paths.push_back(folder.write(std::to_string(paths.size()) + ".json", r));
    }
    return report::page(report::read_results(paths), {"1.2.3", "/* chart library */", "3.9.1"});
}

bool holds(const std::string& page, const std::string& part) {
    return page.find(part) != std::string::npos;
}

nlohmann::ordered_json counted_layer(const std::string& name) {
    return {{"name", name},          {"cycles", 7200},       {"adding", 3600},
            {"scanning", 1800},      {"waiting", 720},       {"other", 1080},
            {"adds", 28800},         {"stall_cycles", 2520}, {"channel_lanes", 8},
            {"adds_per_cycle", 4.0}, {"utilisation", 0.5}};
}

/// What cosim and compare say of the accelerator.
void add_hardware(nlohmann::ordered_json& json) {
    json["source"] = "rtl";
    json["engine"] = "cc";
    json["equal"] = true;
    json["spikes_checked"] = true;
    json["samples"] = 10;
    json["lanes"] = 8;
    json["cycles"] = 7200;
    json["model_cycles"] = 7200;
    json["cycles_per_sample"] = {{"mean", 720}, {"min", 700}, {"max", 751}};
    json["clock_hz"] = 24e6;
    json["counters"]["adds"] = {
        {"simulator", 28800}, {"model", 28800}, {"rtl", 28800}, {"equal", true}};
    json["counters"]["waiting"] = {
        {"simulator", nullptr}, {"model", 720}, {"rtl", 720}, {"equal", true}};
}

nlohmann::ordered_json cosim_result() {
    auto json = test::sample_result("simulate");
    json["command"] = "cosim";
    add_hardware(json);
    json["layers"].push_back(counted_layer("conv"));
    return json;
}

nlohmann::ordered_json synth_result() {
    return {{"command", "synth"},
            {"version", "1.2.3"},
            {"board", "icebreaker"},
            {"lanes", 8},
            {"clock_hz", 24e6},
            {"logic_cells", 4224},
            {"logic_cells_available", 5280},
            {"block_rams", 30},
            {"sprams", 4},
            {"dsps", 8},
            {"fmax_hz", {25.5e6, 26.25e6, 27e6}},
            {"tools", {"Yosys 0.23", "nextpnr-ice40 0.4"}}};
}

}  // namespace

TEST_CASE("A co-simulated run shows cycles, latency and where the cycles go", "[report][unit]") {
    const std::string page = page_of({cosim_result()});
    for (const char* part :
         {"<h3>On the accelerator</h3>", "RTL (engine cc), 8 lanes",
          "One inference takes 720 cycles (least 700, most 751), that is 0.0300 ms at 24.0 MHz",
          "the same spikes, potentials and counts", "foretold every cycle", "Where the cycles go",
          "\"stacked\":true", "<td class=\"number\">50.00 %</td>", "<td class=\"number\">4.00</td>",
          "Counters over all samples", "<td class=\"number\">28,800</td>"}) {
        INFO(part);
        CHECK(holds(page, part));
    }
    CHECK_FALSE(holds(page, "no hardware has counted"));
}

TEST_CASE("A difference on the accelerator is an alarm and names its place", "[report][unit]") {
    auto json = cosim_result();
    json["equal"] = false;
    json["first_difference"] = {{"layer", "conv"}, {"neuron", 3},   {"step", 2},
                                {"cycle", 99},     {"expected", 1}, {"found", 0}};
    json["counters"]["adds"]["rtl"] = 28801;
    json["counters"]["adds"]["equal"] = false;
    const std::string page = page_of({json});
    CHECK(
        holds(page, "this is a defect. First difference: layer conv, neuron 3, step 2, cycle 99"));
    CHECK(holds(page, "<td>NO</td>"));
    CHECK_FALSE(holds(page, "foretold"));
}

TEST_CASE("Layers that the hardware did not tell are said to be the cycle model's",
          "[report][unit]") {
    auto json = cosim_result();
    json["layers_source"] = "rtl";
    CHECK_FALSE(holds(page_of({json}), "of the cycle model"));
    json["layers_source"] = "model";
    CHECK(holds(page_of({json}), "Cycles per layer (of the cycle model)"));
}

TEST_CASE("A real board is called a board", "[report][unit]") {
    auto json = cosim_result();
    json["source"] = "board";
    json["engine"] = "board";
    const std::string page = page_of({json});
    CHECK(holds(page, "board, 8 lanes"));
    CHECK_FALSE(holds(page, "RTL (engine"));
}

TEST_CASE("The cycle model alone does not claim that the RTL was run", "[report][unit]") {
    auto json = cosim_result();
    json["source"] = "model";
    json["engine"] = "model";
    const std::string page = page_of({json});
    CHECK(holds(page, "cycle model, 8 lanes"));
    CHECK(holds(page, "the RTL was not run"));
    CHECK_FALSE(holds(page, "foretold"));
}

TEST_CASE("Counts of compare stand where no co-simulated run was given", "[report][unit]") {
    auto compare = test::sample_result("compare");
    add_hardware(compare["hardware"]);
    compare["hardware"]["layers"] = {counted_layer("conv")};
    const std::string page = page_of({compare});
    CHECK(holds(page, "compare on digits: 10 samples"));
    CHECK_FALSE(holds(page, "no hardware has counted"));
    const std::string both = page_of({compare, cosim_result()});
    CHECK_FALSE(holds(both, "compare on digits: 10 samples"));
    CHECK(holds(both, "cosim on digits: 10 samples"));
}

TEST_CASE("Where nothing was counted the formula stands, and says what it is", "[report][unit]") {
    auto compare = test::sample_result("compare");
    CHECK_FALSE(holds(page_of({compare}), "On the accelerator"));
    compare["comparison"][0]["cycles_formula"] = {{"low", 10}, {"nominal", 12}, {"high", 15}};
    compare["hardware"] = nullptr;
    compare["hardware_note"] = "switched off";
    const std::string page = page_of({compare});
    CHECK(holds(page, "<h3>On the accelerator</h3>"));
    CHECK(holds(page, "no hardware has counted them"));
    CHECK_FALSE(holds(page_of({compare, cosim_result()}), "no hardware has counted them"));
}

TEST_CASE("Boards come with what they hold, their clock and the latency there", "[report][unit]") {
    auto json = cosim_result();
    json["board"] = "icebreaker";
    const std::string page = page_of({json, synth_result()});
    CHECK(holds(page, "8 lanes as on the board icebreaker"));
    CHECK(holds(page, "--engine cc --board icebreaker --json"));
    CHECK(holds(page_of({cosim_result()}), "--engine cc --lanes 8 --json"));
    CHECK(holds(page, "4,224 of 5,280 (80 %)"));
    CHECK(holds(page, "25.5 to 27.0 (3 seeds)"));
    CHECK(holds(page, "0.0300 ms</td>"));
    CHECK(holds(page, "Yosys 0.23; nextpnr-ice40 0.4"));
    CHECK(holds(page, "30, 4, 8"));
    CHECK_FALSE(holds(page, "not met"));
}

TEST_CASE("A board that misses its clock says so; cycles of another engine give no latency there",
          "[report][unit]") {
    auto synth = synth_result();
    synth["fmax_hz"] = {23.5e6, 26e6, 27e6};
    const std::string page = page_of({cosim_result(), synth});
    CHECK(holds(page, "24.0 MHz (not met)"));
    CHECK_FALSE(holds(page, "0.0300 ms</td>"));
}

TEST_CASE("A board alone makes a page", "[report][unit]") {
    CHECK(holds(page_of({synth_result()}), "icebreaker"));
}

TEST_CASE("A board result that says nothing is refused", "[report][unit]") {
    nlohmann::ordered_json empty;
    empty["command"] = "synth";
    CHECK_THROWS_AS(page_of({empty}), bad_input);
    auto nameless = synth_result();
    nameless.erase("board");
    CHECK_THROWS_AS(page_of({nameless}), bad_input);
    auto sizeless = synth_result();
    sizeless.erase("logic_cells");
    CHECK_THROWS_AS(page_of({sizeless}), bad_input);
}

TEST_CASE("A network without cycles on a board says that it was not run there", "[report][unit]") {
    const std::string page = page_of({cosim_result(), synth_result()});
    CHECK(holds(page, "not co-simulated on this board"));
}

TEST_CASE("Why compare has no counts, or not all, is on the page", "[report][unit]") {
    auto compare = test::sample_result("compare");
    compare["comparison"][0]["cycles_formula"] = {{"low", 10}, {"nominal", 12}, {"high", 15}};
    compare["hardware"] = nullptr;
    compare["hardware_note"] = "the engine has 4, 8, 16, 32 or 64 lanes, not 12";
    CHECK(holds(page_of({compare}),
                "on the accelerator: the engine has 4, 8, 16, 32 or 64 lanes, not 12"));
    add_hardware(compare["hardware"]);
    compare["hardware"]["layers"] = {counted_layer("conv")};
    compare["hardware_note"] = "stopped after 3 of 16 samples (25 million cycles)";
    CHECK(holds(page_of({compare}), "stopped after 3 of 16 samples"));
}

TEST_CASE("Counts of the bill name who counted and keep the formula beside", "[report][unit]") {
    auto compare = test::sample_result("compare");
    compare["counts_by"] = "cycle model";
    compare["counts_samples"] = 360;
    compare["counts_rtl_samples"] = 16;
    compare["bill_counts"] = {
        {{"name", "spike words read"},
         {"counted", 9600.0},
         {"formula", {{"low", 1000.0}, {"nominal", 4860.0}, {"high", 9000.0}}},
         {"simulator", nullptr}},
        {{"name", "synaptic additions"},
         {"counted", 7000.0},
         {"formula", nullptr},
         {"simulator", 7000.0}}};
    compare["tiers"]["T1"]["by_formula"] = {{"snn", nullptr},
                                            {"ratio", {{"low", 1}, {"nominal", 1.5}, {"high", 2}}},
                                            {"verdict", "undecided"}};
    auto& term = compare["tiers"]["T1"]["terms"][0]["terms"][0];
    term["basis"] = "counted";
    term["counted_by"] = "cycle model";
    term["formula_count"] = {{"low", 11}, {"nominal", 12}, {"high", 13}};
    const std::string page = page_of({compare});
    for (const char* part : {"counted by the accelerator&#39;s cycle model over 360 samples",
                             "equal on the first 16", "Counts per inference, all layers", "4,860",
                             "By formula alone", "12.0 (11.0 to 13.0) formula"}) {
        INFO(part);
        CHECK(holds(page, part));
    }
    compare["counts_by"] = "formula";
    CHECK(holds(page_of({compare}), "No hardware counted"));
}

TEST_CASE("Co-simulated runs do not repeat what a simulated one shows", "[report][unit]") {
    const auto count = [](const std::string& page, const std::string& part) {
        std::size_t found = 0;
        for (auto at = page.find(part); at != std::string::npos; at = page.find(part, at + 1)) {
            ++found;
        }
        return found;
    };
    const char* activity = "Activity per layer, mean of one sample";
    const char* raster = "Spikes in the picture";
    auto board = cosim_result();
    board["board"] = "icebreaker";
    const auto simulate = test::sample_result("simulate");
    // A table may hold its title more than once.
    const std::string one = page_of({simulate});
    REQUIRE(count(one, activity) > 0);
    REQUIRE(count(one, raster) > 0);
    const std::string all = page_of({cosim_result(), board, simulate});
    CHECK(count(all, activity) == count(one, activity));
    CHECK(count(all, raster) == count(one, raster));
    CHECK(holds(all, "simulate on digits"));
    CHECK(holds(all, "cosim (icebreaker)"));
    CHECK(holds(all, "cosim (8 lanes)"));
    const std::string two = page_of({cosim_result(), board});
    CHECK(count(two, activity) == count(one, activity));
    CHECK(count(two, raster) == count(one, raster));
    auto elsewhere = simulate;
    elsewhere["data"] = "other";
    CHECK(count(page_of({cosim_result(), elsewhere}), activity) == 2 * count(one, activity));
}

TEST_CASE("The commands of a page give its numbers again", "[report][unit]") {
    auto cosim = cosim_result();
    cosim["seed"] = 7;
    cosim["clock_mhz"] = 12.5;
    cosim["spikes_checked"] = false;
    auto compare = test::sample_result("compare");
    compare["hardware_samples"] = 3;
    const std::string page = page_of({cosim, compare});
    CHECK(holds(page, "--lanes 8 --clock 12.5 --no-check --seed 7 --json"));
    CHECK(holds(page, "--hardware-samples 3 --json"));
    CHECK_FALSE(holds(page_of({cosim_result()}), "--no-check"));
    CHECK_FALSE(holds(page_of({cosim_result()}), "--clock"));
}
