// SPDX-License-Identifier: Apache-2.0
// A model of the small configuration, and names for what tests do with its registers.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/registers.hpp>

#include <support/catch.hpp>

namespace synfire::test {

/// False, with the line that CTest looks for, where this build has no RTL model.
inline bool rtl_built() {
    if (cosim::rtl_available()) return true;
    WARN("SKIPPED: no Verilator");
    return false;
}

inline std::uint32_t read(hw::link& link, hw::reg r) { return link.read(hw::address_of(r)); }
inline void write(hw::link& link, hw::reg r, std::uint32_t value) {
    link.write(hw::address_of(r), value);
}

/// Writes words from a place of a memory on.
inline void fill(hw::link& link, hw::memory m, std::uint32_t first,
                 const std::vector<std::uint32_t>& words) {
    write(link, hw::reg::window, hw::window_of(m, first));
    for (const std::uint32_t word : words) write(link, hw::reg::data, word);
}

inline std::vector<std::uint32_t> look(hw::link& link, hw::memory m, std::uint32_t first,
                                       std::size_t count) {
    write(link, hw::reg::window, hw::window_of(m, first));
    std::vector<std::uint32_t> words(count);
    for (std::uint32_t& word : words) word = read(link, hw::reg::data);
    return words;
}

/// What the engine answers, up to `limit` words.
inline std::vector<std::uint32_t> answers(hw::link& link, std::size_t limit = 100) {
    std::vector<std::uint32_t> words;
    while (words.size() < limit) {
        const std::optional<std::uint32_t> word = link.pop();
        if (!word) break;
        words.push_back(*word);
    }
    return words;
}

}  // namespace synfire::test
