// SPDX-License-Identifier: Apache-2.0
// The iCEBreaker's top from its UART pin, with random power-up contents: the same networks, answers
// and counts as in the simulator. Only PLL, SPRAM and DSP are models.
#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/hw/host.hpp>

#include "board_case.hpp"
#include "board_line.hpp"

namespace {

using namespace synfire;
using test::board_line;
using test::line_speed;
using test::make_fast_board;
using test::make_real_board;
using test::run_case;

}  // namespace

TEST_CASE("the board says what it is", "[rtl][icebreaker]") {
    board_line line(make_fast_board(1));
    hw::uart_link link(line);
    hw::host board(link);
    CHECK_NOTHROW(board.identify(hw::icebreaker_config()));
    CHECK_FALSE(line.pins().error_led());
    CHECK_FALSE(line.pins().running_led());
}

TEST_CASE("weight rows keep what the pin wrote", "[rtl][icebreaker]") {
    board_line line(make_fast_board(2));
    hw::uart_link link(line);
    constexpr std::uint32_t words = 600;
    for (const std::uint32_t first : {0U, 2 * 16384U - words}) {
        link.write(hw::address_of(hw::reg::window), hw::window_of(hw::memory::weights, first));
        for (std::uint32_t i = 0; i < words; ++i) {
            link.write(hw::address_of(hw::reg::data), (first + i) * 0x9e3779b9U);
        }
        link.write(hw::address_of(hw::reg::window), hw::window_of(hw::memory::weights, first));
        const auto read = link.read_block(hw::address_of(hw::reg::data), words);
        std::size_t wrong = 0;
        for (std::uint32_t i = 0; i < words; ++i) {
            wrong += read[i] == (first + i) * 0x9e3779b9U ? 0 : 1;
        }
        CHECK(wrong == 0);
    }
}

TEST_CASE("random networks give the simulator's answers and counts", "[rtl][icebreaker]") {
    const std::uint64_t seed = test::seed_from_environment(4100);
    const std::size_t wanted = test::cases_from_environment(30);
    board_line line(make_fast_board(seed));
    hw::uart_link link(line);
    hw::host board(link);
    const hw::engine_config config = board.identify();
    std::size_t run = 0;
    for (std::size_t i = 0; i < wanted; ++i) {
        INFO("seed " << seed + i);
        const auto d =
            run_case(board, config, test::make_hardware_case(seed + i, test::board_family()));
        if (!d) { continue; }
        ++run;
        CHECK(*d == "");
    }
    WARN(run << " of " << wanted << " networks fit");
    CHECK(run >= wanted / 3);
}

TEST_CASE("at the real speed of the line a network runs too", "[rtl][icebreaker]") {
    board_line line(make_real_board(3), line_speed::real);
    hw::uart_link link(line);
    hw::host board(link);
    const hw::engine_config config = board.identify();
    for (std::uint64_t seed = 4200;; ++seed) {
        INFO("seed " << seed);
        const auto d =
            run_case(board, config, test::make_hardware_case(seed, test::board_family()));
        if (!d) { continue; }
        CHECK(*d == "");
        break;
    }
}

TEST_CASE("after the reset button the board is idle and in step", "[rtl][icebreaker]") {
    board_line line(make_fast_board(4));
    hw::uart_link link(line);
    line.line().send(std::vector<std::uint8_t>{0x8c, 200, 1, 2, 3});
    line.run(500);
    line.reset();
    hw::host board(link);
    CHECK_NOTHROW(board.identify(hw::icebreaker_config()));
}
