// SPDX-License-Identifier: Apache-2.0
#include <synfire/cosim/serial_pin.hpp>

namespace synfire::cosim {

void serial_pin::send(std::span<const std::uint8_t> bytes) {
    for (const std::uint8_t byte : bytes) {
        send_level(false, cycles_per_bit_);
        for (int bit = 0; bit < 8; ++bit) { send_level(((byte >> bit) & 1) != 0, cycles_per_bit_); }
        send_level(true, cycles_per_bit_);
    }
}

bool serial_pin::clock(bool from_device) {
    decode(from_device);
    if (queue_.empty()) { return true; }
    stretch& now = queue_.front();
    const bool level = now.level;
    if (--now.cycles <= 0) { queue_.pop_front(); }
    return level;
}

void serial_pin::decode(bool level) {
    if (bit_ < 0) {
        if (level) { return; }
        bit_ = 0;
        wait_ = cycles_per_bit_ / 2;
    }
    if (wait_-- > 0) { return; }
    wait_ = cycles_per_bit_ - 1;
    if (bit_ >= 1 && bit_ <= 8) {
        byte_ = static_cast<std::uint8_t>(byte_ >> 1 | (level ? 0x80 : 0));
    }
    if (bit_ == 9) {
        if (level) {
            received.push_back(byte_);
        } else {
            ++framing_errors;
        }
        bit_ = -1;
        return;
    }
    ++bit_;
}

}  // namespace synfire::cosim
