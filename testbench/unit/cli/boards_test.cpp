// SPDX-License-Identifier: Apache-2.0
// The iCEBreaker is described once for people and tools (models/boards), and once in C++.
#include <algorithm>
#include <nlohmann/json.hpp>

#include <support/catch.hpp>
#include <synfire/core/error.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/config.hpp>
#include <unit/io/scratch_folder.hpp>

#include "hardware.hpp"
#include "hardware_rtl.hpp"

using namespace synfire;

namespace {

nlohmann::json described(const std::string& board) {
    return nlohmann::json::parse(
        test::slurp(SYNFIRE_SOURCE_DIR "/models/boards/" + board + ".json"));
}

hw::engine_config engine_of(const nlohmann::json& board) {
    const nlohmann::json& e = board["engine"];
    return {e["lanes"],
            e["accumulator_bits"],
            e["pattern_bits"],
            e["act_address_bits"],
            e["code_address_bits"],
            e["row_address_bits"],
            e["descriptor_address_bits"],
            e["shift_bits"],
            e["shared_adder"],
            e["weight_bits"],
            e["weight_rows"],
            e["arithmetic"]};
}

}  // namespace

TEST_CASE("engine and clock of the board are those of its description", "[cli][unit]") {
    const nlohmann::json board = described("icebreaker");
    CHECK(board["engine"].size() == 12);
    CHECK((engine_of(board) == hw::icebreaker_config()));
    CHECK(board["clock_hz"].get<double>() == cli::board_clock_hz("icebreaker"));
}

TEST_CASE("every board that can be named has an engine, a clock and a model", "[cli][unit]") {
    const std::vector<hw::engine_config> built = cosim::built_configurations();
    for (const std::string& name : cli::board_names()) {
        CAPTURE(name);
        cli::hardware_options options;
        options.board = name;
        const hw::engine_config config = cli::engine_config_of(options);
        CHECK((engine_of(described(name)) == config));
        CHECK(cli::board_clock_hz(name) > 0);
        CHECK((built.empty() || std::find(built.begin(), built.end(), config) != built.end()));
    }
}

TEST_CASE("a board that nobody knows has no engine", "[cli][unit]") {
    cli::hardware_options options;
    options.board = "breadboard";
    CHECK_THROWS_AS(cli::engine_config_of(options), internal_error);
    CHECK_THROWS_AS(cli::board_clock_hz("breadboard"), internal_error);
}

TEST_CASE("a build says what it lacks for the RTL, or has it", "[cli][unit]") {
    CHECK(cosim::rtl_available() == cosim::rtl_missing().empty());
}
