// SPDX-License-Identifier: Apache-2.0
// The bill of the spiking network, term by term, and what is not in it.
#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

constexpr const char* legend =
    "Counts are per inference; 'counted' ones are exact, 'formula' ones follow from exact counts "
    "and "
    "the network's geometry. Grades of prices: MS measured, PS published simulation or synthesis, "
    "CAC own CACTI 7 run, CODE read in public code, SEC read in a transcription, OWN derived from "
    "other rows, interpolated between rows, MEM from memory.";

markup mark(const std::string& basis) {
    return inline_element("span", text(basis), {{"class", "mark " + basis}});
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
                                                        {"Price", column_kind::words},
                                                        {"Price of one, pJ"},
                                                        {"Grade", column_kind::words},
                                                        {"Energy, pJ"}});
    for (const bill_term& t : layer.terms) {
        rows.row({t.name, interval_text(t.count), mark(t.basis), t.price, interval_text(t.unit_pj),
                  t.grade.empty() ? "unknown" : t.grade, interval_text(t.energy_pj)});
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
        bills = element("h4", "The bill of the spikes, term by term")
                + element("p", legend, {{"class", "muted"}}) + bills;
    }
    const markup missing = missing_list(result.missing);
    if (missing.empty()) { return bills; }
    return bills + element("h4", "What is not in the bill") + missing;
}

}  // namespace synfire::report
