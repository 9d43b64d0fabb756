// SPDX-License-Identifier: Apache-2.0
#include <synfire/cosim/board_line.hpp>

#include <algorithm>
#include <utility>

namespace synfire::cosim {

namespace {

constexpr std::uint64_t cycles_per_us = 24;
// Far less than any time-out, which would end a frame whose bytes come in two turns.
constexpr std::uint64_t cycles_a_turn = 200;

/// Silence after which a read gives up: the board has then dropped what had stopped short.
std::uint64_t patience_of(const line_timing& timing) {
    return timing.timeout_cycles() + timing.timeout_cycles() / 4;
}

}  // namespace

board_line::board_line(std::unique_ptr<board_pins> pins, const line_timing& timing)
    : pins_(std::move(pins)),
      timing_(timing),
      line_(timing.cycles_per_bit) {
    run(32);  // the PLL locks
}

board_line::~board_line() = default;

void board_line::run(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) { tx_ = pins_->clock(line_.clock(tx_)); }
    cycles_ += cycles;
}

void board_line::reset() {
    pins_->press_button(true);
    run(8);
    pins_->press_button(false);
    run(8);
}

void board_line::write(std::span<const std::uint8_t> bytes) { line_.send(bytes); }

std::size_t board_line::read(std::span<std::uint8_t> bytes) {
    const std::uint64_t patience = patience_of(timing_);
    std::uint64_t silent = 0;
    while (line_.received.size() < bytes.size() && silent < patience) {
        const std::size_t before = line_.received.size();
        run(1);
        silent = line_.idle() && line_.received.size() == before ? silent + 1 : 0;
    }
    const std::size_t got = std::min(bytes.size(), line_.received.size());
    for (std::size_t i = 0; i < got; ++i) {
        bytes[i] = line_.received.front();
        line_.received.pop_front();
    }
    return got;
}

std::vector<std::uint8_t> board_line::exchange(const std::vector<std::uint8_t>& bytes) {
    line_.send(bytes);
    std::size_t before = 0;
    do {
        before = line_.received.size();
        run(cycles_a_turn);
    } while (!line_.idle() || line_.received.size() != before);
    return line_.take_all();
}

std::chrono::microseconds board_line::now() const {
    return std::chrono::microseconds(cycles_ / cycles_per_us);
}

}  // namespace synfire::cosim
