// SPDX-License-Identifier: Apache-2.0
// `synfire estimate`: which board holds a network, how fast it is there, what would make it fit.
#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <unit/io/scratch_folder.hpp>

#include "cosim_runs.hpp"
#include "run_program.hpp"

using namespace synfire::test;
using nlohmann::json;

namespace {

json estimated(const std::string& net, const std::vector<std::string>& more, int status = 0) {
    std::vector<std::string> arguments{"estimate", net, "--json", "-"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const program_run run = synfire_program(arguments);
    INFO(run.err);
    REQUIRE(run.status == status);
    return json::parse(run.out);
}

json on_board(const json& result, const std::string& name) {
    for (const json& board : result["boards"]) {
        if (board["board"] == name) { return board; }
    }
    FAIL("no board " << name);
    return {};
}

/// The iCEBreaker's description with one key of its engine changed, as a file.
std::string changed_board(const scratch_folder& folder, const char* key, int value,
                          const std::string& like = "icebreaker") {
    json board = json::parse(slurp(SYNFIRE_SOURCE_DIR "/models/boards/" + like + ".json"));
    board["board"] = "mine";
    board["engine"][key] = value;
    const std::string file = (folder / "mine.json").string();
    std::ofstream(file) << board;
    return file;
}

}  // namespace

TEST_CASE("cycles on data are those of the cycle model in cosim", "[cli][estimate]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const json result =
        estimated(net, {"--board", "icebreaker", "--data", "digits", "--samples", "4"});
    CHECK(result["cycles_from"] == "data");
    CHECK(result["samples"] == 4);
    const json board = on_board(result, "icebreaker");
    CHECK(board["fits"] == true);
    const json counted =
        equal_result(cosim(net, "digits", "4", {"--board", "icebreaker", "--engine", "model"}));
    CHECK(board["cycles"] == counted["cycles_per_sample"]);
    CHECK(board["latency_s"].get<double>()
          == Approx(counted["latency_s"]["mean"].get<double>()).epsilon(1e-9));
}

TEST_CASE("cycles without data come near those on data", "[cli][estimate]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const json expected = on_board(estimated(net, {"--board", "icebreaker"}), "icebreaker");
    const json counted =
        on_board(estimated(net, {"--board", "icebreaker", "--data", "digits", "--samples", "32"}),
                 "icebreaker");
    CHECK(expected["cycles"]["mean"].get<double>()
          == Approx(counted["cycles"]["mean"].get<double>()).epsilon(0.15));
}

TEST_CASE("every board is estimated, and what does not fit is told with what would help",
          "[cli][estimate]") {
    const scratch_folder folder;
    const std::string net = zoo_net(folder, "fashion_cnn", "fashion-mnist");
    const json result = estimated(net, {});
    CHECK(result["boards"].size() >= 5);
    const json small = on_board(result, "icebreaker");
    CHECK(small["fits"] == false);
    CHECK(small["in_slices"]["slices"].get<int>() > 1);
    CHECK(small["in_slices"]["bytes_a_batch"].get<int>() > 0);
    CHECK(small["cycles"]["mean"].get<double>()
          > on_board(result, "ulx3s")["cycles"]["mean"].get<double>());
    CHECK(small["too_large"].dump().find("code words: ") != std::string::npos);
    CHECK(small["remedies"].dump().find("prune channels") != std::string::npos);
    CHECK(small["remedies"].dump().find("a board that holds it as it is: ") != std::string::npos);
    CHECK(small["memories"]["code"]["share"].get<double>() > 1);
    const json large = on_board(result, "ulx3s");
    CHECK(large["fits"] == true);
    CHECK(large["in_slices"].is_null());
    CHECK(large["cycles"]["mean"].get<double>() > 0);
    CHECK(large["logic"]["logic_cells"].get<double>() > 0);
    const program_run text = synfire_program({"estimate", net});
    CHECK(text.status == 0);
    CHECK_THAT(text.out, contains_text("icebreaker (iCEBreaker): does not fit"));
}

TEST_CASE("one board that is too small names those that are not, with exit status 1",
          "[cli][estimate]") {
    const scratch_folder folder;
    const std::string net = zoo_net(folder, "fashion_cnn", "fashion-mnist");
    const json result = estimated(net, {"--board", "icebreaker"}, 1);
    REQUIRE(result["boards"].size() == 1);
    CHECK(result["boards"][0]["remedies"].dump().find("ulx3s") != std::string::npos);
}

TEST_CASE("a board of one's own is a file, wherever a board can be named", "[cli][estimate]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const std::string mine = changed_board(folder, "row_address_bits", 13);
    CHECK(estimated(net, {"--board", mine})["boards"][0]["board"] == "mine");
    const json counted =
        equal_result(cosim(net, "digits", "1", {"--board", mine, "--engine", "model"}));
    CHECK(counted["board"] == "mine");
    const program_run image =
        synfire_program({"image", net, "--board", mine, "-o", (folder / "net.h").string()});
    CHECK(image.status == 0);
    require_bad_input(synfire_program({"emulate", "--board", mine, "--once"}),
                      {"--board mine", "no such board to emulate"});
}

TEST_CASE("a network whose weights do not fit runs in parts, and what they cost is told",
          "[cli][estimate][parts]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const std::string mine = changed_board(folder, "weight_rows", 300);
    const json board = estimated(net, {"--board", mine})["boards"][0];
    CHECK(board["fits"] == true);
    CHECK(board["too_large"].empty());
    CHECK(board["memories"]["weight_rows"]["share"].get<double>() > 1);
    const json& parts = board["in_parts"];
    REQUIRE(parts.is_object());
    CHECK(parts["parts"].get<int>() > 1);
    CHECK(parts["cut_layers"].size() > 0);
    CHECK(parts["serial_s_a_sample"].get<double>()
          == Approx(1e-5 * parts["serial_bytes_a_sample"].get<double>()));
    CHECK_THAT(synfire_program({"estimate", net, "--board", mine}).out, contains_text(" parts "));
    CHECK(on_board(estimated(net, {}), "icebreaker")["in_parts"].is_null());

    const json counted =
        equal_result(cosim(net, "digits", "1", {"--board", mine, "--engine", "model"}));
    CHECK(counted["parts"] == parts["parts"]);
    const json words = counted["part_words_per_sample"];
    CHECK(words
          == 2 * (parts["rows_a_sample"].get<int>() + parts["program_words_a_sample"].get<int>()));
    CHECK(4 * words.get<int>() < parts["serial_bytes_a_sample"].get<int>());
    const program_run image =
        synfire_program({"image", net, "--board", mine, "-o", (folder / "net.h").string()});
    CHECK(image.status == 0);
    CHECK_THAT(image.out, contains_text(" parts, which the host loads"));
}

TEST_CASE("slices are estimated as cosim counts them", "[cli][estimate][slices]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const std::string mine = changed_board(folder, "weight_rows", 60, "hx8k");
    const json board = on_board(
        estimated(net, {"--board", mine, "--data", "digits", "--samples", "3"}, 1), "mine");
    CHECK(board["fits"] == false);
    CHECK(board["in_slices"]["layers"].size() > 0);
    CHECK(board["cycles"]["mean"].get<double>() > 0);
    double layers = 0;
    for (const json& layer : board["layers"]) { layers += layer["cycles"].get<double>(); }
    CHECK(layers == Approx(board["cycles"]["mean"].get<double>()));
    CHECK_THAT(synfire_program({"estimate", net, "--board", mine}).out,
               contains_text("`synfire run` cuts it into"));
    const json counted =
        equal_result(cosim(net, "digits", "3", {"--board", mine, "--engine", "model"}));
    CHECK(counted["slices"] == board["in_slices"]["slices"]);
    CHECK(counted["cycles_per_sample"] == board["cycles"]);
    CHECK(4 * counted["slice_words"].get<int>() == board["in_slices"]["bytes_a_batch"]);
    require_bad_input(
        synfire_program({"image", net, "--board", mine, "-o", (folder / "net.h").string()}),
        {"too large for the engine of the board mine", "`synfire run` and `cosim` cut"});
}

TEST_CASE("boards that are none are refused, wherever a board can be named", "[cli][estimate]") {
    const scratch_folder folder;
    const std::string net = digits_net(folder);
    const std::string impossible = changed_board(folder, "lanes", 12);
    require_bad_input(synfire_program({"estimate", net, "--board", impossible}),
                      {"mine.json: engine: impossible number of lanes", "found: 12"});
    require_bad_input(synfire_program({"image", net, "--board", impossible, "-o", "x.h"}),
                      {"mine.json: engine: impossible number of lanes"});
    require_bad_input(synfire_program({"estimate", net, "--board", "no/such.json"}),
                      {"no/such.json: the board's description cannot be read"});
    const program_run unknown = synfire_program({"estimate", net, "--board", "breadboard"});
    CHECK(unknown.status == 2);
    CHECK_THAT(unknown.err, contains_text("icebreaker"));
}

TEST_CASE("a network that no engine runs is refused by the layer's name", "[cli][estimate]") {
    const scratch_folder folder;
    const std::string net = (folder / "ttfs.snn").string();
    const program_run made =
        synfire_program({"convert", digits_model().string(), "-o", net, "--calibration", "digits",
                         "--coding", "ttfs", "--steps", "8"});
    INFO(made.err);
    REQUIRE(made.status == 0);
    const json board = on_board(estimated(net, {}, 1), "ulx3s");
    CHECK(board["fits"] == false);
    CHECK(board["memories"].is_null());
    CHECK(board["refused"].get<std::string>().find("population '") != std::string::npos);
    CHECK(board["refused"].get<std::string>().find("ttfs") != std::string::npos);
}
