// SPDX-License-Identifier: Apache-2.0
// Which format a data file has, and the reader for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

#include <synfire/core/dataset.hpp>

namespace synfire::io {

enum class data_format : std::uint8_t { idx, cifar, npy, npz, csv };

/// By the name without .gz or .xz: *.npy, *.npz, *.csv, *.bin, and *.idx or *-idx3-ubyte and the
/// like.
std::optional<data_format> format_of(const std::filesystem::path& path);

/// Samples, and labels where the file itself holds them. Throws bad_input.
dataset parse_data(data_format format, std::span<const std::byte> file, const std::string& where);

}  // namespace synfire::io
