// SPDX-License-Identifier: Apache-2.0
// Boards as data: what a description means, and everything that is refused in one.
#include <algorithm>
#include <filesystem>
#include <string>

#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/board.hpp>

using namespace synfire;
using nlohmann::json;

namespace {

json small_board() {
    return {{"board", "mine"},
            {"title", "My board"},
            {"family", "ecp5"},
            {"device", "LFE5U-25F"},
            {"clock_hz", 25e6},
            {"resources", {{"logic_cells", 24000}, {"block_rams", 56}, {"block_ram_bits", 18432}}},
            {"engine",
             {{"lanes", 16},
              {"accumulator_bits", 24},
              {"pattern_bits", 8},
              {"act_address_bits", 10},
              {"code_address_bits", 12},
              {"row_address_bits", 12},
              {"descriptor_address_bits", 8},
              {"shift_bits", 5}}}};
}

template <class Change>
std::string refused(Change change) {
    json board = small_board();
    change(board);
    try {
        hw::parse_board(board.dump(), "mine.json");
    } catch (const bad_input& e) { return e.what(); }
    return "accepted";
}

}  // namespace

TEST_CASE("a board's description says what the chip has and how the engine is built",
          "[hw][unit]") {
    json text = small_board();
    text["baud"] = 115200;
    text["limits"] = {{"largest_share_of_logic", 0.8}};
    const hw::board_description b = hw::parse_board(text.dump(), "mine.json");
    CHECK(b.name == "mine");
    CHECK(b.family == hw::fpga_family::ecp5);
    CHECK(b.clock_hz == 25e6);
    CHECK(b.baud == 115200);
    CHECK(b.resources.block_rams == 56);
    CHECK(b.resources.sprams == 0);
    CHECK(b.largest_share_of_logic == 0.8);
    hw::engine_config engine;
    engine.lanes = 16;
    engine.accumulator_bits = 24;
    engine.pattern_bits = 8;
    engine.act_address_bits = 10;
    engine.code_address_bits = 12;
    engine.row_address_bits = 12;
    engine.descriptor_address_bits = 8;
    CHECK((b.engine == engine));
}

TEST_CASE("rows of weights may be counted", "[hw][unit]") {
    json text = small_board();
    text["engine"]["weight_rows"] = 3000;
    CHECK(hw::parse_board(text.dump(), "").engine.weight_rows() == 3000);
    for (const int all : {0, 4096}) {
        text["engine"]["weight_rows"] = all;
        CHECK(hw::parse_board(text.dump(), "").engine.counted_rows == 0);
        CHECK(hw::parse_board(text.dump(), "").engine.weight_rows() == 4096);
    }
}

TEST_CASE("a wrong description is refused with the path of the key", "[hw][unit]") {
    using Catch::Contains;
    CHECK_THAT(refused([](json& b) { b.erase("family"); }), Contains("mine.json: family: the key"));
    CHECK_THAT(refused([](json& b) { b["family"] = "max10"; }), Contains("ecp5, gowin"));
    CHECK_THAT(refused([](json& b) { b["colour"] = "red"; }),
               Contains("mine.json: colour: there is no such key"));
    CHECK_THAT(refused([](json& b) { b["clock_hz"] = "fast"; }), Contains("clock_hz"));
    CHECK_THAT(refused([](json& b) { b["clock_hz"] = -1; }), Contains("clock_hz"));
    CHECK_THAT(refused([](json& b) { b["baud"] = 9600.5; }), Contains("baud"));
    CHECK_THAT(refused([](json& b) { b["title"] = 7; }), Contains("title: is no text"));
    CHECK_THAT(refused([](json& b) { b["board"] = ""; }), Contains("the name is empty"));
    CHECK_THAT(refused([](json& b) { b["engine"] = 8; }), Contains("engine: is no object"));
    CHECK_THAT(refused([](json& b) { b["resources"].erase("block_rams"); }),
               Contains("resources.block_rams"));
    CHECK_THAT(refused([](json& b) { b["resources"]["sprams"] = 4; }),
               Contains("resources.spram_bits"));
    CHECK_THAT(refused([](json& b) {
                   b["limits"] = {{"largest_share_of_logic", 1.5}};
               }),
               Contains("limits.largest_share_of_logic"));
    CHECK_THAT(refused([](json& b) { b["engine"]["lanes"] = 12; }),
               Contains("mine.json: engine: impossible number of lanes"));
    CHECK_THAT(refused([](json& b) { b["engine"]["lanes"] = "8"; }), Contains("engine.lanes"));
    CHECK_THAT(refused([](json& b) { b["engine"]["lanes"] = 1e30; }), Contains("engine.lanes"));
    CHECK_THAT(refused([](json& b) { b["engine"]["shared_adder"] = 1; }),
               Contains("engine.shared_adder"));
    CHECK_THAT(refused([](json& b) { b["engine"]["turbo"] = true; }), Contains("engine.turbo"));
    CHECK_THAT(refused([](json& b) { b["engine"]["arithmetic"] = 9; }), Contains("arithmetic"));
    CHECK_THAT(refused([](json& b) { b["engine"]["weight_rows"] = 5000; }),
               Contains("weight rows"));
    CHECK_THROWS_AS(hw::parse_board("{", "mine.json"), bad_input);
    CHECK_THROWS_AS(hw::parse_board("[]", "mine.json"), bad_input);
}

TEST_CASE("a file that is not there, or a folder, is no board", "[hw][unit]") {
    CHECK_THROWS_AS(hw::read_board("no/such/board.json"), bad_input);
    CHECK_THROWS_AS(hw::read_board(std::filesystem::temp_directory_path()), bad_input);
}

TEST_CASE("every board that is compiled in is described, by its own name", "[hw][unit]") {
    const auto& names = hw::board_names();
    CHECK(std::is_sorted(names.begin(), names.end()));
    for (const char* name :
         {"arty_a7_35t", "hx8k", "icebreaker", "tangnano20k", "ulx3s", "ulx3s_streaming"}) {
        CAPTURE(name);
        CHECK(hw::is_board_name(name));
        const hw::board_description& b = hw::built_in_board(name);
        CHECK(b.name == name);
        CHECK_FALSE(b.title.empty());
        const hw::board_description read =
            hw::read_board(std::string(SYNFIRE_SOURCE_DIR "/models/boards/") + name + ".json");
        CHECK((read.engine == b.engine));
        CHECK(read.clock_hz == b.clock_hz);
    }
    CHECK_FALSE(hw::is_board_name("breadboard"));
    CHECK_THROWS_AS(hw::built_in_board("breadboard"), internal_error);
}
