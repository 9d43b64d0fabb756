// SPDX-License-Identifier: Apache-2.0
// Texts for messages: names from files made printable, shapes and lists written out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace synfire::converters::onnx_reader {

/// Valid UTF-8 stays; control characters and broken bytes become \xNN, so that reports and JSON
/// stay sound.
std::string printable(std::string_view text);

/// "[1, 28, 28]"
std::string list_text(const std::vector<std::int64_t>& values);

/// Shape of one sample with the batch axis put back: "[batch, 1, 28, 28]".
std::string batched_text(const std::vector<std::int64_t>& item);

}  // namespace synfire::converters::onnx_reader
