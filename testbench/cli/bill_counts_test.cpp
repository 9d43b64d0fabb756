// SPDX-License-Identifier: Apache-2.0
// The energy bill of compare holds the accelerator's counts, whoever of the two counted them.
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire::test;
using Catch::Matchers::WithinRel;

TEST_CASE("compare prices what the accelerator counted, over all samples of the bill", "[cli]") {
    const scratch_folder folder;
    const std::string net = (folder / "net.snn").string();
    const program_run converted =
        synfire_program({"convert", digits_model().string(), "--calibration", "digits",
                         "--calibration-samples", "16", "-o", net});
    INFO(converted.err);
    REQUIRE(converted.status == 0);
    const auto compare = [&](const std::string& samples) {
        const program_run run =
            synfire_program({"compare", net, digits_model().string(), "--data", "digits",
                             "--samples", "6", "--hardware-samples", samples, "--json", "-"});
        INFO(run.err);
        REQUIRE(run.status == 0);
        return nlohmann::json::parse(run.out);
    };
    const nlohmann::json json = compare("6");
    const bool rtl = synfire::cosim::rtl_available();
    CHECK(json["counts_by"] == (rtl ? "rtl" : "cycle model"));
    CHECK(json["counts_samples"] == 6);
    CHECK(json["engine"]["spike_word_bits"] == 32);
    // Every counted line is the counter's mean; what the simulator counts too is equal.
    const auto counter = [&](const char* name) {
        return json["hardware"]["counters"][name]["model"].get<double>() / 6;
    };
    std::size_t seen = 0;
    for (const auto& row : json["bill_counts"]) {
        const std::string name = row["name"];
        const double counted = row["counted"];
        for (const auto& [term, from] : std::vector<std::pair<std::string, const char*>>{
                 {"spike words read", "spike_words_read"},
                 {"spike words written", "spike_words_written"},
                 {"weight rows with constants", "weight_reads"},
                 {"synaptic additions", "adds"},
                 {"bias and half-threshold additions", "bias_adds"},
                 {"threshold comparisons", "neuron_updates"},
                 {"reset subtractions", "reset_adds"},
                 {"cycles (no price)", "cycles"}}) {
            if (term != name) { continue; }
            INFO(name);
            ++seen;
            CHECK_THAT(counted, WithinRel(counter(from), 1e-12));
        }
        if (row["simulator"].is_null()) { continue; }
        CHECK_THAT(row["simulator"].get<double>(), WithinRel(counted, 1e-12));
    }
    CHECK(seen == 8);
    CHECK(json["tiers"]["T1"]["by_formula"]["ratio"]["nominal"] > 0);
    // Fewer samples on the RTL change who counted, not what was counted.
    const nlohmann::json fewer = compare("2");
    CHECK(fewer["counts_by"] == "cycle model");
    CHECK(fewer["counts_rtl_samples"] == (rtl ? 2 : 0));
    CHECK(fewer["tiers"]["T1"]["snn"] == json["tiers"]["T1"]["snn"]);
    CHECK(fewer["verdict"] == json["verdict"]);
}
