// SPDX-License-Identifier: Apache-2.0
// Whole files in, whole files out: transparent decompression, atomic writing, content hashes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synfire::io {

/// Refuses files that would fill the memory; a compressed file of a few kilobytes can claim
/// terabytes.
struct read_limits {
    std::uint64_t file_bytes = std::uint64_t{8} << 30;          ///< of the file as it lies on disk
    std::uint64_t decompressed_bytes = std::uint64_t{2} << 30;  ///< after .gz or .xz decompression
};

/// Content of a file; gzip and xz (told by their first bytes) come out decompressed.
/// Throws bad_input: missing, unreadable, not a file, truncated, corrupt or over a limit.
std::vector<std::byte> read_file(const std::filesystem::path& path, const read_limits& limits = {});

/// The same as text.
std::string read_text(const std::filesystem::path& path, const read_limits& limits = {});

/// Writes a temporary beside the target, then renames: the file is either the old or the new one,
/// never a half. Devices and pipes are written in place, links are followed. Throws bad_input where
/// it cannot be written; the temporary is gone then.
void write_file(const std::filesystem::path& path, std::span<const std::byte> content);
void write_file(const std::filesystem::path& path, std::string_view content);

/// SHA-256 as 64 hexadecimal digits.
std::string content_hash(std::span<const std::byte> content);

}  // namespace synfire::io
