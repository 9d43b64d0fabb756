// SPDX-License-Identifier: Apache-2.0
// Text of the price files as they were at configure time.
#pragma once

#include <string_view>
#include <vector>

namespace synfire::energy {

struct builtin_table {
    std::string_view name;
    std::string_view json;
};
const std::vector<builtin_table>& builtin_tables();
std::string_view builtin_grid();
std::string_view builtin_fit();

}  // namespace synfire::energy
