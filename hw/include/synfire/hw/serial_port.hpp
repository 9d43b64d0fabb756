// SPDX-License-Identifier: Apache-2.0
// A serial port of this machine as the byte stream of a uart_link: 8 data bits, no parity, 1 stop
// bit, no flow control.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include <synfire/hw/uart_link.hpp>

namespace synfire::hw {

struct serial_options {
    int baud = 1'000'000;
    /// Silence after which a read gives up: longer than the device's time-out (50 ms on the
    /// iCEBreaker) and than the 16 ms for which USB adapters keep bytes back.
    std::chrono::milliseconds patience{100};
};

class serial_port final : public byte_stream {
  public:
    /// Opens the port for this program alone, and drops what it had received. Throws bad_input
    /// where there is no such port, it is in use, or it lacks the speed.
    explicit serial_port(const std::string& path, const serial_options& options = {});
    ~serial_port() override;

    /// Throws bad_input where the device is gone, or takes nothing for the patience.
    void write(std::span<const std::uint8_t> bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    std::chrono::microseconds now() const override;

  private:
    void configure();
    bool wait_for(short event) const;
    [[noreturn]] void fail(const char* what, const std::string& expected,
                           const std::string& hint) const;

    std::string path_;
    serial_options options_;
    int file_ = -1;
};

}  // namespace synfire::hw
