// SPDX-License-Identifier: Apache-2.0
// Small boards of the other families after synthesis, cell by cell, from their pins.
#include <memory>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/cosim/board_line.hpp>
#include <synfire/hw/host.hpp>

#include "../icebreaker/board_case.hpp"

namespace synfire::cosim::boards {

std::unique_ptr<board_pins> make_ecp5_netlist_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_gowin_netlist_board(std::uint64_t seed);

}  // namespace synfire::cosim::boards

namespace {

using namespace synfire;
namespace boards = cosim::boards;

/// Short bits, and a time-out of 4096 cycles.
constexpr cosim::line_timing fast_line{4, 12};
constexpr std::uint64_t least_cycles = 1000;  // of the first network: it has some work to do

/// Answers and all counters, cycles among them, of networks that fit the small engine.
void check_networks(std::unique_ptr<cosim::board_pins> pins, std::uint64_t seed) {
    const std::size_t wanted = test::cases_from_environment(3);
    cosim::board_line line(std::move(pins), fast_line);
    hw::uart_link link(line);
    hw::host board(link);
    const hw::engine_config config{SYNFIRE_NETLIST_CONFIG};
    board.identify(config);
    const test::fitting_case first = test::find_case(seed, config, least_cycles);
    const auto difference = test::run_case(board, config, first.c);
    INFO(difference.value_or("does not fit"));
    REQUIRE(difference == "");
    seed = first.c.seed;
    for (std::size_t run = 1; run < wanted;) {
        ++seed;
        INFO("seed " << seed);
        const auto d =
            test::run_case(board, config, test::make_hardware_case(seed, test::board_family()));
        if (!d) { continue; }
        ++run;
        CHECK(*d == "");
    }
}

}  // namespace

#ifdef SYNFIRE_NETLIST_ECP5
TEST_CASE("the netlist of an ECP5 gives the simulator's answers and counts", "[rtl][ecp5]") {
    check_networks(boards::make_ecp5_netlist_board(1), 4700);
}
#endif

#ifdef SYNFIRE_NETLIST_GOWIN
TEST_CASE("the netlist of a Gowin chip gives the simulator's answers and counts", "[rtl][gowin]") {
    check_networks(boards::make_gowin_netlist_board(2), 4800);
}
#endif
