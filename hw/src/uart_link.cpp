// SPDX-License-Identifier: Apache-2.0
// Host's end of the UART protocol.
#include <synfire/hw/uart_link.hpp>

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::hw {

namespace {

constexpr std::uint8_t write_bit = 0x80;
constexpr std::uint8_t errors_address = 0x3d;
constexpr std::uint8_t push_address = 0x3e;
constexpr std::uint8_t pop_address = 0x3f;
constexpr std::size_t longest_frame = 255;
// The answer of a write is as long as its header: two frames keep the line busy, and the device's
// buffer never holds more than one of the answers' time.
constexpr std::size_t write_frames_ahead = 2;
constexpr std::uint8_t status_mark = 0xa0;

std::string errors_text(std::uint8_t errors) {
    std::string text;
    constexpr std::array<const char*, 4> names{"framing error", "overrun", "unknown operation",
                                               "frame that stopped short"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (((errors >> i) & 1U) != 0) {
            text += (text.empty() ? "" : ", ") + std::string(names[i]);
        }
    }
    return text;
}

}  // namespace

uart_link::uart_link(byte_stream& stream, uart_options options)
    : stream_(stream),
      options_(options) {}

std::uint32_t uart_link::read(std::uint8_t address) { return read_block(address, 1).front(); }

std::vector<std::uint32_t> uart_link::read_block(std::uint8_t address, std::size_t words) {
    flush();
    std::vector<std::uint32_t> values;
    while (values.size() < words) {
        const std::size_t count = std::min(longest_frame, words - values.size());
        stream_.write(std::array{address, static_cast<std::uint8_t>(count)});
        check_status(answer_byte());
        for (std::size_t i = 0; i < count; ++i) { values.push_back(answer_word()); }
    }
    return values;
}

void uart_link::write(std::uint8_t address, std::uint32_t value) {
    if (address == address_of(reg::data)) {
        send_pushed();
        written_.push_back(value);
        if (written_.size() == longest_frame) { send_written(); }
        return;
    }
    if (address == address_of(reg::control) && (value & control_abort) != 0) {
        pushed_.clear();
        popped_.clear();
    }
    flush();
    send_frame(write_bit | address, std::array{value});
    settle(0);
}

bool uart_link::push(std::uint32_t word) {
    send_written();
    if (pushed_.size() == longest_frame && !send_pushed()) { return false; }
    pushed_.push_back(word);
    // A sample's last word must not wait for the next transfer.
    return type_of(word) != word_type::end || send_pushed();
}

std::optional<std::uint32_t> uart_link::pop() {
    for (int poll = 0; popped_.empty() && poll < options_.polls; ++poll) {
        if (!flush()) { return std::nullopt; }
        stream_.write(std::array{pop_address, static_cast<std::uint8_t>(longest_frame)});
        check_status(answer_byte());
        for (std::size_t i = 0; i < longest_frame && answer_byte() != 0; ++i) {
            popped_.push_back(answer_word());
        }
    }
    if (popped_.empty()) { return std::nullopt; }
    const std::uint32_t word = popped_.front();
    popped_.pop_front();
    return word;
}

bool uart_link::flush() {
    send_written();
    settle(0);
    return send_pushed();
}

std::uint8_t uart_link::resynchronise() {
    written_.clear();
    pushed_.clear();
    popped_.clear();
    unanswered_ = 0;
    std::array<std::uint8_t, 64> stale{};
    while (stream_.read(stale) == stale.size()) {}
    stream_.write(std::array<std::uint8_t, 2>{errors_address, 1});
    std::array<std::uint8_t, 5> answer{};
    const std::size_t got = stream_.read(answer);
    if (got != answer.size() || (answer[0] & 0xf0U) != status_mark) {
        throw bad_input({.where = "serial link",
                         .what = "the device does not answer",
                         .found = fmt::format("{} bytes", got),
                         .expected = "a status byte and four bytes",
                         .hint = "check port, speed and bitstream"});
    }
    send_frame(write_bit | errors_address, std::array<std::uint32_t, 1>{0xf});
    std::array<std::uint8_t, 2> cleared{};
    stream_.read(cleared);
    unanswered_ = 0;
    return answer[0] & 0xfU;
}

void uart_link::send_frame(std::uint8_t operation, std::span<const std::uint32_t> words) {
    std::vector<std::uint8_t> bytes{operation, static_cast<std::uint8_t>(words.size())};
    for (const std::uint32_t word : words) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<std::uint8_t>(word >> shift));
        }
    }
    stream_.write(bytes);
    ++unanswered_;
}

void uart_link::send_written() {
    if (written_.empty()) { return; }
    send_frame(write_bit | address_of(reg::data), written_);
    written_.clear();
    settle(write_frames_ahead);
}

/// One frame at a time: behind a refused word nothing may be taken.
bool uart_link::send_pushed() {
    settle(0);
    for (int poll = 0; !pushed_.empty() && poll < options_.polls; ++poll) {
        const std::size_t count = pushed_.size();
        send_frame(write_bit | push_address, pushed_);
        unanswered_ = 0;
        check_status(answer_byte());
        const std::size_t taken = answer_byte();
        if (taken > count) { fail("the device took more words than were sent", 0); }
        pushed_.erase(pushed_.begin(), pushed_.begin() + static_cast<std::ptrdiff_t>(taken));
        if (taken > 0) { poll = 0; }
    }
    return pushed_.empty();
}

/// Waits for answers of write frames until at most `allowed` are open.
void uart_link::settle(std::size_t allowed) {
    while (unanswered_ > allowed) {
        check_status(answer_byte());
        answer_byte();
        --unanswered_;
    }
}

std::uint8_t uart_link::answer_byte() {
    std::array<std::uint8_t, 1> byte{};
    if (stream_.read(byte) != 1) { fail("the device stopped answering", 0); }
    return byte[0];
}

std::uint32_t uart_link::answer_word() {
    std::array<std::uint8_t, 4> bytes{};
    if (stream_.read(bytes) != bytes.size()) { fail("the device stopped answering", 0); }
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    }
    return word;
}

void uart_link::check_status(std::uint8_t status) {
    if ((status & 0xf0U) != status_mark) { fail("an answer does not begin with a status", status); }
    if ((status & 0x0fU) != 0) { fail("the device reports an error of the line", status); }
}

void uart_link::fail(const char* what, std::uint8_t found) {
    const std::uint8_t errors = resynchronise();
    throw bad_input(
        {.where = "serial link",
         .what = what,
         .found = errors != 0 ? errors_text(errors) : fmt::format("byte {:#04x}", found),
         .expected = "answers without loss",
         .hint = "send the last operation again; lower the speed if it recurs"});
}

}  // namespace synfire::hw
