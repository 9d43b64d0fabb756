// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <iterator>
#include <nlohmann/json.hpp>
#include <regex>

#include "page.hpp"
#include "report_model.hpp"
#include "result_samples.hpp"

using namespace synfire;

namespace {

/// Stands for Chart.js, which need not be there where tests run.
report::page_options with_charts() { return {"1.2.3", "/* chart library */", "3.9.1"}; }

std::string page_of(const std::vector<nlohmann::ordered_json>& results,
                    const report::page_options& options) {
    const test::scratch_folder folder;
    std::vector<std::string> paths;
    for (const auto& r : results) {
        paths.push_back(folder.write(std::to_string(paths.size()) + ".json", r));
    }
    report::report_model model = report::read_results(paths);
    for (auto& file : model.files) { file.path = "result.json"; }
    return report::page(model, options);
}

std::vector<nlohmann::ordered_json> all_samples() {
    return {test::sample_result("convert"), test::sample_result("simulate"),
            test::sample_result("compare")};
}

bool holds(const std::string& page, const std::string& part) {
    return page.find(part) != std::string::npos;
}

nlohmann::json data_of(const std::string& page) {
    const std::string open = "id=\"synfire-data\">";
    const std::size_t begin = page.find(open) + open.size();
    return nlohmann::json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

}  // namespace

TEST_CASE("The page says the verdict in words, also when the dense network wins",
          "[report][unit]") {
    auto compare = test::sample_result("compare");
    const auto with_verdict = [&](const char* verdict) {
        compare["verdict"] = verdict;
        compare["tiers"]["T1"]["verdict"] = verdict;
        return page_of({compare}, with_charts());
    };
    CHECK(holds(with_verdict("dense_lower"), "The dense network costs less."));
    CHECK(holds(with_verdict("snn_lower"), "Spikes cost less."));
    CHECK(holds(with_verdict("undecided"), "Undecided: either may cost less."));
    CHECK_FALSE(holds(with_verdict("dense_lower"), "Spikes cost less."));
}

TEST_CASE("Every part of the results has its place on the page", "[report][unit]") {
    const std::string page = page_of(all_samples(), with_charts());
    for (const char* part :
         {"<h3>Accuracy</h3>", "<h3>Activity</h3>", "<h3>Energy</h3>", "<h3>Conversion</h3>",
          "<h3>Spike raster</h3>", "<h3>Provenance</h3>", "Break-even", "term by term",
          "What is not in the bill", "Operations only (tier T0)", "ignores memory", "/conv1/Conv",
          "mark counted", "mark formula", "<strong>clock</strong>",
          "Every one of 1,754,640 compared values", "synfire compare digits.snn"}) {
        INFO(part);
        CHECK(holds(page, part));
    }
}

TEST_CASE("Names from files cannot become markup", "[report][unit]") {
    const std::string evil = "</script><b onload=\"x\">&'";
    std::vector<nlohmann::ordered_json> results = all_samples();
    for (auto& r : results) {
        r["network"]["path"] = evil + ".snn";
        r["version"] = evil;
        if (r.contains("model")) { r["model"] = evil; }
        if (r.contains("data")) { r["data"] = evil; }
        for (const char* key : {"layers", "comparison", "dense_layers", "missing", "nodes"}) {
            if (!r.contains(key)) { continue; }
            for (auto& entry : r[key]) { entry["name"] = evil; }
        }
    }
    results[0]["warnings"] = {evil};
    results[1]["raster"]["populations"][0]["name"] = evil;
    results[2]["technology"] = evil;
    results[2]["tiers"]["T1"]["caution"] = evil;
    results[2]["tiers"]["T1"]["terms"][0]["terms"][0]["price"] = evil;
    const std::string page = page_of(results, with_charts());
    CHECK_FALSE(holds(page, "<b onload"));
    CHECK(holds(page, "&lt;/script&gt;&lt;b onload=&quot;x&quot;&gt;&amp;&#39;"));
    CHECK_NOTHROW(data_of(page));
    const std::regex ends("</script>");
    CHECK(std::distance(std::sregex_iterator(page.begin(), page.end(), ends), {}) == 3);
}

TEST_CASE("A name that looks like a place of the template is left alone", "[report][unit]") {
    auto simulate = test::sample_result("simulate");
    simulate["network"]["path"] = "@scripts@.snn";
    const std::string page = page_of({simulate}, with_charts());
    CHECK(holds(page, "<h2>@scripts@</h2>"));
}

TEST_CASE("The page asks nothing of any other machine", "[report][unit]") {
    const std::string page = page_of(all_samples(), with_charts());
    CHECK(holds(page, "default-src 'none'"));
    CHECK_FALSE(std::regex_search(page, std::regex("(src|href)\\s*=\\s*[\"']?(https?:)?//")));
    CHECK_FALSE(std::regex_search(page, std::regex("@import|url\\(")));
    CHECK_FALSE(holds(page, "<link"));
}

TEST_CASE("Equal results give equal pages", "[report][unit]") {
    CHECK(page_of(all_samples(), with_charts()) == page_of(all_samples(), with_charts()));
}

TEST_CASE("Without the chart library the page has its tables and says what is missing",
          "[report][unit]") {
    const std::string page = page_of(all_samples(), {"1.2.3", "", ""});
    CHECK(holds(page, "Charts are off"));
    CHECK(holds(page, "<h3>Spike raster</h3>"));
    CHECK(holds(page, "Energy per layer in pJ"));
    CHECK_FALSE(holds(page, "<canvas"));
    CHECK_FALSE(holds(page, "<script"));
}

TEST_CASE("The licence of the chart library goes with it", "[report][unit]") {
    CHECK(holds(page_of(all_samples(), with_charts()), "Permission is hereby granted"));
}

TEST_CASE("Each figure finds its chart, and each chart has a description", "[report][unit]") {
    const std::string page = page_of(all_samples(), with_charts());
    const nlohmann::json charts = data_of(page)["charts"];
    CHECK(charts.size() == 7);
    for (std::size_t i = 0; i < charts.size(); ++i) {
        CHECK(holds(page, "data-chart=\"" + std::to_string(i) + "\""));
    }
    const std::regex canvas("<canvas role=\"img\" aria-label=\"[^\"]+\"");
    CHECK(std::distance(std::sregex_iterator(page.begin(), page.end(), canvas), {}) == 7);
}

TEST_CASE("A price that is missing leaves a gap, never a 0", "[report][unit]") {
    auto compare = test::sample_result("compare");
    compare["verdict"] = "undecided";
    auto& tier = compare["tiers"]["T1"];
    tier["snn"] = nullptr;
    tier["ratio"] = nullptr;
    for (auto& ratio : tier["ratios"]) { ratio = nullptr; }
    compare["comparison"][0]["snn"] = nullptr;
    compare["missing"] = {{{"name", "sram_read"}, {"reason", "no price"}, {"blocks_total", true}}};
    const std::string page = page_of({compare}, with_charts());
    CHECK(holds(page, "A price is missing, so the ratio is unknown"));
    CHECK(holds(page, "One inference costs unknown as spikes"));
    CHECK(holds(page, "<strong>sram_read</strong>: no price"));
}

TEST_CASE("Results that lack parts still make a page", "[report][unit]") {
    auto convert = test::sample_result("convert");
    convert.erase("check");
    const std::string converted = page_of({convert}, with_charts());
    CHECK(holds(converted, "No energy comparison."));
    CHECK_FALSE(holds(converted, "<h3>Accuracy</h3>"));
    const nlohmann::ordered_json bare = {{"command", "simulate"},
                                         {"network", nlohmann::ordered_json::object()}};
    CHECK(holds(page_of({bare}, with_charts()), "<h2>network</h2>"));
    auto empty = test::sample_result("compare");
    for (const char* key : {"tiers", "comparison", "dense_layers", "activity", "missing"}) {
        empty.erase(key);
    }
    CHECK(holds(page_of({empty}, with_charts()), "Undecided"));
}

TEST_CASE("A difference between levels is an alarm", "[report][unit]") {
    auto convert = test::sample_result("convert");
    convert["check"]["neurons_different"] = 7;
    convert["check"]["first_difference"] = {{"sample", 4}, {"layer", "conv"}, {"neuron", 2}};
    const std::string page = page_of({convert}, with_charts());
    CHECK(holds(page, "7 of 1,754,640 compared values differ"));
    CHECK(holds(page, "sample 4, layer conv, neuron 2"));
}
