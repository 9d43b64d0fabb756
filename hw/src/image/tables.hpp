// SPDX-License-Identifier: Apache-2.0
// Fire tables: the index is found as a code of `phase` would be, and its entry is the pattern that
// leaves (docs/decisions/0027-fire-tables.md).
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/config.hpp>

#include "pass_plan.hpp"

namespace synfire::hw::detail {

/// In which the index of a table fires.
code_window window_of_index(const fire_table& table);

/// Codes that leave: those of the entries.
code_range range_of_entries(const fire_table& table);

/// Whether the sign of a potential is decided before it fires.
bool fires_signed(const population& p, bool codes_signed);

/// Sets the places of the tables in all passes; answers the entries of all tables, equal ones once.
std::vector<std::uint16_t> place_tables(const network& net, const engine_config& config,
                                        std::vector<pass_plan>& program);

}  // namespace synfire::hw::detail
