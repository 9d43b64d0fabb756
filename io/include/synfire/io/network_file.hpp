// SPDX-License-Identifier: Apache-2.0
// Networks as .snn files: HDF5, versioned, checked on load. The format is
// docs/reference/file-format.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::io {

/// Latest version that write_network writes. Files of this and of every earlier version load.
inline constexpr int network_format_version = 3;

/// Version that a network is written in: the earliest that holds it (3 where an input says how long
/// a step is or adds events up, 2 for other streaming networks, otherwise 1), so that earlier
/// releases read what they can run.
std::int32_t network_format_of(const network& net);

/// Writes the network, atomically. Equal networks give equal bytes. Throws bad_input where
/// validate() does or where the file cannot be written.
void write_network(const network& net, const std::filesystem::path& path);

/// Reads and validates. Throws bad_input naming file and object: not a network file, another
/// version, truncated, changed since it was written, missing or mistyped fields, or a network that
/// breaks a rule of validate().
network read_network(const std::filesystem::path& path);

/// The same in memory; `where` names the origin in messages.
std::vector<std::byte> encode_network(const network& net, const std::string& where);
network decode_network(std::span<const std::byte> file, const std::string& where);

/// SHA-256 over all fields but `metadata`: what the network is, not where it came from or how the
/// file is laid out.
std::string network_hash(const network& net);

}  // namespace synfire::io
