// SPDX-License-Identifier: Apache-2.0
// 512 bytes of text in front of the HDF5 file (its "user block") that say how long the file is and
// what it hashes to. HDF5's own parser is not robust against damaged files; with the seal it never
// sees one.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace synfire::io {

inline constexpr std::size_t seal_bytes = 512;

/// The image with a seal in front.
std::vector<std::byte> sealed(std::span<const std::byte> image);

/// The image behind the seal, checked; or the whole file where it is plain HDF5 (written by another
/// tool). Throws bad_input for everything else.
std::span<const std::byte> unsealed(std::span<const std::byte> file, const std::string& where);

}  // namespace synfire::io
