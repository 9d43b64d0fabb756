// SPDX-License-Identifier: Apache-2.0
// The Verilated boards of this build.
#include <synfire/core/error.hpp>
#include <synfire/cosim/board_pins.hpp>
#include <synfire/cosim/rtl_model.hpp>

namespace synfire::cosim {

#ifdef SYNFIRE_HAS_BOARDS

namespace boards {
std::unique_ptr<board_pins> make_icebreaker_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_quick_board(std::uint64_t seed);
}  // namespace boards

std::unique_ptr<board_pins> make_icebreaker(const line_timing& line, std::uint64_t seed) {
    if (line == icebreaker_line) { return boards::make_icebreaker_board(seed); }
    if (line == quick_line) { return boards::make_quick_board(seed); }
    throw internal_error("no board was built with such a line");
}

#else

std::unique_ptr<board_pins> make_icebreaker(const line_timing& /*line*/, std::uint64_t /*seed*/) {
    throw bad_input({"emulated board", "this build has no RTL model of a board",
                     "not found when it was configured: " + rtl_missing(), "",
                     "install what is missing, configure and build again"});
}

#endif

}  // namespace synfire::cosim
