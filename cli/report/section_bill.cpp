// SPDX-License-Identifier: Apache-2.0
// The bill of the spiking network, term by term, and what is not in it.
#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"
#include "verdict.hpp"

namespace synfire::report {

namespace {

std::string words_of(const std::string& counter) {
    if (counter == "rtl") { return "RTL"; }
    return counter == "cycle model" ? "accelerator's cycle model" : counter;
}

constexpr const char* legend =
    "Counts are per inference; 'counted' ones are exact, by the one who is named, 'formula' ones "
    "follow from exact counts and the network's geometry. 'Without hardware' is what stood in a "
    "line before the accelerator's count replaced it. Grades of prices: MS measured, PS published "
    "simulation or synthesis, "
    "CAC own CACTI 7 run, CODE read in public code, SEC read in a transcription, OWN derived from "
    "other rows, interpolated between rows, MEM from memory.";

markup mark(const bill_term& t) {
    const markup basis = inline_element("span", text(t.basis), {{"class", "mark " + t.basis}});
    return t.counted_by.empty() ? basis : basis + text(" " + words_of(t.counted_by));
}

/// What the line would say without the accelerator.
std::string replaced_text(const bill_term& t) {
    if (t.simulator_count) { return interval_text(t.simulator_count) + " simulator"; }
    return t.formula_count ? interval_text(t.formula_count) + " formula" : "-";
}

std::string who_counted(const comparison& result) {
    if (result.counts_by == "formula") {
        return "No hardware counted: memory accesses are by formula.";
    }
    std::string line = fmt::format("Memory accesses, additions and updates were counted by the {} "
                                   "over {} samples",
                                   words_of(result.counts_by), count_text(result.counts_samples));
    if (result.counts_by != "rtl" && result.counts_rtl_samples.value_or(0) > 0) {
        line += fmt::format("; the RTL's counters were equal on the first {}",
                            count_text(result.counts_rtl_samples));
    }
    return line + ". Both sides are priced on the engine as built.";
}

/// Hardware, formula and simulator side by side, all layers together.
markup counts_part(const comparison& result) {
    if (result.counts_by.empty()) { return {}; }
    table rows("Counts per inference, all layers",
               {{"Count", column_kind::words}, {"Hardware"}, {"Simulator"}, {"Formula"}});
    for (const count_row& c : result.counts) {
        rows.row({c.name, significant(c.counted), significant(c.simulator),
                  c.formula ? interval_text(c.formula) : "-"});
    }
    return element("p", who_counted(result)) + (rows.empty() ? markup() : rows.html());
}

markup by_formula(const tier& t) {
    if (!t.formula_ratio) { return {}; }
    return element("p", fmt::format("By formula alone, on the same engine, the ratio would be {} "
                                    "({}); the counts make it {}.",
                                    interval_text(t.formula_ratio),
                                    short_verdict(t.formula_verdict), interval_text(t.ratio)));
}

std::string summary_of(const bill_layer& layer, const comparison& result) {
    std::string line = fmt::format("{} ({}): {} terms", layer.name, layer.kind, layer.terms.size());
    for (const compared_layer& l : result.layers) {
        if (l.name != layer.name || !l.snn) { continue; }
        line += ", " + unit_for(l.snn->nominal).in_words(l.snn);
    }
    return line;
}

markup bill_of(const bill_layer& layer, const comparison& result) {
    table rows(fmt::format("Terms of {}", layer.name), {{"Term", column_kind::words},
                                                        {"Count"},
                                                        {"Basis", column_kind::words},
                                                        {"Without hardware"},
                                                        {"Price", column_kind::words},
                                                        {"Price of one, pJ"},
                                                        {"Grade", column_kind::words},
                                                        {"Energy, pJ"}});
    for (const bill_term& t : layer.terms) {
        rows.row({t.name, interval_text(t.count), mark(t), replaced_text(t), t.price,
                  interval_text(t.unit_pj), t.grade.empty() ? "unknown" : t.grade,
                  interval_text(t.energy_pj)});
    }
    return details(summary_of(layer, result), rows.html());
}

markup missing_list(const std::vector<missing_term>& missing) {
    markup blocking;
    markup outside;
    for (const missing_term& m : missing) {
        const markup item = element("li", inline_element("strong", text(m.name))
                                              + text(m.reason.empty() ? "" : ": " + m.reason));
        (m.blocks_total ? blocking : outside) += item;
    }
    markup body;
    if (!blocking.empty()) {
        body += element("p",
                        "Missing, so that totals which need it are unknown:", {{"class", "alarm"}});
        body += element("ul", blocking);
    }
    if (!outside.empty()) { body += element("p", "Not in any total:") + element("ul", outside); }
    return body;
}

}  // namespace

markup bill_section(const comparison& result) {
    markup bills;
    const tier* t = result.deciding();
    if (t != nullptr) {
        for (const bill_layer& layer : t->bill) {
            if (!layer.terms.empty()) { bills += bill_of(layer, result); }
        }
    }
    if (!bills.empty()) {
        bills = element("h4", "The bill of the spikes, term by term") + counts_part(result)
                + by_formula(*t) + element("p", legend, {{"class", "muted"}}) + bills;
    }
    const markup missing = missing_list(result.missing);
    if (missing.empty()) { return bills; }
    return bills + element("h4", "What is not in the bill") + missing;
}

}  // namespace synfire::report
