// SPDX-License-Identifier: Apache-2.0
#include "read_parts.hpp"

namespace synfire::report {

board read_board(const json_value& json) {
    board result;
    result.name = json.text("board");
    result.logic_cells = json.number("logic_cells");
    // Without these two a row would say nothing.
    if (result.name.empty() || !result.logic_cells) {
        json.refuse("keys 'board' and 'logic_cells', as scripts/dev synth writes them");
    }
    result.lanes = json.number("lanes");
    result.clock_hz = json.number("clock_hz");
    result.logic_cells_available = json.number("logic_cells_available");
    result.block_rams = json.number("block_rams");
    result.sprams = json.number("sprams");
    result.dsps = json.number("dsps");
    if (const auto fmax = json.find("fmax_hz")) { result.fmax_hz = fmax->numbers(); }
    for (const json_value& tool : json.list("tools")) { result.tools.push_back(tool.as_text()); }
    return result;
}

}  // namespace synfire::report
