// SPDX-License-Identifier: Apache-2.0
// Texts for messages.
#include "onnx/text.hpp"

#include <cstddef>

#include <fmt/format.h>

namespace synfire::converters::onnx_reader {
namespace {

/// Length of the well-formed UTF-8 sequence at the start of `text`, 0 if it is broken.
std::size_t sequence_length(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) { return 1; }
    std::size_t length = 0;
    std::uint32_t code = 0;
    if ((lead & 0xE0U) == 0xC0U) {
        length = 2;
        code = lead & 0x1FU;
    } else if ((lead & 0xF0U) == 0xE0U) {
        length = 3;
        code = lead & 0x0FU;
    } else if ((lead & 0xF8U) == 0xF0U) {
        length = 4;
        code = lead & 0x07U;
    }
    if (length == 0 || text.size() < length) { return 0; }
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = static_cast<unsigned char>(text[i]);
        if ((next & 0xC0U) != 0x80U) { return 0; }
        code = (code << 6U) | (next & 0x3FU);
    }
    constexpr std::uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    return code < smallest[length] || code > 0x10FFFF || surrogate ? 0 : length;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const auto lead = static_cast<unsigned char>(text[0]);
        const std::size_t length = lead < 0x20 || lead == 0x7F ? 0 : sequence_length(text);
        if (length == 0) {
            out += fmt::format("\\x{:02X}", lead);
            text.remove_prefix(1);
        } else {
            out += text.substr(0, length);
            text.remove_prefix(length);
        }
    }
    return out;
}

std::string list_text(const std::vector<std::int64_t>& values) {
    return fmt::format("[{}]", fmt::join(values, ", "));
}

std::string batched_text(const std::vector<std::int64_t>& item) {
    return item.empty() ? "[batch]" : fmt::format("[batch, {}]", fmt::join(item, ", "));
}

}  // namespace synfire::converters::onnx_reader
