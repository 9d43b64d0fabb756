// SPDX-License-Identifier: Apache-2.0
// Host's end of the UART protocol.
#include <synfire/hw/uart_link.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::hw {

namespace {

using std::chrono::microseconds;

constexpr std::uint8_t write_bit = 0x80;
constexpr std::uint8_t errors_address = 0x3d;
constexpr std::uint8_t push_address = 0x3e;
constexpr std::uint8_t pop_address = 0x3f;
constexpr std::size_t longest_frame = 255;
// The answer of a write is as long as its header: two frames keep the line busy, and the device's
// buffer never holds more than one of the answers' time.
constexpr std::size_t write_frames_ahead = 2;
// Two bytes each, and the device's buffer holds 63 while it sends the first one's answer.
constexpr std::size_t read_frames_ahead = 24;
constexpr std::uint8_t status_mark = 0xa0;
// Far more than the longest answers that can be on their way, in reads of 64 bytes.
constexpr int most_stale_reads = 64;

bool is_status(std::uint8_t byte) { return (byte & 0xf0U) == status_mark; }

[[noreturn]] void refuse_device(const char* what, std::string found, const char* expected) {
    throw bad_input({.where = "serial link",
                     .what = what,
                     .found = std::move(found),
                     .expected = expected,
                     .hint = "check port, speed and bitstream"});
}

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

std::vector<std::uint32_t> uart_link::read_registers(std::uint8_t first, std::size_t count) {
    flush();
    std::vector<std::uint32_t> values;
    while (values.size() < count) {
        const std::size_t frames = std::min(read_frames_ahead, count - values.size());
        std::vector<std::uint8_t> bytes;
        for (std::size_t i = 0; i < frames; ++i) { bytes.insert(bytes.end(), {first++, 1}); }
        stream_.write(bytes);
        for (std::size_t i = 0; i < frames; ++i) {
            check_status(answer_byte());
            values.push_back(answer_word());
        }
    }
    return values;
}

void uart_link::write(std::uint8_t address, std::uint32_t value) {
    if (address == address_of(reg::data)) {
        if (written_.empty()) { flush(); }
        written_.push_back(value);
        if (written_.size() == longest_frame) { send_written(); }
        return;
    }
    if (address == address_of(reg::control) && (value & control_abort) != 0) {
        pushed_.clear();
        popped_.clear();
        refused_ = false;
    }
    flush();
    send_frame(write_bit | address, std::array{value});
    settle(0);
}

bool uart_link::push(std::uint32_t word) {
    send_written();
    if (pushed_.size() == longest_frame && !send_pushed(options_.patience)) { return false; }
    pushed_.push_back(word);
    // A sample's last word must not wait for the next transfer.
    if (type_of(word) != word_type::end || send_pushed(options_.patience)) { return true; }
    pushed_.pop_back();
    return false;
}

std::optional<std::uint32_t> uart_link::pop() {
    send_written();
    const auto last = stream_.now() + options_.patience;
    int idle = 0;
    for (bool first = true; popped_.empty() && (first || stream_.now() < last); first = false) {
        // The engine may take words only when results have been fetched.
        send_pushed(microseconds(0));
        stream_.write(std::array{pop_address, static_cast<std::uint8_t>(longest_frame)});
        check_status(answer_byte());
        for (std::size_t i = 0; i < longest_frame && answer_byte() != 0; ++i) {
            popped_.push_back(answer_word());
        }
        // Nothing will come: it was reset, or never got a sample. Seen twice, as a word may come
        // between two questions.
        idle = popped_.empty() && pushed_.empty() && engine_is_idle() ? idle + 1 : 0;
        if (idle == 2) { break; }
    }
    if (popped_.empty()) { return std::nullopt; }
    const std::uint32_t word = popped_.front();
    popped_.pop_front();
    return word;
}

bool uart_link::engine_is_idle() {
    stream_.write(std::array{address_of(reg::status), std::uint8_t{1}});
    check_status(answer_byte());
    return (answer_word() & (status_running | status_output_waiting)) == 0;
}

bool uart_link::flush() {
    send_written();
    return send_pushed(refused_ ? microseconds(0) : options_.patience);
}

std::uint8_t uart_link::resynchronise() {
    written_.clear();
    pushed_.clear();
    popped_.clear();
    write_frames_.clear();
    refused_ = false;
    wait_for_silence();
    stream_.write(std::array<std::uint8_t, 2>{errors_address, 1});
    std::array<std::uint8_t, 5> answer{};
    const std::size_t got = stream_.read(answer);
    if (got != answer.size() || !is_status(answer[0])) {
        refuse_device("the device does not answer", fmt::format("{} bytes", got),
                      "a status byte and four bytes");
    }
    clear_errors();
    return answer[0] & 0xfU;
}

/// A device of another kind may never be silent.
void uart_link::wait_for_silence() {
    std::array<std::uint8_t, 64> stale{};
    std::size_t all = 0;
    for (int reads = 0; reads < most_stale_reads; ++reads) {
        const std::size_t got = stream_.read(stale);
        if (got == 0) { return; }
        all += got;
    }
    refuse_device("the device sends without being asked", fmt::format("{} bytes", all),
                  "silence between frames");
}

void uart_link::clear_errors() {
    send_frame(write_bit | errors_address, std::array<std::uint32_t, 1>{0xf});
    write_frames_.clear();
    std::array<std::uint8_t, 2> answer{};
    const std::size_t got = stream_.read(answer);
    if (got != answer.size() || !is_status(answer[0])) {
        refuse_device("the device does not answer", fmt::format("{} bytes", got),
                      "a status byte and a count");
    }
}

void uart_link::send_frame(std::uint8_t operation, std::span<const std::uint32_t> words) {
    std::vector<std::uint8_t> bytes{operation, static_cast<std::uint8_t>(words.size())};
    for (const std::uint32_t word : words) {
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.push_back(static_cast<std::uint8_t>(word >> shift));
        }
    }
    stream_.write(bytes);
    write_frames_.push_back(words.size());
}

void uart_link::send_written() {
    if (written_.empty()) { return; }
    send_frame(write_bit | address_of(reg::data), written_);
    written_.clear();
    settle(write_frames_ahead);
}

/// One frame at a time: behind a refused word nothing may be taken. An engine that is busy is asked
/// with one word, and at least once.
bool uart_link::send_pushed(microseconds patience) {
    settle(0);
    auto last = stream_.now() + patience;
    while (!pushed_.empty()) {
        refused_ = try_pushed(refused_ ? 1 : pushed_.size()) == 0;
        if (!refused_) {
            last = stream_.now() + patience;
        } else if (stream_.now() >= last) {
            return false;
        }
    }
    return true;
}

/// How many of the first words the engine takes.
std::size_t uart_link::try_pushed(std::size_t count) {
    send_frame(write_bit | push_address, std::span(pushed_).first(count));
    write_frames_.clear();
    check_status(answer_byte());
    const std::size_t taken = answer_byte();
    if (taken > count) {
        fail("the device took more words than were sent", fmt::format("{} of {}", taken, count));
    }
    pushed_.erase(pushed_.begin(), pushed_.begin() + static_cast<std::ptrdiff_t>(taken));
    return taken;
}

/// Waits for answers of write frames until at most `allowed` are open.
void uart_link::settle(std::size_t allowed) {
    while (write_frames_.size() > allowed) {
        check_status(answer_byte());
        const std::size_t taken = answer_byte();
        const std::size_t sent = write_frames_.front();
        write_frames_.pop_front();
        if (taken != sent) {
            fail("the device did not write all words", fmt::format("{} of {}", taken, sent));
        }
    }
}

std::uint8_t uart_link::answer_byte() {
    std::array<std::uint8_t, 1> byte{};
    if (stream_.read(byte) != 1) { fail("the device stopped answering", ""); }
    return byte[0];
}

std::uint32_t uart_link::answer_word() {
    std::array<std::uint8_t, 4> bytes{};
    if (stream_.read(bytes) != bytes.size()) { fail("the device stopped answering", ""); }
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        word |= static_cast<std::uint32_t>(bytes[i]) << (8 * i);
    }
    return word;
}

void uart_link::check_status(std::uint8_t status) {
    const std::string found = fmt::format("byte {:#04x}", status);
    if (!is_status(status)) { fail("an answer does not begin with a status", found); }
    if ((status & 0x0fU) != 0) { fail("the device reports an error of the line", found); }
}

void uart_link::fail(const char* what, std::string found) {
    const std::uint8_t errors = resynchronise();
    throw line_error({.where = "serial link",
                      .what = what,
                      .found = errors != 0 ? errors_text(errors) : std::move(found),
                      .expected = "answers without loss",
                      .hint = "send the last operation again; lower the speed if it recurs"});
}

}  // namespace synfire::hw
