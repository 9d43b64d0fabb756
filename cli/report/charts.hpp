// SPDX-License-Identifier: Apache-2.0
// What the page's script draws. Each chart stands beside a table with the same numbers, so a page
// without charts lacks nothing but the pictures.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "markup.hpp"
#include "report_model.hpp"

namespace synfire::report {

/// Colours by meaning; report.css says which they are in each scheme.
enum class tone { spikes, dense, twin, other };

/// Horizontal bars from low to high with a mark at the nominal value, on a logarithmic axis.
struct range_series {
    std::string name{};
    tone colour = tone::spikes;
    std::vector<maybe_interval> values{};
};

/// One diamond per label, over the ranges.
struct point_series {
    std::string name{};
    std::vector<std::optional<double>> values{};
};

struct range_chart {
    std::string axis{};
    std::vector<std::string> labels{};
    std::vector<range_series> series{};
    std::optional<point_series> points{};
};

struct bar_series {
    std::string name{};
    tone colour = tone::spikes;
    std::vector<std::optional<double>> values{};
};

/// Horizontal bars from zero: one per series side by side, or one on top of the other.
struct bar_chart {
    std::string axis{};
    std::vector<std::string> labels{};
    std::vector<bar_series> series{};
    bool stacked = false;
};

struct caption_text {
    std::string title{};
    std::string description{};  ///< read aloud instead of the picture
};

/// Collects charts while sections are built.
class chart_list {
  public:
    explicit chart_list(bool drawn) : drawn_(drawn) {}

    bool drawn() const { return drawn_; }
    /// A figure for the page, empty where charts are off or there is nothing to draw.
    markup add(const caption_text& caption, const range_chart& chart);
    markup add(const caption_text& caption, const bar_chart& chart);
    markup add(const caption_text& caption, const raster& spikes);

    /// Everything that the script needs, by figure.
    nlohmann::ordered_json data() const { return {{"charts", charts_}}; }

  private:
    bool drawn_;
    nlohmann::ordered_json charts_ = nlohmann::ordered_json::array();

    markup figure(const caption_text& caption, nlohmann::ordered_json chart, double height_rem);
};

}  // namespace synfire::report
