// SPDX-License-Identifier: Apache-2.0
#include "text.hpp"

#include <cstddef>
#include <cstdint>

namespace synfire::io {

namespace {

/// Bytes of the code point that starts with `first`; 0 where none may.
std::size_t length_of(std::uint8_t first) {
    if (first < 0x80) { return 1; }
    if (first >= 0xc2 && first < 0xe0) { return 2; }
    if (first >= 0xe0 && first < 0xf0) { return 3; }
    if (first >= 0xf0 && first < 0xf5) { return 4; }
    return 0;
}

/// Overlong forms, surrogates and numbers above U+10FFFF show in the second byte.
bool second_fits(std::uint8_t first, std::uint8_t second) {
    const int low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const int high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= low && second <= high;
}

}  // namespace

bool is_plain_text(std::string_view text) {
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = length_of(at(i));
        if (at(i) == 0 || length == 0 || length > text.size() - i) { return false; }
        if (length > 1 && !second_fits(at(i), at(i + 1))) { return false; }
        for (std::size_t k = 2; k < length; ++k) {
            if ((at(i + k) & 0xc0) != 0x80) { return false; }
        }
        i += length;
    }
    return true;
}

}  // namespace synfire::io
