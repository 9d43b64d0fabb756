// SPDX-License-Identifier: Apache-2.0
// The far end of a serial line, bit by bit in the clock of the device: it sends bytes and anything
// else that a line can do, and decodes what comes back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace synfire::cosim {

class serial_pin {
  public:
    explicit serial_pin(int cycles_per_bit) : cycles_per_bit_(cycles_per_bit) {}

    /// Queues bytes, back to back.
    void send(std::span<const std::uint8_t> bytes);
    /// Queues a level for so many cycles: glitches, breaks, bad stop bits, silence.
    void send_level(bool level, int cycles) { queue_.push_back({level, cycles}); }
    void send_break() { send_level(false, 12 * cycles_per_bit_); }
    bool idle() const { return queue_.empty(); }
    /// Levels that wait to be sent; a byte is ten.
    std::size_t backlog() const { return queue_.size(); }

    /// One clock: takes the level that the device drives, gives the level of the other wire.
    bool clock(bool from_device);

    std::deque<std::uint8_t> received;
    int framing_errors = 0;

    std::vector<std::uint8_t> take_all() {
        std::vector<std::uint8_t> bytes(received.begin(), received.end());
        received.clear();
        return bytes;
    }

  private:
    struct stretch {
        bool level;
        int cycles;
    };
    void decode(bool level);

    int cycles_per_bit_;
    std::deque<stretch> queue_;
    int wait_ = 0;  ///< cycles until the next sample
    int bit_ = -1;  ///< -1: no byte on its way; 0 start bit, 1..8 data, 9 stop bit
    std::uint8_t byte_ = 0;
};

}  // namespace synfire::cosim
