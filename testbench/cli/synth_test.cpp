// SPDX-License-Identifier: Apache-2.0
// `synfire synth` in front of a flow that does nothing but note its arguments; the flow itself is
// tested in testbench/flow.
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "run_program.hpp"

using namespace synfire::test;

namespace {

/// A source tree whose flow writes its arguments as the board's result, prints "made", and ends
/// with a status.
std::string flow(const scratch_folder& folder, int status) {
    std::filesystem::create_directories(folder / "hdl/syn");
    std::ofstream(folder / "hdl/syn/synthesise.py")
        << "import json, os, sys\n"
           "out = sys.argv[sys.argv.index('--out') + 1]\n"
           "os.makedirs(out, exist_ok=True)\n"
           "name = os.path.basename(sys.argv[1]).removesuffix('.json')\n"
           "json.dump({'command': 'synth', 'words': sys.argv[1:]}, open(out + '/' + name + "
           "'.json', 'w'))\n"
           "print('made')\n"
           "sys.exit("
        << status << ")\n";
    return (folder / "hdl").string();
}

std::vector<std::string> words_of(const program_run& run) {
    return nlohmann::json::parse(run.out)["words"].get<std::vector<std::string>>();
}

}  // namespace

TEST_CASE("synth hands board, seeds and files to the flow, and its result back", "[cli][synth]") {
    const scratch_folder folder;
    const std::string hdl = flow(folder, 0);
    const std::string out = (folder / "out").string();
    const program_run run = synfire_program(
        {"synth", "--board", "hx8k", "--hdl", hdl, "--seeds", "4,5", "--out", out, "--json", "-"});
    INFO(run.err);
    REQUIRE(run.status == 0);
    CHECK(words_of(run) == std::vector<std::string>{"hx8k", "--seeds", "4,5", "--out", out});
    CHECK_THAT(run.err, Catch::Contains("made"));  // standard output is the JSON's
    const program_run text =
        synfire_program({"synth", "--board", "hx8k", "--hdl", hdl, "--out", out});
    CHECK(text.status == 0);
    CHECK_THAT(text.out, Catch::Contains("made"));
}

TEST_CASE("synth takes a board from a file, with pins of its own", "[cli][synth]") {
    const scratch_folder folder;
    const std::string hdl = flow(folder, 0);
    const std::string out = (folder / "out").string();
    const std::string file = (folder / "hx8k.json").string();
    std::filesystem::copy_file(SYNFIRE_SOURCE_DIR "/models/boards/hx8k.json", file);
    const std::string pins = (folder / "pins.pcf").string();
    const program_run run = synfire_program({"synth", "--board", file, "--hdl", hdl, "--out", out,
                                             "--constraints", pins, "--json", "-"});
    INFO(run.err);
    REQUIRE(run.status == 0);
    CHECK(
        words_of(run)
        == std::vector<std::string>{file, "--seeds", "1,2,3", "--out", out, "--constraints", pins});
}

TEST_CASE("synth ends as its flow does", "[cli][synth]") {
    // A limit that does not hold, bad input, a fault of the flow.
    for (const auto& [ends, expected] :
         std::vector<std::pair<int, int>>{{1, 1}, {3, 3}, {4, 4}, {77, 4}}) {
        const scratch_folder folder;
        const program_run run =
            synfire_program({"synth", "--board", "hx8k", "--hdl", flow(folder, ends), "--out",
                             (folder / "out").string()});
        CHECK(run.status == expected);
    }
}

TEST_CASE("synth refuses boards, folders and seeds that are none", "[cli][synth]") {
    const scratch_folder folder;
    CHECK(synfire_program({"synth"}).status == 2);
    CHECK(synfire_program({"synth", "--board", "breadboard"}).status == 2);
    CHECK(synfire_program({"synth", "--board", "hx8k", "--seeds", "1,x"}).status == 2);
    require_bad_input(
        synfire_program({"synth", "--board", "hx8k", "--hdl", folder.path().string()}),
        {"--hdl", "there is no flow", "synthesise.py", "source tree"});
    const std::string file = (folder / "mine.json").string();
    std::ofstream(file) << "{\"board\": \"mine\"}";
    require_bad_input(synfire_program({"synth", "--board", file}), {"mine.json", "title"});
}

TEST_CASE("the flow behind synth refuses pins that are missing, before any tool runs",
          "[cli][synth]") {
    const scratch_folder folder;
    require_bad_input(
        synfire_program({"synth", "--board", "hx8k", "--out", (folder / "out").string(),
                         "--constraints", (folder / "none.pcf").string()}),
        {"none.pcf", "the file of constraints is missing", "--constraints"});
}
