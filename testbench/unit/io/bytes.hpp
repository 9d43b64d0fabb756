// SPDX-License-Identifier: Apache-2.0
// Building binary files in tests, and checking that bad ones are refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/error.hpp>

#include <support/catch.hpp>

namespace synfire::test {

inline std::span<const std::byte> as_bytes(const std::string& text) {
    return std::as_bytes(std::span(text));
}

inline std::string as_string(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string big_endian(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>((value >> shift) & 0xff);
    }
    return bytes;
}

/// Runs `action` and checks that it refuses with a message that holds `part`.
template <class Action>
void check_refused(const std::string& part, Action action) {
    CAPTURE(part);
    try {
        action();
        FAIL_CHECK("was accepted");
    } catch (const bad_input& refused) { CHECK_THAT(refused.what(), contains_text(part)); }
}

}  // namespace synfire::test
