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
        rows.row({variant_words(name) + (best ? ", cheapest" : ""), unit.show(t.dense[i]),
                  interval_text(t.ratios[i])},
                 best ? "best" : "");
    }
    return rows.html();
}

markup total_chart(const tier& t, chart_list& charts) {
    const energy_unit unit = unit_for(largest(t.snn, t.dense));
    const auto in_unit = [&](const maybe_interval& pj) -> maybe_interval {
        if (!pj) { return std::nullopt; }
        return *pj * (1 / unit.picojoule);
    };
    range_chart chart{
        fmt::format("energy of one inference, {} (logarithmic)", unit.name), {}, {}, {}};
    range_series spikes{"spikes", tone::spikes, {in_unit(t.snn)}};
    range_series dense{"dense network", tone::dense, {std::nullopt}};
    chart.labels.push_back("spikes");
    for (std::size_t i = 0; i < variant_count; ++i) {
        const std::string name = variant_name(i);
        chart.labels.push_back("dense " + name + (name == t.best_dense ? ", cheapest" : ""));
        spikes.values.push_back(std::nullopt);
        dense.values.push_back(in_unit(t.dense[i]));
    }
    chart.series = {spikes, dense};
    return charts.add({"Energy of one inference",
                       "Bars from low to high with a line at the nominal value, for spikes and for "
                       "each variant of the dense network; numbers in the table."},
                      chart);
}

/// T0 stands apart in grey: it leaves out what decides.
markup tier_block(const tier& t, chart_list& charts) {
    if (!t.naive()) {
        markup body = total_chart(t, charts) + tier_table(t);
        if (!t.caution.empty()) { body += element("p", "Caution: " + t.caution + "."); }
        return body;
    }
    const std::string caution = t.caution.empty() ? "counts operations only" : t.caution;
    const std::string note =
        fmt::format("Only for comparison with papers that count operations: {}. It decides nothing "
                    "here.",
                    caution);
    const markup body = element("p", note, {{"class", "caution"}}) + tier_table(t);
    return element("div", body, {{"class", "naive"}});
}

markup layer_chart(const std::vector<compared_layer>& layers, chart_list& charts) {
    range_chart chart{"energy of one inference, pJ (logarithmic)",
                      {},
                      {{"spikes", tone::spikes, {}},
                       {"dense D0", tone::dense, {}},
                       {"cheapest dense", tone::twin, {}}},
                      {}};
    for (const compared_layer& layer : layers) {
        chart.labels.push_back(layer.name);
        chart.series[0].values.push_back(layer.snn);
        chart.series[1].values.push_back(layer.dense[0]);
        maybe_interval best;
        for (std::size_t i = 0; i < variant_count; ++i) {
            if (variant_name(i) == layer.best_dense) { best = layer.dense[i]; }
        }
        chart.series[2].values.push_back(best);
    }
    return charts.add({"Energy per layer",
                       "Bars from low to high per layer, for spikes, the dense variant D0 and the "
                       "cheapest dense variant; numbers in the table."},
                      chart);
}

energy_unit unit_of(const std::vector<compared_layer>& layers) {
    double most = 0;
    for (const compared_layer& layer : layers) {
        most = std::max(most, largest(layer.snn, layer.dense));
    }
    return unit_for(most);
}

markup layer_table(const std::vector<compared_layer>& layers) {
    const energy_unit unit = unit_of(layers);
    std::vector<column> columns{{"Layer", column_kind::words},
                                {"Kind", column_kind::words},
                                {"Verdict", column_kind::words},
                                {"Spikes / cheapest"},
                                {"Spikes"}};
    for (std::size_t i = 0; i < variant_count; ++i) { columns.push_back({variant_name(i)}); }
    table rows(fmt::format("Energy per layer in {} (tier T1), nominal (low to high)", unit.name),
               columns);
    for (const compared_layer& layer : layers) {
        const std::string against = layer.best_dense.empty() ? "" : ", " + layer.best_dense;
        std::vector<cell> cells{layer.name, layer.kind, short_verdict(layer.verdict),
                                interval_text(layer.ratio) + against, unit.show(layer.snn)};
        for (const maybe_interval& d : layer.dense) { cells.emplace_back(unit.show(d)); }
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
    for (const tier& t : result.tiers) { body += tier_block(t, charts); }
    if (!result.layers.empty()) {
        body += layer_chart(result.layers, charts) + layer_table(result.layers);
    }
    return body + break_even_section(result, charts) + bill_section(result);
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
