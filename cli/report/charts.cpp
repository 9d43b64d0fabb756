// SPDX-License-Identifier: Apache-2.0
#include "charts.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace synfire::report {

namespace {

using json = nlohmann::ordered_json;

const char* name_of(tone colour) {
    switch (colour) {
    case tone::spikes:
        return "spikes";
    case tone::dense:
        return "dense";
    case tone::twin:
        return "twin";
    case tone::other:
        break;
    }
    return "other";
}

json value_json(const maybe_interval& value) {
    // A logarithmic axis has no place for 0.
    if (!value || value->low <= 0) { return nullptr; }
    return {value->low, value->nominal, value->high};
}

json value_json(const std::optional<double>& value) { return value ? json(*value) : json(nullptr); }

template <typename Series>
json series_json(const std::vector<Series>& all) {
    json result = json::array();
    for (const Series& s : all) {
        json values = json::array();
        for (const auto& v : s.values) { values.push_back(value_json(v)); }
        result.push_back({{"name", s.name}, {"colour", name_of(s.colour)}, {"values", values}});
    }
    return result;
}

template <typename Series>
bool has_values(const std::vector<Series>& all) {
    return std::any_of(all.begin(), all.end(), [](const Series& s) {
        return std::any_of(s.values.begin(), s.values.end(),
                           [](const auto& v) { return v.has_value(); });
    });
}

double bars_height(std::size_t labels, std::size_t series) {
    return 5.5 + static_cast<double>(labels) * (0.9 + 0.9 * static_cast<double>(series));
}

json population_json(const raster_population& p) {
    json spikes = json::array();
    for (const raster_spike& s : p.spikes) {
        spikes.push_back({s.step, std::floor(s.neuron / p.stride), s.sign});
    }
    return {{"name", p.name},
            {"rows", std::ceil(p.neurons / p.stride)},
            {"start", p.start},
            {"steps", p.steps},
            {"spikes", spikes}};
}

}  // namespace

markup chart_list::figure(const caption_text& caption, json chart, double height_rem) {
    const std::string index = std::to_string(charts_.size());
    charts_.push_back(std::move(chart));
    const markup canvas = inline_element("canvas", text(caption.description),
                                         {{"role", "img"}, {"aria-label", caption.description}});
    const markup box =
        element("div", canvas,
                {{"class", "canvas-box"}, {"style", fmt::format("height: {:.1f}rem", height_rem)}});
    return element("figure", element("figcaption", caption.title) + box,
                   {{"class", "chart"}, {"data-chart", index}});
}

markup chart_list::add(const caption_text& caption, const range_chart& chart) {
    if (!drawn_ || !has_values(chart.series)) { return {}; }
    json spec = {{"kind", "ranges"},
                 {"axis", chart.axis},
                 {"labels", chart.labels},
                 {"series", series_json(chart.series)}};
    if (chart.points) {
        json values = json::array();
        for (const auto& v : chart.points->values) { values.push_back(value_json(v)); }
        spec["points"] = {{"name", chart.points->name}, {"values", values}};
    }
    return figure(caption, std::move(spec), bars_height(chart.labels.size(), chart.series.size()));
}

markup chart_list::add(const caption_text& caption, const bar_chart& chart) {
    if (!drawn_ || !has_values(chart.series)) { return {}; }
    const json spec = {{"kind", "bars"},
                       {"axis", chart.axis},
                       {"labels", chart.labels},
                       {"series", series_json(chart.series)},
                       {"stacked", chart.stacked}};
    const std::size_t bars_per_label = chart.stacked ? 1 : chart.series.size();
    return figure(caption, spec, bars_height(chart.labels.size(), bars_per_label));
}

markup chart_list::add(const caption_text& caption, const raster& spikes) {
    if (!drawn_ || spikes.populations.empty()) { return {}; }
    json populations = json::array();
    for (const raster_population& p : spikes.populations) {
        populations.push_back(population_json(p));
    }
    return figure(caption, {{"kind", "raster"}, {"populations", populations}},
                  4 + 6.5 * static_cast<double>(populations.size()));
}

}  // namespace synfire::report
