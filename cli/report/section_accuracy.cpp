// SPDX-License-Identifier: Apache-2.0
// What the answers are worth, and whether spikes and quantised network agree.
#include <fmt/format.h>

#include "figures.hpp"
#include "runs.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

table accuracy_table() {
    return table("Accuracy", {{"Result of", column_kind::words},
                              {"Data", column_kind::words},
                              {"Samples"},
                              {"Trained (float)"},
                              {"Quantised"},
                              {"Spiking"}});
}

void add_rows(table& rows, const network_report& network) {
    for (const auto& c : network.conversions) {
        if (!c.part.check) { continue; }
        const level_check& k = *c.part.check;
        rows.row({"convert --check", k.data, count_text(k.samples), percent_text(k.accuracy_float),
                  percent_text(k.accuracy_quantised), percent_text(k.accuracy_spiking)});
    }
    for (const auto& r : network.runs) {
        rows.row({run_words(r.part), r.part.data, count_text(r.part.samples), "-", "-",
                  percent_text(r.part.accuracy)});
    }
    for (const auto& c : network.comparisons) {
        rows.row({"compare", c.part.data, count_text(c.part.samples),
                  percent_text(c.part.accuracy_dense), "-", percent_text(c.part.accuracy_snn)});
    }
}

markup loss_sentence(const level_check& k) {
    if (!k.lost || !k.gained) { return {}; }
    return element("p", fmt::format("Of {} samples{}, {} were right in the trained network and are "
                                    "wrong as spikes, {} the other way round: {} lost net.",
                                    count_text(k.samples), data_words(k.data), grouped(*k.lost),
                                    grouped(*k.gained), grouped(*k.lost - *k.gained)));
}

markup equality_sentence(const level_check& k) {
    if (!k.neurons_compared || !k.neurons_different) { return {}; }
    if (*k.neurons_different == 0) {
        return element("p",
                       fmt::format("Every one of {} compared values (codes and potentials of all "
                                   "neurons) is the same in the quantised and in the spiking "
                                   "network.",
                                   grouped(*k.neurons_compared)));
    }
    return element("p",
                   fmt::format("{} of {} compared values differ between the quantised and the "
                               "spiking network: this is a defect. First difference: {}.",
                               grouped(*k.neurons_different), grouped(*k.neurons_compared),
                               k.first_difference.empty() ? "not stated" : k.first_difference),
                   {{"class", "alarm"}});
}

markup run_sentences(const run& r) {
    markup body;
    if (!r.metric.empty()) {
        body += element("p", fmt::format("{}{}: {} {}.", r.command, data_words(r.data), r.metric,
                                         significant(r.value)));
    }
    return body;
}

}  // namespace

markup accuracy_section(const network_report& network) {
    table rows = accuracy_table();
    add_rows(rows, network);
    markup body;
    if (!rows.empty()) { body += rows.html(); }
    for (const auto& c : network.conversions) {
        if (c.part.check) {
            body += loss_sentence(*c.part.check) + equality_sentence(*c.part.check);
        }
    }
    for (const auto& r : network.runs) { body += run_sentences(r.part); }
    return section("Accuracy", body);
}

}  // namespace synfire::report
