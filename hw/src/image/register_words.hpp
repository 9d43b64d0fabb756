// SPDX-License-Identifier: Apache-2.0
// What of an image goes into registers and memory windows, word by word.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/hw/image.hpp>

namespace synfire::hw {

inline std::uint32_t low(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
inline std::uint32_t high(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }

/// 32-bit words of all weight rows.
inline std::size_t row_words(const image& made) {
    return made.weight_rows() * static_cast<std::size_t>(made.config.row_words());
}

/// One of them, as DATA takes it: 4, 8 or 16 weights.
inline std::uint32_t row_word(const image& made, std::size_t number) {
    const auto bits = static_cast<std::size_t>(made.config.weight_bits);
    const std::size_t weights = 32 / bits;
    const std::uint32_t mask = 0xffU >> (8 - bits);
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < weights; ++i) {
        const auto byte = static_cast<std::uint8_t>(made.weights[number * weights + i]);
        word |= (byte & mask) << (bits * i);
    }
    return word;
}

/// INPUT_BASE.
inline std::uint32_t base_word(const input_port& port) {
    return port.act_word | (port.code_word << 16);
}

/// INPUT_SHAPE.
inline std::uint32_t shape_word(const input_port& port) {
    return static_cast<std::uint32_t>(port.neurons)
           | (static_cast<std::uint32_t>(port.format) << 20)
           | (static_cast<std::uint32_t>(port.steps) << 22) | ((port.is_signed ? 1U : 0U) << 27);
}

/// An answer's read-outs, in program order.
struct readout_place {
    std::size_t population = 0;
    std::size_t count = 0;
};
inline std::vector<readout_place> readouts_of(const image& made) {
    std::vector<readout_place> places;
    for (const pass_info& pass : made.passes) {
        if (pass.header.kind_of() == pass_kind::emit) {
            places.push_back({pass.population, static_cast<std::size_t>(pass.header.channel)});
        }
    }
    return places;
}

}  // namespace synfire::hw
