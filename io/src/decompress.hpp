// SPDX-License-Identifier: Apache-2.0
// gzip and xz in memory, with a limit on what comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace synfire::io {

enum class compression : std::uint8_t { none, gzip, xz };

/// Told by the first bytes, not by the file name.
compression compression_of(std::span<const std::byte> data);

/// All members of a gzip file or all streams of an xz file, one after the other. Throws bad_input
/// where the data end early, fail their checksum, are followed by something else or exceed
/// `max_bytes`.
std::vector<std::byte> gunzip(std::span<const std::byte> data, std::uint64_t max_bytes,
                              const std::string& where);
std::vector<std::byte> unxz(std::span<const std::byte> data, std::uint64_t max_bytes,
                            const std::string& where);

}  // namespace synfire::io
