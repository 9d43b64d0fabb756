// SPDX-License-Identifier: Apache-2.0
// The Verilated boards of this build.
#include <algorithm>
#include <array>
#include <string_view>

#include <synfire/core/error.hpp>
#include <synfire/cosim/board_pins.hpp>
#include <synfire/cosim/rtl_model.hpp>

namespace synfire::cosim {

namespace {

using maker = std::unique_ptr<board_pins> (*)(std::uint64_t seed);

struct built_board {
    std::string_view name;
    line_timing line;
    maker make;
};

}  // namespace

#ifdef SYNFIRE_HAS_BOARDS

namespace boards {
std::unique_ptr<board_pins> make_hx8k_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_icebreaker_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_icebreaker_int4_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_icebreaker_mlp_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_icebreaker_mlp_int4_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_quick_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_tangnano20k_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_ulx3s_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_ulx3s_streaming_board(std::uint64_t seed);
}  // namespace boards

namespace {

constexpr std::array<built_board, 9> built{
    {{"hx8k", quick_line, boards::make_hx8k_board},
     {"icebreaker", icebreaker_line, boards::make_icebreaker_board},
     {"icebreaker", quick_line, boards::make_quick_board},
     {"icebreaker_int4", quick_line, boards::make_icebreaker_int4_board},
     {"icebreaker_mlp", quick_line, boards::make_icebreaker_mlp_board},
     {"icebreaker_mlp_int4", quick_line, boards::make_icebreaker_mlp_int4_board},
     {"tangnano20k", quick_line, boards::make_tangnano20k_board},
     {"ulx3s", quick_line, boards::make_ulx3s_board},
     {"ulx3s_streaming", quick_line, boards::make_ulx3s_streaming_board}}};

}  // namespace

std::unique_ptr<board_pins> make_board(const std::string& name, const line_timing& line,
                                       std::uint64_t seed) {
    const auto found = std::find_if(built.begin(), built.end(), [&](const built_board& b) {
        return b.name == name && b.line == line;
    });
    if (found == built.end()) {
        throw internal_error("no such board was built, or not with such a line");
    }
    return found->make(seed);
}

bool has_board(const std::string& name, const line_timing& line) {
    return std::any_of(built.begin(), built.end(),
                       [&](const built_board& b) { return b.name == name && b.line == line; });
}

#else

std::unique_ptr<board_pins> make_board(const std::string& /*name*/, const line_timing& /*line*/,
                                       std::uint64_t /*seed*/) {
    throw bad_input({"emulated board", "this build has no RTL model of a board",
                     "not found when it was configured: " + rtl_missing(), "",
                     "install what is missing, configure and build again"});
}

bool has_board(const std::string& /*name*/, const line_timing& /*line*/) { return false; }

#endif

std::vector<std::string> emulated_boards() {
    return {"hx8k",        "icebreaker", "icebreaker_int4", "icebreaker_mlp", "icebreaker_mlp_int4",
            "tangnano20k", "ulx3s",      "ulx3s_streaming"};
}

}  // namespace synfire::cosim
