// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include "report_model.hpp"
#include "result_samples.hpp"

using namespace synfire;
using report::read_results;
using report::report_model;

TEST_CASE("Results of one network meet, whatever their order", "[report][unit]") {
    const test::scratch_folder folder;
    auto other = test::sample_result("simulate");
    other["network"] = {{"path", "other.snn"}, {"hash", "0123"}};
    const report_model model = read_results(
        {folder.write("c.json", test::sample_result("compare")), folder.write("o.json", other),
         folder.write("s.json", test::sample_result("simulate")),
         folder.write("v.json", test::sample_result("convert"))});
    REQUIRE(model.networks.size() == 2);
    CHECK(model.networks[0].name == "digits");
    CHECK(model.networks[0].conversions.size() == 1);
    CHECK(model.networks[0].runs.size() == 1);
    CHECK(model.networks[0].comparisons.size() == 1);
    CHECK(model.networks[1].name == "other");
    CHECK(model.networks[1].runs.size() == 1);
    CHECK(model.files.size() == 4);
    CHECK(model.networks[0].runs[0].file == 2);
}

TEST_CASE("A file given twice counts once", "[report][unit]") {
    const test::scratch_folder folder;
    const std::string path = folder.write("s.json", test::sample_result("simulate"));
    const report_model model = read_results({path, path});
    CHECK(model.files.size() == 1);
    CHECK(model.networks.at(0).runs.size() == 1);
}

TEST_CASE("Networks of one name are told apart by their hash", "[report][unit]") {
    const test::scratch_folder folder;
    auto second = test::sample_result("simulate");
    second["network"]["hash"] = "0123456789abcdef";
    const report_model model = read_results(
        {folder.write("a.json", test::sample_result("simulate")), folder.write("b.json", second)});
    REQUIRE(model.networks.size() == 2);
    CHECK(model.networks[1].name == "digits (01234567)");
    CHECK(model.networks[0].name != model.networks[1].name);
}

TEST_CASE("Every figure of a comparison is read", "[report][unit]") {
    const test::scratch_folder folder;
    const auto json = test::sample_result("compare");
    const report_model model = read_results({folder.write("c.json", json)});
    const report::comparison& c = model.networks.at(0).comparisons.at(0).part;
    const report::tier* t = c.deciding();
    REQUIRE(t != nullptr);
    CHECK(t->name == "T1");
    CHECK(t->dense[3]->nominal == json["tiers"]["T1"]["dense"]["D3"]["nominal"].get<double>());
    CHECK(t->ratio->high == json["tiers"]["T1"]["ratio"]["high"].get<double>());
    REQUIRE(t->bill.size() == json["tiers"]["T1"]["terms"].size());
    CHECK(t->bill[0].terms.at(0).grade == json["tiers"]["T1"]["terms"][0]["terms"][0]["grade"]);
    REQUIRE(c.layers.size() == json["comparison"].size());
    CHECK(c.layers.back().against_best->distance
          == json["comparison"].back()["break_even_best"]["distance"].get<double>());
    REQUIRE(c.activity);
    CHECK(c.activity->layers.size() == json["activity"]["layers"].size());
}

TEST_CASE("A result of a hardware run joins the others", "[report][unit]") {
    const test::scratch_folder folder;
    auto cosim = test::sample_result("simulate");
    cosim["command"] = "cosim";
    cosim["equal"] = false;
    cosim["cycles"] = 36000;
    cosim["layers"][1]["cycles"] = 720;
    cosim["first_difference"] = {{"layer", "conv1"}, {"neuron", 3},   {"step", 2},
                                 {"cycle", 99},      {"expected", 1}, {"found", 0}};
    const report_model model = read_results({folder.write("h.json", cosim)});
    const report::run& run = model.networks.at(0).runs.at(0).part;
    REQUIRE(run.on_hardware);
    CHECK(run.on_hardware->equal == false);
    CHECK(run.on_hardware->layers.at(0).cycles == 720.0);
    CHECK(run.on_hardware->first_difference
          == "layer conv1, neuron 3, step 2, cycle 99, expected 1, found 0");
}

TEST_CASE("Unknown commands and keys are kept out, not refused", "[report][unit]") {
    const test::scratch_folder folder;
    auto json = test::sample_result("simulate");
    json["command"] = "estimate";
    json["something_new"] = {1, 2, 3};
    const report_model model = read_results({folder.write("e.json", json)});
    CHECK(model.networks.at(0).runs.empty());
    CHECK(model.networks.at(0).others.size() == 1);
}
