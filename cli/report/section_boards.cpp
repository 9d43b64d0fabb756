// SPDX-License-Identifier: Apache-2.0
// What the accelerator takes of a board, how fast it runs there, and what that means for a network.
#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

std::string cells_text(const board& b) {
    const auto share = quotient(b.logic_cells, b.logic_cells_available);
    if (!share) { return count_text(b.logic_cells); }
    return fmt::format("{} of {} ({:.0f} %)", grouped(*b.logic_cells),
                       grouped(*b.logic_cells_available), 100 * *share);
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

/// Boards differ in how many cycles they take: only those of this board say anything.
std::string latency_text(const board& b, const network_report* network) {
    if (network == nullptr || !b.clock_hz || *b.clock_hz <= 0) { return "-"; }
    for (const auto& r : network->runs) {
        const auto& counted = r.part.on_hardware;
        if (!counted || counted->board != b.name) { continue; }
        const auto cycles = quotient(counted->cycles, counted->samples);
        if (cycles) { return significant(1e3 * *cycles / *b.clock_hz) + " ms"; }
    }
    return "not co-simulated on this board";
}

}  // namespace

markup boards_part(const report_model& model, const network_report* network) {
    table rows("Boards: the same bitstream runs every network that fits its memories",
               {{"Board", column_kind::words},
                {"Lanes"},
                {"Logic cells"},
                {"Block RAM, SPRAM, DSP"},
                {"Fastest clock, MHz"},
                {"Clock"},
                {"Mean latency of this network"},
                {"Tools", column_kind::words}});
    for (const auto& from : model.boards) {
        const board& b = from.part;
        const std::string blocks = fmt::format("{}, {}, {}", count_text(b.block_rams),
                                               count_text(b.sprams), count_text(b.dsps));
        rows.row({b.name, count_text(b.lanes), cells_text(b), blocks, fmax_text(b), clock_text(b),
                  latency_text(b, network), fmt::format("{}", fmt::join(b.tools, "; "))});
    }
    return rows.empty() ? markup() : rows.html();
}

}  // namespace synfire::report
