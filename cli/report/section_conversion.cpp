// SPDX-License-Identifier: Apache-2.0
// What the conversion changed: error per layer, thresholds, and how each node was treated.
#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

std::optional<double> hundredfold(const std::optional<double>& fraction) {
    if (!fraction) { return std::nullopt; }
    return 100.0 * *fraction;
}

markup error_chart(const conversion& c, chart_list& charts) {
    bar_chart chart{"relative error, % of the signal",
                    {},
                    {{"clipping", tone::spikes, {}},
                     {"rounding to codes", tone::dense, {}},
                     {"rounding of weights", tone::twin, {}}}};
    for (const converted_layer& layer : c.layers) {
        chart.labels.push_back(layer.name);
        chart.series[0].values.push_back(hundredfold(layer.error.clip));
        chart.series[1].values.push_back(hundredfold(layer.error.round));
        chart.series[2].values.push_back(hundredfold(layer.error.weights));
    }
    return charts.add({"Conversion error per layer",
                       "Bar chart: error by clipping, by rounding to codes and by rounding of "
                       "weights, per layer; numbers in the table."},
                      chart);
}

std::string theta_text(const converted_layer& layer) {
    // Read-outs have none and are written with 0.
    if (layer.theta_min.value_or(0) == 0) { return "-"; }
    if (!layer.theta_max || layer.theta_min == layer.theta_max) {
        return count_text(layer.theta_min);
    }
    return fmt::format("{} to {}", count_text(layer.theta_min), count_text(layer.theta_max));
}

markup error_table(const conversion& c) {
    table rows("Conversion error per layer: root of squared error over squared signal, on the "
               "calibration samples",
               {{"Layer", column_kind::words},
                {"Clipping"},
                {"Rounding to codes"},
                {"Rounding of weights"},
                {"Threshold"},
                {"Width, bits"},
                {"Dead channels"}});
    for (const converted_layer& layer : c.layers) {
        rows.row({layer.name, percent_text(layer.error.clip), percent_text(layer.error.round),
                  percent_text(layer.error.weights), theta_text(layer),
                  count_text(layer.width_bits), count_text(layer.dead_channels)});
    }
    return rows.empty() ? markup() : rows.html();
}

markup node_list(const conversion& c) {
    table rows("Nodes of the model", {{"Node", column_kind::words},
                                      {"Operator", column_kind::words},
                                      {"Treatment", column_kind::words},
                                      {"Reason", column_kind::words}});
    for (const model_node& n : c.nodes) { rows.row({n.name, n.op, n.classification, n.reason}); }
    if (rows.empty()) { return {}; }
    return details(fmt::format("How each of {} nodes was treated", c.nodes.size()), rows.html());
}

std::string setting_sentence(const conversion& c) {
    std::string line = fmt::format(
        "Hidden layers: {} code, {} steps; input: {} steps; weights: {} bits. Calibrated "
        "on {} unlabelled samples",
        c.coding.empty() ? "unknown" : c.coding, count_text(c.steps), count_text(c.input_steps),
        count_text(c.weight_bits), count_text(c.calibration_samples));
    if (c.calibration_disagreements) {
        line += fmt::format(" ({} answered differently from the trained network)",
                            grouped(*c.calibration_disagreements));
    }
    return line + ".";
}

markup warning_list(const conversion& c) {
    markup items;
    for (const std::string& warning : c.warnings) { items += element("li", warning); }
    if (items.empty()) { return {}; }
    return element("p", "Warnings:", {{"class", "alarm"}}) + element("ul", items);
}

}  // namespace

markup conversion_section(const network_report& network, chart_list& charts) {
    markup body;
    for (const auto& c : network.conversions) {
        body += element("p", setting_sentence(c.part)) + warning_list(c.part)
                + error_chart(c.part, charts) + error_table(c.part) + node_list(c.part);
    }
    return section("Conversion", body);
}

}  // namespace synfire::report
