// SPDX-License-Identifier: Apache-2.0
#include "read_parts.hpp"

namespace synfire::report {

board read_board(const json_value& json) {
    board result;
    result.name = json.text("board");
    result.lanes = json.number("lanes");
    result.clock_hz = json.number("clock_hz");
    result.logic_cells = json.number("logic_cells");
    result.logic_cells_available = json.number("logic_cells_available");
    result.block_rams = json.number("block_rams");
    result.sprams = json.number("sprams");
    result.dsps = json.number("dsps");
    if (const auto fmax = json.find("fmax_hz")) { result.fmax_hz = fmax->numbers(); }
    for (const json_value& tool : json.list("tools")) { result.tools.push_back(tool.as_text()); }
    return result;
}

}  // namespace synfire::report
