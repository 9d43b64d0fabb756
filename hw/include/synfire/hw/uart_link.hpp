// SPDX-License-Identifier: Apache-2.0
// Frames of the UART link over any stream of bytes: a serial port, or the simulated pin of a board
// (docs/reference/uart-protocol.md).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/error.hpp>
#include <synfire/hw/link.hpp>

namespace synfire::hw {

/// Bytes to and from one device. Its patience must be longer than the device's time-out: after a
/// read that came back empty the device has dropped any frame that had stopped short.
class byte_stream {
  public:
    byte_stream() = default;
    virtual ~byte_stream() = default;
    byte_stream(const byte_stream&) = delete;
    byte_stream& operator=(const byte_stream&) = delete;

    virtual void write(std::span<const std::uint8_t> bytes) = 0;
    /// Waits until all bytes are there, or for the patience; how many it got.
    virtual std::size_t read(std::span<std::uint8_t> bytes) = 0;
    /// Time since some moment, on the clock that the patience is measured with: a simulated line
    /// has simulated time.
    virtual std::chrono::microseconds now() const = 0;
};

/// Sticky errors of the device's end (register 0x3D and low half of every status byte).
inline constexpr std::uint8_t uart_framing_error = 1;
inline constexpr std::uint8_t uart_overrun = 2;
inline constexpr std::uint8_t uart_unknown_operation = 4;
inline constexpr std::uint8_t uart_short_frame = 8;

/// Something was lost on the line, and both ends are in step again: what was on its way can be done
/// anew.
class line_error : public bad_input {
  public:
    using bad_input::bad_input;
};

struct uart_options {
    /// How long pop waits for a word, and push for an engine that takes one: longer than the
    /// slowest sample.
    std::chrono::microseconds patience = std::chrono::seconds(2);
};

/// Gathers what can be gathered: writes to DATA and pushed words travel in frames of up to 255
/// words, and are sent at the latest by the next transfer of another kind; popped words are fetched
/// ahead. Aborting (CONTROL) forgets pushed words and words fetched ahead.
///
/// Throws line_error where an answer is missing, is no frame, or reports an error of the line,
/// after it has brought both ends back into step; where it cannot (the device does not answer at
/// all, or sends without end), bad_input.
class uart_link final : public link {
  public:
    explicit uart_link(byte_stream& stream, uart_options options = {});

    std::uint32_t read(std::uint8_t address) override;
    void write(std::uint8_t address, std::uint32_t value) override;
    bool push(std::uint32_t word) override;
    /// Gives up early where the engine neither runs nor has output.
    std::optional<std::uint32_t> pop() override;

    std::vector<std::uint32_t> read_block(std::uint8_t address, std::size_t words) override;
    std::vector<std::uint32_t> read_registers(std::uint8_t first, std::size_t count) override;
    /// Sends what was gathered, and waits for all answers. False: pushed words were refused; where
    /// they were refused before, the engine is asked only once more.
    bool flush();
    /// Waits until both ends are idle, and clears the device's errors; which those were.
    std::uint8_t resynchronise();

  private:
    void send_frame(std::uint8_t operation, std::span<const std::uint32_t> words);
    void send_written();
    bool send_pushed(std::chrono::microseconds patience);
    bool engine_is_idle();
    std::size_t try_pushed(std::size_t count);
    void settle(std::size_t allowed);
    void wait_for_silence();
    void clear_errors();
    std::uint8_t answer_byte();
    std::uint32_t answer_word();
    void check_status(std::uint8_t status);
    [[noreturn]] void fail(const char* what, std::string found);

    byte_stream& stream_;
    uart_options options_;
    std::vector<std::uint32_t> written_;    ///< for DATA, not sent yet
    std::vector<std::uint32_t> pushed_;     ///< not taken by the engine yet
    bool refused_ = false;                  ///< the engine took none of them when last asked
    std::deque<std::uint32_t> popped_;      ///< fetched ahead
    std::deque<std::size_t> write_frames_;  ///< words of those without an answer yet
};

}  // namespace synfire::hw
