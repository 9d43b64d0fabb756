// SPDX-License-Identifier: Apache-2.0
// Tops of boards that one JSON file describes, from their UART pin, with random power-up contents:
// the engine is that of the description, and networks give the simulator's answers and counts. Only
// the PLL is a model.
#include <cstdlib>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/cosim/board_line.hpp>
#include <synfire/hw/board.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

#include "../icebreaker/board_case.hpp"

namespace {

using namespace synfire;
using cosim::board_line;
using cosim::quick_line;

/// SYNFIRE_BOARD chooses one.
std::vector<std::string> boards() {
    if (const char* one = std::getenv("SYNFIRE_BOARD")) { return {one}; }
    std::vector<std::string> all = cosim::emulated_boards();
    // These have tests of their own.
    std::erase(all, "icebreaker");
    std::erase(all, "icebreaker_int4");
    std::erase(all, "icebreaker_mlp");
    std::erase(all, "icebreaker_mlp_int4");
    return all;
}

board_line line_of(const std::string& board, std::uint64_t seed) {
    return board_line(cosim::make_board(board, quick_line, seed), quick_line);
}

hw::engine_config engine_of(const std::string& board) { return hw::built_in_board(board).engine; }

/// Runs cases until so many have fitted; what differs first.
std::string run_cases(board_line& line, const std::string& name, std::uint64_t seed,
                      std::size_t wanted) {
    hw::uart_link link(line);
    hw::host board(link);
    const hw::engine_config config = engine_of(name);
    board.identify(config);
    for (std::size_t run = 0; run < wanted; ++seed) {
        const auto d =
            test::run_case(board, config, test::make_hardware_case(seed, test::board_family()));
        if (!d) { continue; }
        if (!d->empty()) { return "seed " + std::to_string(seed) + ": " + *d; }
        ++run;
    }
    return "";
}

/// Every step of a row's address and of the words in it; all are written before any is read.
std::vector<std::uint32_t> first_words(const hw::engine_config& config, std::uint32_t words) {
    const auto all = static_cast<std::uint32_t>(config.weight_rows()
                                                * static_cast<std::size_t>(config.lanes) / 4);
    return {0U, all / 2, all - words};
}

}  // namespace

TEST_CASE("every generic board says the engine of its description", "[rtl][boards]") {
    for (const std::string& name : boards()) {
        CAPTURE(name);
        board_line line = line_of(name, 1);
        hw::uart_link link(line);
        hw::host board(link);
        CHECK_NOTHROW(board.identify(engine_of(name)));
        CHECK_FALSE(line.pins().error_led());
        CHECK_FALSE(line.pins().running_led());
    }
}

TEST_CASE("weight rows of generic boards keep what the pin wrote", "[rtl][boards]") {
    for (const std::string& name : boards()) {
        CAPTURE(name);
        board_line line = line_of(name, 2);
        hw::uart_link link(line);
        constexpr std::uint32_t words = 40;
        const std::vector<std::uint32_t> blocks = first_words(engine_of(name), words);
        for (const std::uint32_t first : blocks) {
            link.write(hw::address_of(hw::reg::window), hw::window_of(hw::memory::weights, first));
            for (std::uint32_t i = 0; i < words; ++i) {
                link.write(hw::address_of(hw::reg::data), (first + i) * 0x9e3779b9U);
            }
        }
        for (const std::uint32_t first : blocks) {
            link.write(hw::address_of(hw::reg::window), hw::window_of(hw::memory::weights, first));
            const auto read = link.read_block(hw::address_of(hw::reg::data), words);
            std::size_t wrong = 0;
            for (std::uint32_t i = 0; i < words; ++i) {
                wrong += read[i] == (first + i) * 0x9e3779b9U ? 0 : 1;
            }
            CHECK(wrong == 0);
        }
    }
}

TEST_CASE("random networks on generic boards give the simulator's answers and counts",
          "[rtl][boards]") {
    const std::uint64_t seed = test::seed_from_environment(4500);
    const std::size_t wanted = test::cases_from_environment(4);
    for (const std::string& name : boards()) {
        CAPTURE(name);
        board_line line = line_of(name, seed);
        CHECK(run_cases(line, name, seed, wanted) == "");
    }
}

TEST_CASE("lamps of generic boards light for errors and runs, and the button puts them out",
          "[rtl][boards]") {
    constexpr std::uint64_t least_cycles = 1000;
    for (const std::string& name : boards()) {
        CAPTURE(name);
        const test::fitting_case c = test::find_case(4300, engine_of(name), least_cycles);
        board_line line = line_of(name, 3);
        hw::uart_link link(line);
        hw::host(link).load(c.image);
        for (const std::uint32_t word : c.words) { REQUIRE(link.push(word)); }
        REQUIRE(link.flush());
        CHECK(line.pins().running_led());
        CHECK_FALSE(line.pins().error_led());
        line.line().send(std::vector<std::uint8_t>{0x40, 1});  // no such operation
        line.run(200);
        CHECK(line.pins().error_led());
        line.reset();
        CHECK_FALSE(line.pins().error_led());
        CHECK_FALSE(line.pins().running_led());
        CHECK(run_cases(line, name, 4300, 1) == "");
    }
}
