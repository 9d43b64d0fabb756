// SPDX-License-Identifier: Apache-2.0
// At how many spikes per synapse a layer would cost what the dense layer costs.
#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

/// The nominal S* with the range that all prices low or all high give.
maybe_interval limit_of(const std::optional<break_even>& b) {
    if (!b || !b->spikes_per_synapse) { return std::nullopt; }
    energy::interval limit = energy::interval::exact(*b->spikes_per_synapse);
    for (const auto& end : {b->at_low, b->at_high}) {
        if (!end) { continue; }
        limit.low = std::min(limit.low, *end);
        limit.high = std::max(limit.high, *end);
    }
    return limit;
}

cell limit_cell(const std::optional<break_even>& b, std::string_view note) {
    if (!b) { return "-"; }
    if (b->cannot_win) { return "never" + std::string(note); }
    return interval_cell(limit_of(b), note);
}

std::string meaning(const break_even& b) {
    if (b.cannot_win) { return "no: the neurons alone cost more than the dense layer"; }
    if (!b.distance) { return "unknown"; }
    if (*b.distance < 1) {
        return fmt::format("yes: activity could be {} times as high", significant(1 / *b.distance));
    }
    if (*b.distance > 1) {
        return fmt::format("no: activity would have to fall to 1 / {}", significant(*b.distance));
    }
    return "equal";
}

}  // namespace

markup break_even_section(const comparison& result, chart_list& charts) {
    table rows("Break-even per layer, in spikes per synapse and inference: at nominal prices, and "
               "in small "
               "print with all prices low and all high",
               {{"Layer", column_kind::words},
                {"Measured S"},
                {"S* against D0"},
                {"S* against the cheapest"},
                {"S / S*"},
                {"Do spikes cost less? (nominal prices)", column_kind::words}});
    range_chart chart{"spikes per synapse and inference (logarithmic)",
                      {},
                      {{"break-even S* against the cheapest dense variant", tone::dense, {}}},
                      point_series{"measured S", {}}};
    for (const compared_layer& layer : result.layers) {
        if (!layer.against_best) { continue; }
        const break_even& best = *layer.against_best;
        const std::string against = best.against.empty() ? "" : ", " + best.against;
        rows.row({layer.name, significant(best.measured), limit_cell(layer.against_dense, ""),
                  limit_cell(layer.against_best, against), significant(best.distance),
                  meaning(best)});
        chart.labels.push_back(layer.name);
        chart.series[0].values.push_back(limit_of(layer.against_best));
        chart.points->values.push_back(best.measured);
    }
    if (rows.empty()) { return {}; }
    const markup note = element(
        "p",
        "A layer whose measured activity lies left of its break-even bar costs less as spikes.");
    const markup figure = charts.add(
        {"Break-even per layer",
         "Per layer a bar for the activity at which both cost the same, and a diamond for "
         "the measured activity; numbers in the table."},
        chart);
    return element("h4", "Break-even") + note + figure + rows.html();
}

}  // namespace synfire::report
