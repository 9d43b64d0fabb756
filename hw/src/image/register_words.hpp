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

/// Four weights from one on, as DATA takes them.
inline std::uint32_t row_word(const image& made, std::size_t first) {
    std::uint32_t word = 0;
    for (std::size_t i = 0; i < 4; ++i) {
        const auto byte = static_cast<std::uint8_t>(made.weights[first + i]);
        word |= std::uint32_t{byte} << (8 * i);
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
