// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "read_parts.hpp"

namespace synfire::report {

namespace {

resource read_resource(const json_value& json, const std::string& key) {
    const auto value = json.find(key);
    if (!value) { return {}; }
    return {value->number("used"), value->number("available")};
}

/// {"yosys": "0.23", ...} as "yosys 0.23, ...".
std::string read_tools(const json_value& json) {
    std::string all;
    for (const auto& [name, version] : json.entries("tools")) {
        all += fmt::format("{}{} {}", all.empty() ? "" : ", ", name, version.as_text());
    }
    return all;
}

}  // namespace

board read_board(const json_value& json) {
    board result;
    result.name = json.text("board");
    result.tools = read_tools(json);
    result.lanes = json.number("lanes");
    result.clock_hz = json.number("clock_hz");
    result.logic_cells = read_resource(json, "logic_cells");
    result.block_rams = read_resource(json, "block_rams");
    result.large_rams = read_resource(json, "large_rams");
    if (const auto fmax = json.find("fmax_hz")) { result.fmax_hz = fmax->numbers(); }
    return result;
}

}  // namespace synfire::report
