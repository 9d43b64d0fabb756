// SPDX-License-Identifier: Apache-2.0
#include "tables.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <map>
#include <utility>

#include <synfire/core/coding.hpp>

namespace synfire::hw::detail {
namespace {

std::uint16_t entry_of(const code_window& window, std::int32_t code, const engine_config& config) {
    std::uint32_t pattern = 0;
    for (const std::int32_t step : spike_steps(window, code)) {
        pattern |= 1U << (window.steps - 1 - step);
    }
    const std::uint32_t sign = code < 0 ? 1U << (config.pattern_bits - 1) : 0;
    return static_cast<std::uint16_t>(pattern | sign);
}

std::vector<std::uint16_t> entries_of(const population& p, const engine_config& config) {
    std::vector<std::uint16_t> entries;
    for (const std::int32_t code : p.table->table) {
        entries.push_back(entry_of(p.window, code, config));
    }
    return entries;
}

}  // namespace

code_window window_of_index(const fire_table& table) {
    const auto largest = static_cast<std::uint32_t>(std::max({table.k_hi, -table.k_lo, 1}));
    return {coding::phase, static_cast<std::int32_t>(std::bit_width(largest))};
}

code_range range_of_entries(const fire_table& table) {
    const auto [lo, hi] = std::minmax_element(table.table.begin(), table.table.end());
    return {std::min(*lo, 0), std::max(*hi, 0)};
}

bool fires_signed(const population& p, bool codes_signed) {
    return p.table ? p.table->k_lo < 0 : codes_signed;
}

std::vector<std::uint16_t> place_tables(const network& net, const engine_config& config,
                                        std::vector<pass_plan>& program) {
    std::vector<std::uint16_t> all;
    std::map<std::vector<std::uint16_t>, std::int64_t> places;
    for (pass_plan& pass : program) {
        const population& p = net.populations[pass.population];
        if (pass.range.table == 0) { continue; }
        std::vector<std::uint16_t> entries = entries_of(p, config);
        const auto [place, is_new] = places.emplace(entries, static_cast<std::int64_t>(all.size()));
        if (is_new) { all.insert(all.end(), entries.begin(), entries.end()); }
        // Too many entries are refused later, with their number.
        pass.range.state = (place->second - p.table->k_lo) & 0xffff;
    }
    return all;
}

}  // namespace synfire::hw::detail
