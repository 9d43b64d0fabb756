// SPDX-License-Identifier: Apache-2.0
// HDF5 files of other projects as plain groups, numbers and texts; what they mean is for others to
// say. Files of nobody's promise: every extent is checked before anything is read. Attributes,
// which no such format uses, are left out. Our own networks are network_file.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synfire::io {

enum class hdf5_kind : std::uint8_t {
    integers,
    reals,
    texts,
    other  ///< a type that is not read; it has no values
};

/// One dataset. Values are in row-major order; `extents` is empty for a single value.
struct hdf5_value {
    std::string name;
    hdf5_kind kind = hdf5_kind::reals;
    int bits = 64;  ///< of a number in the file; written: 32 or 64
    std::vector<std::size_t> extents{};
    std::vector<double> numbers{};  ///< integers are exact up to 2^53
    std::vector<std::string> texts{};
};

/// One group; members are in order of their names.
struct hdf5_tree {
    std::string name;
    std::vector<hdf5_tree> groups{};
    std::vector<hdf5_value> values{};

    /// Null where there is none.
    const hdf5_tree* group(std::string_view member) const;
    const hdf5_value* value(std::string_view member) const;
};

/// Throws bad_input: not an HDF5 file, damaged, too large, links, or storage outside the file.
hdf5_tree read_hdf5_tree(const std::filesystem::path& path);

/// The same in memory; `where` names the origin in messages.
hdf5_tree decode_hdf5_tree(std::span<const std::byte> file, const std::string& where);

/// Texts become UTF-8 of variable length; arrays of numbers are compressed. Equal trees give equal
/// bytes.
std::vector<std::byte> encode_hdf5_tree(const hdf5_tree& tree);

}  // namespace synfire::io
