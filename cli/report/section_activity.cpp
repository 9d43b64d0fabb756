// SPDX-License-Identifier: Apache-2.0
// How much happens: spikes, active neurons and synaptic events per layer.
#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"
#include "runs.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

/// MACs of one inference; in-bounds MACs do not depend on the data.
std::optional<double> macs_per_sample(const network_report& network, const std::string& layer) {
    for (const auto& c : network.comparisons) {
        for (const auto& [name, macs] : c.part.dense_macs) {
            if (name == layer) { return quotient(macs, c.part.samples); }
        }
    }
    return std::nullopt;
}

/// What the table shows of one layer, per sample.
struct layer_figures {
    std::optional<double> spikes{};
    std::optional<double> active{};  ///< fraction of neurons
    std::optional<double> events{};
    std::optional<double> macs{};
    std::optional<double> events_per_mac{};
};

layer_figures figures_of(const network_report& network, const run& r, const active_layer& layer) {
    layer_figures f;
    // Read-outs never fire and nothing arrives at inputs: a 0 there would look like a result.
    if (layer.kind != "readout") {
        f.spikes = quotient(layer.spikes, r.samples);
        f.active = quotient(quotient(layer.active_sources, layer.neurons), r.samples);
    }
    if (layer.kind != "input") { f.events = quotient(layer.synaptic_events, r.samples); }
    f.macs = macs_per_sample(network, layer.name);
    f.events_per_mac = quotient(f.events, f.macs);
    return f;
}

std::string code_words(const active_layer& layer) {
    if (layer.coding.empty()) { return "-"; }
    return fmt::format("{}, T = {}", layer.coding, count_text(layer.steps));
}

markup activity_table(const network_report& network, const run& r) {
    table rows("Activity per layer, mean of one sample",
               {{"Layer", column_kind::words},
                {"Kind", column_kind::words},
                {"Shape (C\u00d7H\u00d7W)", column_kind::words},
                {"Code", column_kind::words},
                {"Spikes"},
                {"Active neurons"},
                {"Events arriving"},
                {"Dense MACs"},
                {"Events per MAC"}});
    for (const active_layer& layer : r.layers) {
        const layer_figures f = figures_of(network, r, layer);
        rows.row({layer.name, layer.kind, layer.shape, code_words(layer), significant(f.spikes),
                  percent_text(f.active), significant(f.events), significant(f.macs),
                  significant(f.events_per_mac)});
    }
    return rows.html();
}

markup activity_charts(const network_report& network, const run& r, chart_list& charts) {
    bar_chart active{"active neurons, %", {}, {{"active neurons", tone::spikes, {}}}};
    bar_chart events{"synaptic events per dense MAC", {}, {{"events per MAC", tone::spikes, {}}}};
    for (const active_layer& layer : r.layers) {
        const layer_figures f = figures_of(network, r, layer);
        if (f.active) {
            active.labels.push_back(layer.name);
            active.series[0].values.push_back(100.0 * *f.active);
        }
        if (f.events_per_mac) {
            events.labels.push_back(layer.name);
            events.series[0].values.push_back(f.events_per_mac);
        }
    }
    const markup both =
        charts.add({"Active neurons per layer",
                    "Bar chart: share of neurons that spike, per layer; numbers in the table."},
                   active)
        + charts.add(
            {"Synaptic events per dense MAC",
             "Bar chart: synaptic events for each multiplication of the dense network, per "
             "layer; numbers in the table."},
            events);
    return both.empty() ? both : element("div", both, {{"class", "pair"}});
}

std::string totals_sentence(const run& r) {
    std::string line =
        fmt::format("{}{}: {} samples", run_words(r), data_words(r.data), count_text(r.samples));
    if (const auto spikes = quotient(r.spikes, r.samples)) {
        line += fmt::format(", {} spikes", significant(*spikes));
    }
    if (const auto events = quotient(r.synaptic_events, r.samples)) {
        line += fmt::format(" and {} synaptic events per sample", significant(*events));
    }
    if (r.latency_steps) {
        line += fmt::format(", {} steps from first input to answer", grouped(*r.latency_steps));
    }
    return line + ".";
}

markup one_run(const network_report& network, const run& r, chart_list& charts) {
    if (r.layers.empty()) { return {}; }
    return element("p", totals_sentence(r)) + activity_charts(network, r, charts)
           + activity_table(network, r);
}

}  // namespace

markup activity_section(const network_report& network, chart_list& charts) {
    markup body;
    for (const auto& r : network.runs) {
        if (!repeats_another(network, r.part)) { body += one_run(network, r.part, charts); }
    }
    if (body.empty()) {
        for (const auto& c : network.comparisons) {
            if (c.part.activity) { body += one_run(network, *c.part.activity, charts); }
        }
    }
    return section("Activity", body);
}

}  // namespace synfire::report
