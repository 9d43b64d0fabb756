// SPDX-License-Identifier: Apache-2.0
// Boards of the tests beside those that the library has.
#pragma once

#include <cstdint>
#include <memory>

#include <synfire/cosim/board_line.hpp>

namespace synfire::cosim::boards {

std::unique_ptr<board_pins> make_fast_board(std::uint64_t seed);
/// The top after synthesis; not built by default.
std::unique_ptr<board_pins> make_netlist_board(std::uint64_t seed);

}  // namespace synfire::cosim::boards

namespace synfire::test {

using cosim::board_line;
using cosim::boards::make_fast_board;
using cosim::boards::make_netlist_board;

/// Short bits, and a time-out of 4096 cycles: tests wait for both.
inline constexpr cosim::line_timing fast_line{4, 12};

}  // namespace synfire::test
