// SPDX-License-Identifier: Apache-2.0
// An emulated board as bytes: what a serial port is to the board, this is to its simulation.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <synfire/cosim/board_pins.hpp>
#include <synfire/cosim/serial_pin.hpp>
#include <synfire/hw/uart_link.hpp>

namespace synfire::cosim {

class board_line final : public hw::byte_stream {
  public:
    /// Waits until the PLL has locked.
    explicit board_line(std::unique_ptr<board_pins> pins,
                        const line_timing& timing = icebreaker_line);
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
    const line_timing& timing() const { return timing_; }
    std::uint64_t cycles() const { return cycles_; }

  private:
    std::unique_ptr<board_pins> pins_;
    line_timing timing_;
    serial_pin line_;
    std::uint64_t cycles_ = 0;
    bool tx_ = true;
};

}  // namespace synfire::cosim
