// SPDX-License-Identifier: Apache-2.0
// The files of models/boards and models/logic, as text.
#pragma once

#include <string_view>
#include <vector>

namespace synfire::hw::detail {

struct builtin_board {
    std::string_view name;
    std::string_view text;
};
/// In alphabetical order.
const std::vector<builtin_board>& builtin_boards();

/// models/logic/logic.json.
std::string_view builtin_logic();

}  // namespace synfire::hw::detail
