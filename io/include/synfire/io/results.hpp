// SPDX-License-Identifier: Apache-2.0
// Result files: JSON text, checked and written atomically. What is in them belongs to the commands.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace synfire::io {

/// Writes one JSON object and a final line end, atomically. Throws internal_error where `json` is
/// not an object, bad_input where the file cannot be written.
void write_result(const std::filesystem::path& path, std::string_view json);

/// Text of a file that holds one JSON object. Throws bad_input naming the byte where it stops being
/// JSON.
std::string read_result(const std::filesystem::path& path);

}  // namespace synfire::io
