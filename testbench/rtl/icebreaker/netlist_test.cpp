// SPDX-License-Identifier: Apache-2.0
// The iCEBreaker's top after synthesis, cell by cell, from its pin: what is loaded into the chip.
#include <support/catch.hpp>

#include "board_case.hpp"
#include "boards.hpp"

TEST_CASE("the netlist gives the simulator's answers and counts", "[rtl][netlist]") {
    using namespace synfire;
    const std::uint64_t seed = test::seed_from_environment(4100);
    const std::size_t wanted = test::cases_from_environment(6);
    test::board_line line(test::make_netlist_board(seed), test::fast_line);
    hw::uart_link link(line);
    hw::host board(link);
    const hw::engine_config config = board.identify();
    CHECK(config == hw::icebreaker_config());
    std::size_t run = 0;
    for (std::size_t i = 0; i < wanted; ++i) {
        INFO("seed " << seed + i);
        const auto d =
            test::run_case(board, config, test::make_hardware_case(seed + i, test::board_family()));
        if (!d) { continue; }
        ++run;
        CHECK(*d == "");
    }
    CHECK(run > 0);
}
