// SPDX-License-Identifier: Apache-2.0
// The device's end of the UART protocol without RTL, with a clock of its own; tests break it and
// the line in one place at a time.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include <synfire/hw/uart_link.hpp>

namespace synfire::test {

class fake_uart final : public hw::byte_stream {
  public:
    void write(std::span<const std::uint8_t> bytes) override;
    std::size_t read(std::span<std::uint8_t> bytes) override;
    std::chrono::microseconds now() const override { return std::chrono::microseconds(time_us_); }
    double seconds() const { return static_cast<double>(time_us_) * 1e-6; }

    /// For a far end that is served from outside.
    std::vector<std::uint8_t> take_answers();

    std::array<std::uint32_t, 64> registers{};
    std::vector<std::uint32_t> memory;  ///< behind DATA; reads begin at its first word
    std::vector<std::uint32_t> input;
    std::deque<std::uint32_t> output;
    std::vector<std::size_t> pushes;  ///< words of each frame to the input stream
    std::size_t room = 1000;          ///< words that the engine takes
    std::size_t room_a_frame = 1000;  ///< at most
    int refusals = 0;                 ///< frames to the input stream that it refuses first
    std::uint8_t errors = 0;          ///< sticky
    int aborts = 0;

    bool silent = false;   ///< hears nothing
    bool babbles = false;  ///< sends bytes for ever
    int lose_sent = -1;    ///< byte to the device that the line loses, counted from now
    int lose_answer = -1;  ///< byte from the device, likewise
    int miscount = 0;      ///< added to the count in answers of writes
    std::uint8_t status_mark = 0xa0;

  private:
    void take_frames();
    void answer_write(std::uint8_t address, std::size_t count);
    void answer_read(std::uint8_t address, std::size_t count);
    std::size_t push(std::size_t count);
    std::uint32_t word_at(std::size_t first) const;
    void answer(std::uint8_t byte);
    void answer_word(std::uint32_t word);
    void write_register(std::uint8_t address, std::uint32_t value);

    std::vector<std::uint8_t> heard_;
    std::deque<std::uint8_t> answers_;
    std::size_t read_at_ = 0;
    std::uint64_t time_us_ = 0;
};

}  // namespace synfire::test
