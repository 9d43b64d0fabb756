// SPDX-License-Identifier: Apache-2.0
// The iCEBreaker's top from its UART pin, with random power-up contents: the same networks, answers
// and counts as in the simulator. Only PLL, SPRAM and DSP are models.
#include <algorithm>
#include <chrono>
#include <vector>

#include <support/catch.hpp>
#include <support/pty.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>
#include <synfire/hw/serial_port.hpp>

#include "board_case.hpp"
#include "boards.hpp"

namespace {

using namespace synfire;
using test::board_line;
using test::fast_line;
using test::make_fast_board;
using test::run_case;

constexpr std::uint64_t least_cycles = 3000;

std::uint32_t status_of(hw::link& link) { return link.read(hw::address_of(hw::reg::status)); }

/// Gives up soon after the engine should be through: simulated seconds are long.
hw::uart_options soon(const test::fitting_case& c) {
    return {.patience = std::chrono::microseconds(c.cycles / 10 + 1000)};
}

/// Loads the case and sends its first sample; the engine has begun then.
void begin_sample(board_line& line, const test::fitting_case& c) {
    hw::uart_link link(line);
    hw::host(link).load(c.image);
    for (const std::uint32_t word : c.words) { REQUIRE(link.push(word)); }
    REQUIRE(line.pins().running_led());
}

}  // namespace

TEST_CASE("the board says what it is", "[rtl][icebreaker]") {
    board_line line(make_fast_board(1), fast_line);
    hw::uart_link link(line);
    hw::host board(link);
    CHECK_NOTHROW(board.identify(hw::icebreaker_config()));
    CHECK_FALSE(line.pins().error_led());
    CHECK_FALSE(line.pins().running_led());
}

TEST_CASE("weight rows keep what the pin wrote", "[rtl][icebreaker]") {
    board_line line(make_fast_board(2), fast_line);
    hw::uart_link link(line);
    constexpr std::uint32_t words = 600;
    // All are written before any is read: no bit of an address may be missing.
    const auto blocks = {0U, 16384U, 2 * 16384U - words};
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

TEST_CASE("random networks give the simulator's answers and counts", "[rtl][icebreaker]") {
    const std::uint64_t seed = test::seed_from_environment(4100);
    const std::size_t wanted = test::cases_from_environment(30);
    board_line line(make_fast_board(seed), fast_line);
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
    board_line line(cosim::make_board("icebreaker", cosim::icebreaker_line, 3));
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
    board_line line(make_fast_board(4), fast_line);
    hw::uart_link link(line);
    line.line().send(std::vector<std::uint8_t>{0x8c, 200, 1, 2, 3});
    line.run(500);
    line.reset();
    hw::host board(link);
    CHECK_NOTHROW(board.identify(hw::icebreaker_config()));
}

TEST_CASE("the reset button ends an inference, and the next one is right", "[rtl][icebreaker]") {
    const hw::engine_config config = hw::icebreaker_config();
    const test::fitting_case c = test::find_case(4300, config, least_cycles);
    board_line line(make_fast_board(5), fast_line);
    // At its beginning, in its middle, near its end, and with its results waiting.
    for (const std::uint64_t percent : {0U, 30U, 60U, 90U, 200U}) {
        INFO("after " << percent << " % of " << c.cycles << " cycles");
        begin_sample(line, c);
        line.run(c.cycles * percent / 100);
        REQUIRE(line.pins().running_led());
        line.reset();
        CHECK_FALSE(line.pins().running_led());
        hw::uart_link link(line, soon(c));
        CHECK(status_of(link) == 0);
        CHECK_FALSE(link.pop());
        hw::host board(link);
        CHECK(run_case(board, config, c.c) == "");
    }
}

TEST_CASE("an abort through the pin ends a half sample and an inference", "[rtl][icebreaker]") {
    const hw::engine_config config = hw::icebreaker_config();
    const test::fitting_case c = test::find_case(4300, config, least_cycles);
    board_line line(make_fast_board(9), fast_line);
    hw::uart_link link(line);
    hw::host board(link);
    board.load(c.image);
    const bool whole = GENERATE(false, true);
    const std::size_t count = whole ? c.words.size() : c.words.size() - 1;
    for (std::size_t i = 0; i < count; ++i) { REQUIRE(link.push(c.words[i])); }
    REQUIRE(link.flush());
    REQUIRE(status_of(link) == (whole ? hw::status_running : hw::status_input_open));
    link.write(hw::address_of(hw::reg::control), hw::control_abort);
    CHECK(status_of(link) == 0);
    CHECK(run_case(board, config, c.c) == "");
}

TEST_CASE("words of the next sample are refused until the results are fetched",
          "[rtl][icebreaker]") {
    const hw::engine_config config = hw::icebreaker_config();
    // The link keeps the refused words of one frame.
    constexpr std::size_t frame = 255;
    std::uint64_t seed = 4300;
    test::fitting_case c = test::find_case(seed, config, least_cycles);
    while (c.words.size() > frame) { c = test::find_case(++seed, config, least_cycles); }
    board_line line(make_fast_board(6), fast_line);
    hw::uart_link link(line, soon(c));
    hw::host board(link);
    board.load(c.image);
    const auto expected = board.run(c.words).readouts;
    for (const std::uint32_t word : c.words) { REQUIRE(link.push(word)); }
    bool taken = true;
    for (const std::uint32_t word : c.words) { taken = link.push(word); }
    CHECK_FALSE(taken);
    CHECK((status_of(link) & hw::status_error) == 0);
    // Neither answer has suffered: the first one comes, then the refused sample can run.
    const std::size_t count = expected.front().potentials.size();
    std::vector<std::uint32_t> first;
    while (first.empty() || hw::type_of(first.back()) != hw::word_type::done) {
        const auto word = link.pop();
        REQUIRE(word.has_value());
        first.push_back(*word);
    }
    REQUIRE(first.size() > count);
    CHECK(std::equal(expected.front().potentials.begin(), expected.front().potentials.end(),
                     first.begin() + 1, [](std::int32_t potential, std::uint32_t word) {
                         return static_cast<std::uint32_t>(potential) == word;
                     }));
    CHECK(link.push(c.words.back()));
    std::vector<std::uint32_t> second;
    for (std::size_t i = 0; i < first.size(); ++i) { second.push_back(link.pop().value_or(0)); }
    CHECK(second == first);
}

TEST_CASE("the error LED shows an error of the line until the host has seen it",
          "[rtl][icebreaker]") {
    board_line line(make_fast_board(7), fast_line);
    hw::uart_link link(line);
    hw::host board(link);
    CHECK_FALSE(line.pins().error_led());
    line.line().send(std::vector<std::uint8_t>{0x40, 1});
    line.run(200);
    CHECK(line.pins().error_led());
    CHECK_THROWS_AS(board.identify(), bad_input);
    CHECK_FALSE(line.pins().error_led());
    CHECK_NOTHROW(board.identify(hw::icebreaker_config()));
}

TEST_CASE("the board does not say which network it has, so attaching leads to loading",
          "[rtl][icebreaker]") {
    const hw::engine_config config = hw::icebreaker_config();
    const test::fitting_case c = test::find_case(4300, config, least_cycles);
    board_line line(make_fast_board(8), fast_line);
    hw::uart_link link(line);
    hw::host board(link);
    board.load(c.image);
    for (const hw::reg r :
         {hw::reg::network, hw::reg::input_base, hw::reg::input_shape, hw::reg::window}) {
        CHECK(link.read(hw::address_of(r)) == 0);
    }
    CHECK_FALSE(board.attach(c.image));
    CHECK(board.run(c.words).readouts.size() > 0);  // what was loaded is still there
}

TEST_CASE("a network runs through a serial port of this machine", "[rtl][icebreaker]") {
    const hw::engine_config config = hw::icebreaker_config();
    const test::fitting_case c = test::find_case(4300, config, least_cycles);
    board_line line(make_fast_board(10), fast_line);
    test::served_port far_end([&](const auto& heard) { return line.exchange(heard); });
    // The simulated board is slower than a real one, and the machine may be busy.
    hw::serial_port port(far_end.path(), {.patience = std::chrono::seconds(5)});
    hw::uart_link link(port, {.patience = std::chrono::seconds(30)});
    hw::host board(link);
    CHECK_NOTHROW(board.identify(config));
    CHECK(run_case(board, config, c.c) == "");
}
