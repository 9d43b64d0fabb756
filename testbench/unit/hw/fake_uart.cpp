// SPDX-License-Identifier: Apache-2.0
#include "fake_uart.hpp"

#include <synfire/hw/registers.hpp>

namespace synfire::test {
namespace {

constexpr std::uint64_t byte_us = 10;  // 1 Mbaud
constexpr std::uint64_t patience_us = 60'000;
constexpr std::uint8_t errors_address = 0x3d;
constexpr std::uint8_t push_address = 0x3e;
constexpr std::uint8_t pop_address = 0x3f;

/// Counts down to the byte that gets lost.
bool is_lost(int& countdown) { return countdown >= 0 && countdown-- == 0; }

}  // namespace

void fake_uart::write(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) {
        time_us_ += byte_us;
        if (!silent && !is_lost(lose_sent)) { heard_.push_back(byte); }
    }
    take_frames();
}

std::size_t fake_uart::read(std::span<std::uint8_t> bytes) {
    std::size_t got = 0;
    while (got < bytes.size() && (babbles || !answers_.empty())) {
        time_us_ += byte_us;
        bytes[got++] = babbles ? std::uint8_t{0x55} : answers_.front();
        if (!babbles) { answers_.pop_front(); }
    }
    if (got == bytes.size()) { return got; }
    time_us_ += patience_us;
    if (!heard_.empty()) { errors |= hw::uart_short_frame; }
    heard_.clear();
    return got;
}

std::vector<std::uint8_t> fake_uart::take_answers() {
    std::vector<std::uint8_t> taken(answers_.begin(), answers_.end());
    answers_.clear();
    return taken;
}

void fake_uart::take_frames() {
    while (heard_.size() >= 2) {
        const std::size_t count = heard_[1];
        const bool writes = (heard_[0] & 0x80U) != 0;
        const std::size_t length = 2 + (writes ? 4 * count : 0);
        if (heard_.size() < length) { return; }
        const auto address = static_cast<std::uint8_t>(heard_[0] & 0x3fU);
        if (writes) {
            answer_write(address, count);
        } else {
            answer_read(address, count);
        }
        heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(length));
    }
}

std::uint32_t fake_uart::word_at(std::size_t first) const {
    std::uint32_t word = 0;
    for (std::size_t i = 4; i-- > 0;) { word = word << 8 | heard_[first + i]; }
    return word;
}

void fake_uart::answer_write(std::uint8_t address, std::size_t count) {
    std::size_t taken = count;
    if (address == push_address) {
        taken = push(count);
    } else {
        for (std::size_t i = 0; i < count; ++i) { write_register(address, word_at(2 + 4 * i)); }
    }
    answer(static_cast<std::uint8_t>(status_mark | errors));
    answer(static_cast<std::uint8_t>(static_cast<int>(taken) + miscount));
}

std::size_t fake_uart::push(std::size_t count) {
    pushes.push_back(count);
    if (refusals > 0) {
        --refusals;
        return 0;
    }
    std::size_t taken = 0;
    for (; taken < count && taken < room_a_frame && room > 0; ++taken, --room) {
        input.push_back(word_at(2 + 4 * taken));
    }
    return taken;
}

void fake_uart::write_register(std::uint8_t address, std::uint32_t value) {
    if (address == errors_address) {
        errors &= static_cast<std::uint8_t>(~value);
    } else if (address == hw::address_of(hw::reg::data)) {
        memory.push_back(value);
    } else if (address == hw::address_of(hw::reg::control)) {
        aborts += static_cast<int>(value & hw::control_abort);
    } else {
        registers.at(address) = value;
    }
}

void fake_uart::answer_read(std::uint8_t address, std::size_t count) {
    answer(static_cast<std::uint8_t>(status_mark | errors));
    for (std::size_t i = 0; i < count; ++i) {
        if (address == errors_address) {
            answer_word(errors);
        } else if (address == pop_address) {
            if (output.empty()) { return answer(0); }
            answer(1);
            answer_word(output.front());
            output.pop_front();
        } else if (address == hw::address_of(hw::reg::data)) {
            answer_word(memory.at(read_at_++));
        } else {
            answer_word(registers.at(address));
        }
    }
}

void fake_uart::answer(std::uint8_t byte) {
    if (!is_lost(lose_answer)) { answers_.push_back(byte); }
}

void fake_uart::answer_word(std::uint32_t word) {
    for (int shift = 0; shift < 32; shift += 8) {
        answer(static_cast<std::uint8_t>(word >> shift));
    }
}

}  // namespace synfire::test
