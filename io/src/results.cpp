// SPDX-License-Identifier: Apache-2.0
#include <synfire/io/results.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <synfire/core/error.hpp>
#include <synfire/io/files.hpp>

#include "fail.hpp"

namespace synfire::io {

void write_result(const std::filesystem::path& path, std::string_view json) {
    const nlohmann::json value = nlohmann::json::parse(json, nullptr, false);
    if (!value.is_object()) { throw internal_error("a result is not a JSON object"); }
    std::string text(json);
    if (!text.ends_with('\n')) { text += '\n'; }
    write_file(path, text);
}

std::string read_result(const std::filesystem::path& path) {
    std::string text = read_text(path);
    try {
        if (!nlohmann::json::parse(text).is_object()) {
            fail(path.string(), "does not hold a JSON object", {}, "a result of a synfire command");
        }
    } catch (const nlohmann::json::out_of_range& number) {
        fail(path.string(), "holds a number that does not fit", number.what(), {}, {});
    } catch (const nlohmann::json::parse_error& broken) {
        fail(path.string(), "is not JSON", fmt::format("an error at byte {}", broken.byte), {},
             "results are what `synfire ... --json FILE` writes");
    }
    return text;
}

}  // namespace synfire::io
