// SPDX-License-Identifier: Apache-2.0
// The other engines of the iCEBreaker from its UART pin: 16 lanes of 4-bit weights, two in a DSP
// block, and those for dense layers.
#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/cosim/board_line.hpp>
#include <synfire/hw/host.hpp>

#include "board_case.hpp"

using namespace synfire;

namespace {

void run_random_networks(const std::string& name, const hw::engine_config& config,
                         const test::hardware_family& family) {
    const std::uint64_t seed = test::seed_from_environment(4400);
    const std::size_t wanted = test::cases_from_environment(20);
    cosim::board_line line(cosim::make_board(name, cosim::quick_line, seed), cosim::quick_line);
    hw::uart_link link(line);
    hw::host board(link);
    CHECK_NOTHROW(board.identify(config));
    std::size_t run = 0;
    for (std::size_t i = 0; i < wanted; ++i) {
        INFO("seed " << seed + i);
        const auto d = test::run_case(board, config, test::make_hardware_case(seed + i, family));
        if (!d) { continue; }
        ++run;
        CHECK(*d == "");
    }
    WARN(run << " of " << wanted << " networks fit");
    CHECK(run >= wanted / 3);
}

}  // namespace

TEST_CASE("random networks of 4-bit weights give the simulator's answers and counts on 16 lanes",
          "[rtl][icebreaker]") {
    run_random_networks("icebreaker_int4", hw::icebreaker_int4_config(), test::int4_board_family());
}

TEST_CASE("random dense networks give the simulator's answers and counts on engines for them",
          "[rtl][icebreaker]") {
    run_random_networks("icebreaker_mlp", hw::icebreaker_mlp_config(), test::mlp_board_family());
    run_random_networks("icebreaker_mlp_int4", hw::icebreaker_mlp_int4_config(),
                        test::mlp_int4_board_family());
}

TEST_CASE("an image for 8 lanes is not loaded into 16", "[rtl][icebreaker]") {
    cosim::board_line line(cosim::make_board("icebreaker_int4", cosim::quick_line, 2),
                           cosim::quick_line);
    hw::uart_link link(line);
    hw::host board(link);
    CHECK_THROWS_AS(board.identify(hw::icebreaker_config()), bad_input);
}
