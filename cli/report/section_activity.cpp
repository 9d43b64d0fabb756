// SPDX-License-Identifier: Apache-2.0
// How much happens: spikes, active neurons and synaptic events per layer.
#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"
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
        fmt::format("{}{}: {} samples", r.command, data_words(r.data), count_text(r.samples));
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
    for (const auto& r : network.runs) { body += one_run(network, r.part, charts); }
    if (body.empty()) {
        for (const auto& c : network.comparisons) {
            if (c.part.activity) { body += one_run(network, *c.part.activity, charts); }
        }
    }
    return section("Activity", body);
}

namespace {

/// Bounds by formula, for networks that no hardware has run yet.
markup formula_cycles(const comparison& result, chart_list& charts) {
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
    body += rows.html();
    return body;
}

}  // namespace

markup cycles_section(const network_report& network, chart_list& charts) {
    markup body;
    for (const auto& r : network.runs) {
        bar_chart chart{"clock cycles per sample", {}, {{"cycles", tone::spikes, {}}}};
        table rows("Clock cycles per layer, mean of one sample",
                   {{"Layer", column_kind::words}, {"Cycles"}, {"of them stalled"}});
        for (const active_layer& layer : r.part.layers) {
            if (!layer.cycles) { continue; }
            const auto cycles = quotient(layer.cycles, r.part.samples);
            chart.labels.push_back(layer.name);
            chart.series[0].values.push_back(cycles);
            rows.row({layer.name, significant(cycles),
                      significant(quotient(layer.stall_cycles, r.part.samples))});
        }
        if (rows.empty()) { continue; }
        body += element(
            "p", fmt::format("{}: {} cycles per sample with {} lanes; the cycle model "
                             "says {}.",
                             r.part.engine, significant(quotient(r.part.cycles, r.part.samples)),
                             count_text(r.part.lanes),
                             significant(quotient(r.part.model_cycles, r.part.samples))));
        body += charts.add({"Cycles per layer", "Bar chart: clock cycles per layer; numbers in the "
                                                "table."},
                           chart);
        body += rows.html();
    }
    if (body.empty() && !network.comparisons.empty()) {
        body = formula_cycles(network.comparisons.front().part, charts);
    }
    return section("Cycles", body);
}

}  // namespace synfire::report
