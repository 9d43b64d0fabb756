// SPDX-License-Identifier: Apache-2.0
// The iCEBreaker's top as bytes: what a serial port is to the board, this is to its simulation. All
// registers and memories start with random contents.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <rtl/support/serial_pin.hpp>
#include <synfire/hw/uart_link.hpp>

namespace synfire::test {

enum class line_speed {
    fast,  ///< 4 cycles a bit, time-out of 4096 cycles
    real   ///< as on the board: 24 cycles a bit
};

/// The board behind its pins; one implementation per Verilated class.
class board_pins {
  public:
    virtual ~board_pins() = default;
    /// One clock with this level at the receiving pin; the level of the sending pin.
    virtual bool clock(bool rx) = 0;
    virtual void press_button(bool down) = 0;
    virtual bool error_led() const = 0;
    virtual bool running_led() const = 0;
};

std::unique_ptr<board_pins> make_fast_board(std::uint64_t seed);
std::unique_ptr<board_pins> make_real_board(std::uint64_t seed);
/// The same top after synthesis; not built by default.
std::unique_ptr<board_pins> make_netlist_board(std::uint64_t seed);

class board_line final : public hw::byte_stream {
  public:
    explicit board_line(std::unique_ptr<board_pins> pins, line_speed speed = line_speed::fast);
    ~board_line() override;

    void write(std::span<const std::uint8_t> bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    std::chrono::microseconds now() const override;

    void run(std::uint64_t cycles);
    /// For a far end that is served in turns: sends these bytes, runs on for a while, gives what
    /// has come.
    std::vector<std::uint8_t> exchange(const std::vector<std::uint8_t>& bytes);
    /// Holds the reset button for some cycles.
    void reset();
    board_pins& pins() { return *pins_; }
    serial_pin& line() { return line_; }
    std::uint64_t cycles() const { return cycles_; }

  private:
    std::unique_ptr<board_pins> pins_;
    serial_pin line_;
    std::uint64_t patience_;  ///< cycles without a byte
    std::uint64_t cycles_ = 0;
    bool tx_ = true;
};

}  // namespace synfire::test
