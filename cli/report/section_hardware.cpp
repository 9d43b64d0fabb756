// SPDX-License-Identifier: Apache-2.0
// What the accelerator does with the network: cycles and where they go, counters side by side,
// boards; bounds by formula where nothing was counted.
#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

/// What counted: with the cycle model alone, no RTL was there.
std::string counted_by(const hardware& h) {
    if (h.source == "model" || h.engine == "model") { return "cycle model"; }
    if (h.source == "board" || h.engine == "board") { return "board"; }
    return h.engine.empty() ? "RTL" : fmt::format("RTL (engine {})", h.engine);
}

std::string milliseconds(double cycles, double clock_hz) {
    return significant(1e3 * cycles / clock_hz) + " ms";
}

std::string spread_words(const hardware& h) {
    if (!h.least_cycles || !h.most_cycles) { return {}; }
    return fmt::format(" (least {}, most {})", grouped(*h.least_cycles), grouped(*h.most_cycles));
}

markup summary(const hardware& h, const std::string& what) {
    const auto cycles = quotient(h.cycles, h.samples);
    if (!cycles) { return {}; }
    const std::string board = h.board.empty() ? "" : " as on the board " + h.board;
    std::string line =
        fmt::format("{}: {} samples, {}, {} lanes{}. One inference takes {} cycles{}", what,
                    count_text(h.samples), counted_by(h), count_text(h.lanes), board,
                    grouped(*cycles), spread_words(h));
    if (h.clock_hz && *h.clock_hz > 0) {
        line += fmt::format(", that is {} at {} MHz", milliseconds(*cycles, *h.clock_hz),
                            significant(*h.clock_hz / 1e6));
    }
    return element("p", line + ".");
}

/// Equality is a claim only where something was compared with something else.
markup equality(const hardware& h) {
    if (!h.equal) { return {}; }
    if (!*h.equal) {
        return element("p",
                       fmt::format("The accelerator differs from the simulator or from its cycle "
                                   "model: this is a defect. First difference: {}.",
                                   h.first_difference.empty() ? "not stated" : h.first_difference),
                       {{"class", "alarm"}});
    }
    if (h.source == "model") {
        return element("p", "The cycle model counts the same activity as the simulator; the RTL "
                            "was not run.");
    }
    return element("p",
                   fmt::format("The RTL gave the same {} as the simulator, and the cycle model "
                               "foretold every cycle and every count.",
                               h.spikes_checked.value_or(false) ? "spikes, potentials and counts"
                                                                : "potentials and counts"));
}

markup profile_chart(const hardware& h, chart_list& charts) {
    bar_chart chart{"clock cycles per inference",
                    {},
                    {{"adding", tone::spikes, {}},
                     {"scanning", tone::dense, {}},
                     {"waiting", tone::twin, {}},
                     {"other", tone::other, {}}},
                    true};
    for (const profiled_layer& l : h.layers) {
        chart.labels.push_back(l.name);
        chart.series[0].values.push_back(quotient(l.adding, h.samples));
        chart.series[1].values.push_back(quotient(l.scanning, h.samples));
        chart.series[2].values.push_back(quotient(l.waiting, h.samples));
        chart.series[3].values.push_back(quotient(l.other, h.samples));
    }
    return charts.add(
        {"Where the cycles go",
         "Stacked bar chart: clock cycles of each layer, by what the lanes do; numbers "
         "in the table."},
        chart);
}

/// Where hardware tells totals only, its layers are the cycle model's, which had to give the same
/// totals.
std::string profile_title(const hardware& h) {
    const bool of_model = h.layers_source == "model" && h.source != "model";
    return of_model ? "Cycles per layer (of the cycle model), mean of one inference"
                    : "Cycles per layer, mean of one inference";
}

markup profile_table(const hardware& h) {
    table rows(profile_title(h), {{"Layer", column_kind::words},
                                  {"Cycles"},
                                  {"Adding"},
                                  {"Scanning"},
                                  {"Waiting"},
                                  {"Other"},
                                  {"Stalled cycles"},
                                  {"Adds per cycle"},
                                  {"Lanes filled"},
                                  {"Used of these"}});
    for (const profiled_layer& l : h.layers) {
        rows.row({l.name, significant(quotient(l.cycles, h.samples)),
                  percent_text(quotient(l.adding, l.cycles)),
                  percent_text(quotient(l.scanning, l.cycles)),
                  percent_text(quotient(l.waiting, l.cycles)),
                  percent_text(quotient(l.other, l.cycles)),
                  significant(quotient(l.stall_cycles, h.samples)), significant(l.adds_per_cycle),
                  significant(l.channel_lanes), percent_text(l.utilisation)});
    }
    if (rows.empty()) { return {}; }
    return rows.html()
           + element(
               "p",
               "Adding: lanes add spikes or biases, or compare for a pool. Scanning: no spike "
               "was found in a word. Waiting: the layer's outputs are still firing. Other: "
               "filling and draining of the pipeline and the reading of the program. Lanes "
               "filled: mean over the groups of the layer's channels.",
               {{"class", "muted"}});
}

markup counter_table(const hardware& h) {
    table rows("Counters over all samples", {{"Counter", column_kind::words},
                                             {"Simulator"},
                                             {"Cycle model"},
                                             {"RTL"},
                                             {"Equal", column_kind::words}});
    for (const counter_row& c : h.counters) {
        const std::string mark = c.equal ? (*c.equal ? "yes" : "NO") : "-";
        rows.row({c.name, count_text(c.simulator), count_text(c.model), count_text(c.rtl), mark},
                 c.equal.value_or(true) ? "" : "alarm");
    }
    return rows.empty() ? markup() : details("Counters: simulator, cycle model, RTL", rows.html());
}

markup counted_part(const hardware& h, const std::string& what, chart_list& charts) {
    return summary(h, what) + equality(h) + profile_chart(h, charts) + profile_table(h)
           + counter_table(h);
}

/// Why compare has no counts, or not those of the RTL for all that was asked.
markup note_of(const comparison& result) {
    if (result.hardware_note.empty()) { return {}; }
    return element("p", fmt::format("compare{} on the accelerator: {}.", data_words(result.data),
                                    result.hardware_note));
}

/// Bounds by formula, for networks that no hardware has run.
markup formula_part(const comparison& result, chart_list& charts) {
    bar_chart chart{"clock cycles per sample (formula)", {}, {{"cycles", tone::spikes, {}}}};
    table rows("Clock cycles per layer and sample, by formula: nominal and bounds",
               {{"Layer", column_kind::words}, {"Cycles"}});
    for (const compared_layer& layer : result.layers) {
        if (!layer.cycles_formula || layer.cycles_formula->high <= 0) { continue; }
        chart.labels.push_back(layer.name);
        chart.series[0].values.push_back(layer.cycles_formula->nominal);
        rows.row({layer.name, interval_cell(layer.cycles_formula)});
    }
    if (rows.empty()) { return {}; }
    markup body = element(
        "p",
        fmt::format("Estimated for the output-stationary engine with {} lanes; no hardware has "
                    "counted them. The lower bound lets additions, scanning and firing overlap "
                    "perfectly, the upper bound not at all.",
                    count_text(result.lanes)));
    body += charts.add({"Cycles per layer (formula)",
                        "Bar chart: estimated clock cycles per layer; numbers in the table."},
                       chart);
    return note_of(result) + body + rows.html();
}

/// Every co-simulated run; else what compare had counted.
std::vector<std::pair<std::string, const hardware*>> counted_runs(const network_report& network) {
    std::vector<std::pair<std::string, const hardware*>> all;
    for (const auto& r : network.runs) {
        if (r.part.on_hardware) {
            all.emplace_back("cosim" + data_words(r.part.data), &*r.part.on_hardware);
        }
    }
    if (!all.empty()) { return all; }
    for (const auto& c : network.comparisons) {
        if (c.part.on_hardware) {
            all.emplace_back("compare" + data_words(c.part.data), &*c.part.on_hardware);
        }
    }
    return all;
}

}  // namespace

markup hardware_section(const report_model& model, const network_report& network,
                        chart_list& charts) {
    const auto counted = counted_runs(network);
    markup body;
    for (const auto& [what, h] : counted) { body += counted_part(*h, what, charts); }
    if (!counted.empty()) {
        for (const auto& c : network.comparisons) { body += note_of(c.part); }
    }
    if (counted.empty() && !network.comparisons.empty()) {
        body += formula_part(network.comparisons.front().part, charts);
    }
    body += boards_part(model, &network);
    return section("On the accelerator", body);
}

}  // namespace synfire::report
