// SPDX-License-Identifier: Apache-2.0
// Numbers out of bytes of known order; callers check sizes first.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace synfire::io {

static_assert(std::endian::native == std::endian::little,
              "binary data files are read on little-endian machines only");

/// Precondition: at least sizeof(T) bytes from `offset` on.
template <class T>
T read_little(std::span<const std::byte> data, std::size_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    T value{};
    std::memcpy(&value, data.subspan(offset, sizeof(T)).data(), sizeof(T));
    return value;
}

template <class T>
T read_big(std::span<const std::byte> data, std::size_t offset) {
    std::byte swapped[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i) { swapped[i] = data[offset + sizeof(T) - 1 - i]; }
    return read_little<T>(swapped, 0);
}

}  // namespace synfire::io
