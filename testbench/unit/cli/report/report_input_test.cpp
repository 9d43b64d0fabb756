// SPDX-License-Identifier: Apache-2.0
// What the report refuses, and what it says then.
#include <support/catch.hpp>

#include <synfire/core/error.hpp>

#include "report_model.hpp"
#include "result_samples.hpp"

using namespace synfire;
using report::read_results;

namespace {

std::string message_of(const std::string& path) {
    try {
        read_results({path});
    } catch (const bad_input& e) { return e.what(); }
    return "no bad_input";
}

}  // namespace

TEST_CASE("No result files is wrong use", "[report][unit]") {
    CHECK_THROWS_AS(read_results({}), usage_error);
}

TEST_CASE("Files that are no results are refused by name", "[report][unit]") {
    const test::scratch_folder folder;
    const auto check = [&](const std::string& path, const std::string& words) {
        const std::string message = message_of(path);
        INFO(message);
        CHECK(message.find(path) != std::string::npos);
        CHECK(message.find(words) != std::string::npos);
    };
    check(folder.path("missing.json"), "");
    check(folder.write("text.json", std::string("not json")), "not JSON");
    check(folder.write("list.json", std::string("[1]")), "not a result of synfire");
    check(folder.write("huge.json", std::string("{\"seconds\": 1e999}")), "too large");
    check(folder.write("other.json", std::string("{\"name\": 1}")), "not a result of synfire");
    check(folder.write("half.json", std::string("{\"command\": \"convert\"}")), "'network'");
}

TEST_CASE("A key of the wrong type is named", "[report][unit]") {
    const test::scratch_folder folder;
    auto simulate = test::sample_result("simulate");
    auto compare = test::sample_result("compare");
    SECTION("text for a number") {
        simulate["samples"] = "many";
        const std::string message = message_of(folder.write("r.json", simulate));
        CHECK_THAT(message, test::contains_text("'samples'"));
        CHECK_THAT(message, test::contains_text("expected: a number"));
    }
    SECTION("inside a list") {
        simulate["layers"][1]["spikes"] = true;
        CHECK_THAT(message_of(folder.write("r.json", simulate)),
                   test::contains_text("'layers[1].spikes'"));
    }
    SECTION("an interval that is upside down") {
        compare["tiers"]["T1"]["snn"] = {{"low", 3}, {"nominal", 2}, {"high", 1}};
        CHECK_THAT(message_of(folder.write("r.json", compare)),
                   test::contains_text("'tiers.T1.snn'"));
    }
    SECTION("a spike without neuron") {
        simulate["raster"]["populations"][0]["spikes"][0] = {1};
        CHECK_THAT(message_of(folder.write("r.json", simulate)),
                   test::contains_text("'raster.populations[0].spikes[0]'"));
    }
    SECTION("a stride of 0") {
        simulate["raster"]["populations"][0]["stride"] = 0;
        CHECK_THAT(message_of(folder.write("r.json", simulate)), test::contains_text("stride"));
    }
    SECTION("a network that is no object") {
        simulate["network"] = "digits.snn";
        CHECK_THAT(message_of(folder.write("r.json", simulate)), test::contains_text("'network'"));
    }
}
