// SPDX-License-Identifier: Apache-2.0
// What the accelerator takes of a board, how fast it runs there, and what that means for a network.
#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

std::string amount_text(const resource& r) {
    if (!r.used) { return "-"; }
    if (!r.available || *r.available == 0) { return grouped(*r.used); }
    return fmt::format("{} of {} ({:.0f} %)", grouped(*r.used), grouped(*r.available),
                       100 * *r.used / *r.available);
}

std::string fmax_text(const board& b) {
    if (b.fmax_hz.empty()) { return "-"; }
    const auto [least, most] = std::minmax_element(b.fmax_hz.begin(), b.fmax_hz.end());
    const auto seeds = b.fmax_hz.size();
    if (seeds == 1) { return fmt::format("{:.1f} (1 seed)", *least / 1e6); }
    return fmt::format("{:.1f} to {:.1f} ({} seeds)", *least / 1e6, *most / 1e6, seeds);
}

std::string clock_text(const board& b) {
    if (!b.clock_hz) { return "-"; }
    const bool slow = std::any_of(b.fmax_hz.begin(), b.fmax_hz.end(),
                                  [&](double fmax) { return fmax < *b.clock_hz; });
    return fmt::format("{} MHz{}", significant(*b.clock_hz / 1e6), slow ? " (not met)" : "");
}

/// Cycles were counted for one number of lanes; they say nothing about a board with another.
std::string latency_text(const board& b, const hardware* counted) {
    if (counted == nullptr || !b.clock_hz || *b.clock_hz <= 0) { return "-"; }
    if (b.lanes && counted->lanes && *b.lanes != *counted->lanes) { return "-"; }
    const auto cycles = quotient(counted->cycles, counted->samples);
    return cycles ? significant(1e3 * *cycles / *b.clock_hz) + " ms" : "-";
}

}  // namespace

markup boards_part(const report_model& model, const hardware* counted) {
    table rows("Boards: the same bitstream runs every network that fits its memories",
               {{"Board", column_kind::words},
                {"Lanes"},
                {"Logic cells"},
                {"Block RAMs"},
                {"Large RAMs"},
                {"Fastest clock, MHz"},
                {"Clock"},
                {"Mean latency of this network"},
                {"Tools", column_kind::words}});
    for (const auto& from : model.boards) {
        const board& b = from.part;
        rows.row({b.name, count_text(b.lanes), amount_text(b.logic_cells),
                  amount_text(b.block_rams), amount_text(b.large_rams), fmax_text(b), clock_text(b),
                  latency_text(b, counted), b.tools});
    }
    return rows.empty() ? markup() : rows.html();
}

}  // namespace synfire::report
