// SPDX-License-Identifier: Apache-2.0
// Energy of one inference: totals by tier and variant, then per layer.
#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"
#include "verdict.hpp"

namespace synfire::report {

namespace {

std::string variant_name(std::size_t index) {
    return std::string(energy::to_string(energy::all_dense_variants.at(index)));
}

double largest(const maybe_interval& snn, const by_variant& dense) {
    double most = snn ? snn->nominal : 0;
    for (const maybe_interval& d : dense) { most = std::max(most, d ? d->nominal : 0); }
    return most;
}

markup tier_table(const tier& t) {
    const energy_unit unit = unit_for(largest(t.snn, t.dense));
    table rows(fmt::format("Tier {}: energy of one inference in {}, nominal (low to high)", t.name,
                           unit.name),
               {{"Network", column_kind::words},
                {fmt::format("Energy, {}", unit.name)},
                {"Spikes / this"}});
    rows.row({"spikes", unit.show(t.snn), "1"});
    for (std::size_t i = 0; i < variant_count; ++i) {
        const std::string name = variant_name(i);
        const bool best = name == t.best_dense;
        // What tells D1 to D3 apart is memory, which T0 does not know.
        const std::string words = t.naive() ? "dense " + name : variant_words(name);
        rows.row(
            {words + (best ? ", cheapest" : ""), unit.show(t.dense[i]), interval_text(t.ratios[i])},
            best ? "best" : "");
    }
    return rows.html();
}

markup total_chart(const tier& t, chart_list& charts) {
    const energy_unit unit = unit_for(largest(t.snn, t.dense));
    range_chart chart{
        fmt::format("energy of one inference, {} (logarithmic)", unit.name), {}, {}, {}};
    range_series spikes{"spikes", tone::spikes, {unit.of(t.snn)}};
    range_series dense{"dense network", tone::dense, {std::nullopt}};
    chart.labels.push_back("spikes");
    for (std::size_t i = 0; i < variant_count; ++i) {
        const std::string name = variant_name(i);
        chart.labels.push_back(name + (name == t.best_dense ? ", cheapest" : ""));
        spikes.values.push_back(std::nullopt);
        dense.values.push_back(unit.of(t.dense[i]));
    }
    chart.series = {spikes, dense};
    return charts.add({"Energy of one inference",
                       "Bars from low to high with a line at the nominal value, for spikes and for "
                       "each variant of the dense network; numbers in the table."},
                      chart);
}

markup deciding_tier(const tier& t, chart_list& charts) {
    markup body = total_chart(t, charts) + tier_table(t);
    if (!t.caution.empty()) { body += element("p", "Caution: " + t.caution + "."); }
    return body;
}

/// T0 stands apart in grey: it leaves out what decides.
markup naive_tiers(const comparison& result) {
    markup body;
    for (const tier& t : result.tiers) {
        if (!t.naive()) { continue; }
        const std::string caution = t.caution.empty() ? "counts operations only" : t.caution;
        body += element("p", fmt::format("{}: {}.", t.name, caution), {{"class", "caution"}})
                + tier_table(t);
    }
    if (body.empty()) { return {}; }
    const markup note = element("p", "Only for comparison with papers that count operations. These "
                                     "figures decide nothing here.");
    return element("h4", "Operations only (tier T0)")
           + element("div", note + body, {{"class", "naive"}});
}

/// Layers differ by factors of a thousand: a smaller unit keeps the small ones readable.
energy_unit unit_of(const std::vector<compared_layer>& layers) {
    double most = 0;
    for (const compared_layer& layer : layers) {
        most = std::max(most, largest(layer.snn, layer.dense));
    }
    return unit_for(most / 100);
}

markup layer_chart(const std::vector<compared_layer>& layers, chart_list& charts) {
    const energy_unit unit = unit_of(layers);
    range_chart chart{fmt::format("energy of one inference, {} (logarithmic)", unit.name),
                      {},
                      {{"spikes", tone::spikes, {}},
                       {"dense D0", tone::dense, {}},
                       {"cheapest dense", tone::twin, {}}},
                      {}};
    for (const compared_layer& layer : layers) {
        chart.labels.push_back(layer.name);
        chart.series[0].values.push_back(unit.of(layer.snn));
        chart.series[1].values.push_back(unit.of(layer.dense[0]));
        maybe_interval best;
        for (std::size_t i = 0; i < variant_count; ++i) {
            if (variant_name(i) == layer.best_dense) { best = layer.dense[i]; }
        }
        chart.series[2].values.push_back(unit.of(best));
    }
    return charts.add({"Energy per layer",
                       "Bars from low to high per layer, for spikes, the dense variant D0 and the "
                       "cheapest dense variant; numbers in the table."},
                      chart);
}

markup layer_table(const std::vector<compared_layer>& layers) {
    const energy_unit unit = unit_of(layers);
    std::vector<column> columns{{"Layer", column_kind::words},
                                {"Verdict", column_kind::words},
                                {"Spikes / cheapest"},
                                {"Spikes"}};
    for (std::size_t i = 0; i < variant_count; ++i) { columns.push_back({variant_name(i)}); }
    table rows(fmt::format("Energy per layer in {} (tier T1), nominal (low to high)", unit.name),
               columns);
    for (const compared_layer& layer : layers) {
        const std::string against = layer.best_dense.empty() ? "" : ", " + layer.best_dense;
        std::vector<cell> cells{layer.name, short_verdict(layer.verdict),
                                interval_cell(layer.ratio, against), unit.cell(layer.snn)};
        for (const maybe_interval& d : layer.dense) { cells.emplace_back(unit.cell(d)); }
        rows.row(cells);
    }
    return rows.html();
}

markup one_comparison(const comparison& result, bool several, chart_list& charts) {
    markup body;
    if (several) {
        body += element("h4",
                        fmt::format("Technology {}{}", result.technology, data_words(result.data)));
    }
    if (const tier* t = result.deciding()) { body += deciding_tier(*t, charts); }
    if (!result.layers.empty()) {
        body += layer_chart(result.layers, charts) + layer_table(result.layers);
    }
    return body + break_even_section(result, charts) + bill_section(result) + naive_tiers(result);
}

}  // namespace

markup energy_section(const network_report& network, chart_list& charts) {
    markup body;
    for (const auto& c : network.comparisons) {
        body += one_comparison(c.part, network.comparisons.size() > 1, charts);
    }
    return section("Energy", body);
}

}  // namespace synfire::report
