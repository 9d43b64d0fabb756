// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <algorithm>

#include <synfire/core/error.hpp>

#include "assets.hpp"
#include "command.hpp"
#include "result_samples.hpp"

using namespace synfire;

namespace {

/// What main does, without the printing of errors.
int run(std::vector<std::string> arguments) {
    CLI::App app{"test"};
    cli::command_body chosen;
    cli::add_report(app, chosen);
    std::reverse(arguments.begin(), arguments.end());
    arguments.push_back("report");
    app.parse(arguments);
    return chosen();
}

}  // namespace

TEST_CASE("The command writes one file and leaves no other", "[report][unit]") {
    const test::scratch_folder folder;
    const std::string result = folder.write("r.json", test::sample_result("compare"));
    CHECK(run({result, "-o", folder.path("page.html")}) == cli::status_ok);
    CHECK(folder.names() == std::vector<std::string>{"page.html", "r.json"});
    const std::string page = test::read_all(folder.path("page.html"));
    CHECK(page.rfind("<!DOCTYPE html>", 0) == 0);
    CHECK(page.find("</html>") != std::string::npos);
    const bool charts = !report::assets::chart_library.empty();
    CHECK((page.find("<canvas") != std::string::npos) == charts);
}

TEST_CASE("A page that was there outlives a failing command", "[report][unit]") {
    const test::scratch_folder folder;
    const std::string page = folder.write("page.html", std::string("old"));
    const std::string good = folder.write("good.json", test::sample_result("convert"));
    const std::string bad = folder.write("bad.json", std::string("{"));
    CHECK_THROWS_AS(run({good, bad, "-o", page}), bad_input);
    CHECK(test::read_all(page) == "old");
    CHECK(folder.names() == std::vector<std::string>{"bad.json", "good.json", "page.html"});
}

TEST_CASE("A page that cannot be written is bad input", "[report][unit]") {
    const test::scratch_folder folder;
    const std::string good = folder.write("good.json", test::sample_result("convert"));
    CHECK_THROWS_AS(run({good, "-o", folder.path("missing/page.html")}), bad_input);
}

TEST_CASE("Results and page must both be named", "[report][unit]") {
    const test::scratch_folder folder;
    CHECK_THROWS_AS(run({"-o", folder.path("page.html")}), CLI::ParseError);
    CHECK_THROWS_AS(run({folder.write("r.json", std::string("{}"))}), CLI::ParseError);
}

TEST_CASE("Tables only makes a page without script", "[report][unit]") {
    const test::scratch_folder folder;
    const std::string result = folder.write("r.json", test::sample_result("simulate"));
    CHECK(run({"--tables-only", result, "-o", folder.path("page.html")}) == cli::status_ok);
    CHECK(test::read_all(folder.path("page.html")).find("<script") == std::string::npos);
}
