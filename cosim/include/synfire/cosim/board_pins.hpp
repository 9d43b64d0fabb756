// SPDX-License-Identifier: Apache-2.0
// The Verilated top of a board behind its pins.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace synfire::cosim {

/// One implementation per Verilated class. Registers and memories start with random contents.
class board_pins {
  public:
    board_pins() = default;
    virtual ~board_pins() = default;
    board_pins(const board_pins&) = delete;
    board_pins& operator=(const board_pins&) = delete;

    /// One clock with this level at the receiving pin; the level of the sending pin.
    virtual bool clock(bool rx) = 0;
    virtual void press_button(bool down) = 0;
    virtual bool error_led() const = 0;
    virtual bool running_led() const = 0;
};

/// How a top's UART was built (its parameters CyclesPerBit and TimeoutBits).
struct line_timing {
    int cycles_per_bit = 24;
    int timeout_bits = 20;

    std::uint64_t timeout_cycles() const { return std::uint64_t{1} << timeout_bits; }
    friend bool operator==(const line_timing&, const line_timing&) = default;
};
/// The iCEBreaker's: 1 Mbaud at 24 MHz, 44 ms.
inline constexpr line_timing icebreaker_line{24, 20};
/// No board's: bits as short as the receiver can tell apart, 6 Mbaud at 24 MHz.
inline constexpr line_timing quick_line{4, 20};

/// Names of the boards whose tops can be built in, in alphabetical order.
std::vector<std::string> emulated_boards();
/// Whether this build holds the top of a board with such a line: the iCEBreaker's with both lines
/// above, the others' with quick_line. False for all where it has no Verilator.
bool has_board(const std::string& name, const line_timing& line);
/// That top, with the engine of models/boards. Throws bad_input where this build has no Verilator.
std::unique_ptr<board_pins> make_board(const std::string& name, const line_timing& line,
                                       std::uint64_t seed);

}  // namespace synfire::cosim
