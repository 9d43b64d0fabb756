// SPDX-License-Identifier: Apache-2.0
// Look-ups in a cost table, and the tables that are compiled in.
#include <synfire/energy/cost_table.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <synfire/core/error.hpp>

#include "builtin_prices.hpp"

namespace synfire::energy {

std::string_view to_string(evidence grade) {
    switch (grade) {
    case evidence::measured:
        return "MS";
    case evidence::published:
        return "PS";
    case evidence::cacti:
        return "CAC";
    case evidence::code:
        return "CODE";
    case evidence::secondary:
        return "SEC";
    case evidence::own:
        return "OWN";
    case evidence::interpolated:
        return "interpolated";
    case evidence::recalled:
        return "MEM";
    }
    throw internal_error("evidence grade out of range");
}

std::optional<price> cost_table::operation(std::string_view operation_name) const {
    const auto found = operations.find(operation_name);
    return found == operations.end() ? std::nullopt : found->second;
}

std::optional<price> cost_table::memory(memory_access how, double capacity_bytes,
                                        double word_bits) const {
    if (!sram) { return std::nullopt; }
    std::array<double, 3> ends{sram->low.energy_pj(how, capacity_bytes, word_bits),
                               sram->nominal.energy_pj(how, capacity_bytes, word_bits),
                               sram->high.energy_pj(how, capacity_bytes, word_bits)};
    std::sort(ends.begin(), ends.end());
    return price{.name = fmt::format("sram_{} {:.0f} B x {:.0f} bit",
                                     how == memory_access::read ? "read" : "write", capacity_bytes,
                                     word_bits),
                 .group = "sram",
                 .pj = {ends[0], ends[1], ends[2]},
                 .grade = sram->grade,
                 .source = sram->source,
                 .node_nm = sram->node_nm,
                 .vdd = sram->vdd};
}

std::vector<std::string> technology_names() {
    std::vector<std::string> names;
    for (const builtin_table& table : builtin_tables()) { names.emplace_back(table.name); }
    return names;
}

cost_table technology(std::string_view name) {
    for (const builtin_table& table : builtin_tables()) {
        if (table.name != name) { continue; }
        return load_cost_table(price_text{.json = std::string(table.json),
                                          .grid_csv = std::string(builtin_grid()),
                                          .fit_csv = std::string(builtin_fit()),
                                          .where = std::string(table.name)});
    }
    throw bad_input({.where = "technology",
                     .what = "there is no cost table of this name",
                     .found = std::string(name),
                     .expected = fmt::format("{}", fmt::join(technology_names(), ", ")),
                     .hint = ""});
}

std::vector<cost_table> naive_technologies() {
    std::vector<cost_table> tables;
    for (const std::string& name : technology_names()) {
        cost_table table = technology(name);
        if (table.kind == table_kind::operations) { tables.push_back(std::move(table)); }
    }
    return tables;
}

}  // namespace synfire::energy
