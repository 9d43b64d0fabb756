// SPDX-License-Identifier: Apache-2.0
// --board: names of boards, and files that describe one.
#include <algorithm>

#include <support/catch.hpp>
#include <synfire/core/error.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/board.hpp>

#include "boards.hpp"
#include "command.hpp"
#include "hardware.hpp"
#include "hardware_rtl.hpp"

using namespace synfire;

TEST_CASE("a board is named, or described in a file", "[cli][unit]") {
    const hw::board_description named = cli::board_of("icebreaker");
    const hw::board_description read =
        cli::board_of(SYNFIRE_SOURCE_DIR "/models/boards/icebreaker.json");
    CHECK(named.name == "icebreaker");
    CHECK(read.name == "icebreaker");
    CHECK((named.engine == read.engine));
    CHECK_THROWS_AS(cli::board_of("breadboard"), usage_error);
    CHECK_THROWS_AS(cli::board_of("no/such/board.json"), bad_input);
}

TEST_CASE("the engine of a board takes the place of --lanes", "[cli][unit]") {
    for (const std::string& name : hw::board_names()) {
        CAPTURE(name);
        cli::hardware_options options;
        options.board = cli::board_of(name);
        CHECK((cli::engine_config_of(options) == hw::built_in_board(name).engine));
    }
}

TEST_CASE("the iCEBreaker's engine has a model", "[cli][unit]") {
    const std::vector<hw::engine_config> built = cosim::built_configurations();
    CHECK((built.empty()
           || std::find(built.begin(), built.end(), hw::icebreaker_config()) != built.end()));
}

TEST_CASE("a build says what it lacks for the RTL, or has it", "[cli][unit]") {
    CHECK(cosim::rtl_available() == cosim::rtl_missing().empty());
}
