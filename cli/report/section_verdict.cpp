// SPDX-License-Identifier: Apache-2.0
// What comes first: the verdict, a few large figures, and the overview of several networks.
#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"
#include "verdict.hpp"

namespace synfire::report {

namespace {

markup card(const comparison& result) {
    const headline h = headline_of(result);
    const std::string setting = fmt::format("Technology {}{}", result.technology,
                                            result.data.empty() ? "" : ", data " + result.data);
    markup body = element("p", h.title, {{"class", "headline"}});
    for (const std::string& sentence : h.sentences) { body += element("p", sentence); }
    body += element("p", setting, {{"class", "muted"}});
    return element("div", body, {{"class", "card " + h.css}});
}

markup tile(const std::string& value, std::string_view label) {
    return element("div",
                   element("span", value, {{"class", "figure"}})
                       + element("span", label, {{"class", "label"}}),
                   {{"class", "tile"}});
}

std::optional<level_check> check_of(const network_report& network) {
    for (const auto& c : network.conversions) {
        if (c.part.check) { return c.part.check; }
    }
    return std::nullopt;
}

markup check_tiles(const level_check& check) {
    markup tiles;
    tiles += tile(percent_text(check.accuracy_float), "accuracy, trained network");
    tiles += tile(percent_text(check.accuracy_spiking), "accuracy, spiking network");
    if (check.lost && check.gained) {
        tiles += tile(
            fmt::format("{:.0f} of {}", *check.lost - *check.gained, count_text(check.samples)),
            "answers lost by conversion (net)");
    }
    return tiles;
}

markup accuracy_tiles(const network_report& network) {
    if (const auto check = check_of(network)) { return check_tiles(*check); }
    markup tiles;
    if (network.comparisons.empty()) { return tiles; }
    const comparison& c = network.comparisons.front().part;
    if (c.accuracy_dense) { tiles += tile(percent_text(c.accuracy_dense), "accuracy, dense"); }
    if (c.accuracy_snn) { tiles += tile(percent_text(c.accuracy_snn), "accuracy, spiking"); }
    return tiles;
}

std::optional<double> events_per_mac(const comparison& c) {
    double macs = 0;
    for (const auto& [name, count] : c.dense_macs) { macs += count; }
    return c.activity ? quotient(c.activity->synaptic_events, macs) : std::nullopt;
}

markup comparison_tiles(const comparison& c) {
    markup tiles;
    const tier* t = c.deciding();
    if (t != nullptr && t->ratio) {
        tiles += tile(significant(t->ratio->nominal), "energy, spikes / cheapest dense");
    }
    if (const auto events = events_per_mac(c)) {
        tiles += tile(significant(*events), "synaptic events per dense MAC");
    }
    return tiles;
}

std::string verdicts_of(const network_report& network) {
    std::string all;
    for (const auto& c : network.comparisons) {
        all += (all.empty() ? "" : ", ") + short_verdict(c.part.verdict);
    }
    return all.empty() ? "not compared" : all;
}

std::optional<double> spiking_accuracy(const network_report& network) {
    if (const auto check = check_of(network)) { return check->accuracy_spiking; }
    if (!network.runs.empty()) { return network.runs.front().part.accuracy; }
    if (!network.comparisons.empty()) { return network.comparisons.front().part.accuracy_snn; }
    return std::nullopt;
}

}  // namespace

markup section(std::string_view title, const markup& body) {
    if (body.empty()) { return {}; }
    return element("section", element("h3", title) + body);
}

std::string data_words(const std::string& data) { return data.empty() ? "" : " on " + data; }

markup overview_section(const report_model& model) {
    if (model.networks.size() < 2) { return {}; }
    table rows("Networks in this report", {{"Network", column_kind::words},
                                           {"Verdict on energy", column_kind::words},
                                           {"Spikes / cheapest dense"},
                                           {"Accuracy, spiking"}});
    for (std::size_t i = 0; i < model.networks.size(); ++i) {
        const network_report& n = model.networks[i];
        const tier* t = n.comparisons.empty() ? nullptr : n.comparisons.front().part.deciding();
        const markup link =
            inline_element("a", text(n.name), {{"href", fmt::format("#network-{}", i + 1)}});
        rows.row({link, verdicts_of(n), t == nullptr ? "-" : interval_text(t->ratio),
                  percent_text(spiking_accuracy(n))});
    }
    return element("nav", rows.html(), {{"aria-label", "Networks"}});
}

markup verdict_section(const network_report& network) {
    markup body;
    for (const auto& c : network.comparisons) { body += card(c.part); }
    if (network.comparisons.empty()) {
        body += element("div",
                        element("p", "No energy comparison.", {{"class", "headline"}})
                            + element("p", "None of the given files is a result of synfire compare "
                                           "for this network."),
                        {{"class", "card open"}});
    }
    markup tiles = accuracy_tiles(network);
    if (!network.comparisons.empty()) {
        tiles += comparison_tiles(network.comparisons.front().part);
    }
    if (!tiles.empty()) { body += element("div", tiles, {{"class", "tiles"}}); }
    return body;
}

}  // namespace synfire::report
