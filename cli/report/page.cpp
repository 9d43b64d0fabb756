// SPDX-License-Identifier: Apache-2.0
#include "page.hpp"

#include <fmt/format.h>
#include <initializer_list>
#include <utility>

#include "assets.hpp"
#include "charts.hpp"
#include "markup.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

markup network_part(const report_model& model, std::size_t index, chart_list& charts) {
    const network_report& n = model.networks[index];
    const markup parts = verdict_section(n) + accuracy_section(n) + activity_section(n, charts)
                         + energy_section(n, charts) + hardware_section(model, n, charts)
                         + conversion_section(n, charts) + raster_section(n, charts)
                         + provenance_section(model, n);
    return element("section", element("h2", n.name) + parts,
                   {{"id", fmt::format("network-{}", index + 1)}, {"class", "network"}});
}

markup charts_off() {
    return element("p",
                   "Charts are off: this program was built without Chart.js (Debian package "
                   "libjs-chart.js). The tables hold the same numbers.",
                   {{"class", "muted"}});
}

markup without_script() {
    return element("noscript", element("p", "Charts need JavaScript; the tables hold the same "
                                            "numbers."));
}

markup footer_of(const report_model& model, const page_options& options) {
    std::string line = "Written by synfire " + options.version;
    if (!options.chart_library.empty()) {
        line +=
            fmt::format("; charts by Chart.js {} (MIT License, notice in the source of this page)",
                        options.chart_library_version);
    }
    return files_section(model)
           + element("p", line + ". This page asks nothing of any other machine.",
                     {{"class", "muted"}});
}

markup script(std::string_view source) {
    return markup::trusted(fmt::format("<script>\n{}</script>\n", source));
}

/// Data first: the scripts read them while the page loads.
markup scripts_of(const chart_list& charts, const page_options& options) {
    if (!charts.drawn()) { return {}; }
    const std::string data =
        charts.data().dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return markup::trusted(fmt::format("<!--\n{}-->\n", assets::chart_licence))
           + markup::trusted(
               fmt::format("<script type=\"application/json\" id=\"synfire-data\">{}</script>\n",
                           script_safe(data)))
           + script(options.chart_library) + script(assets::script);
}

using places = std::initializer_list<std::pair<std::string_view, std::string_view>>;

/// One pass over the template, so that a name that looks like a place is left alone.
std::string filled(std::string_view form, places values) {
    std::string out;
    while (!form.empty()) {
        const std::size_t at = form.find('@');
        out += form.substr(0, at);
        if (at == std::string_view::npos) { break; }
        form.remove_prefix(at);
        bool found = false;
        for (const auto& [name, value] : values) {
            if (form.substr(1).starts_with(name) && form.substr(1 + name.size()).starts_with('@')) {
                out += value;
                form.remove_prefix(name.size() + 2);
                found = true;
                break;
            }
        }
        if (!found) {
            out += '@';
            form.remove_prefix(1);
        }
    }
    return out;
}

std::string title_of(const report_model& model) {
    return model.networks.size() == 1 ? "Synfire report: " + model.networks.front().name
                                      : "Synfire report";
}

}  // namespace

std::string page(const report_model& model, const page_options& options) {
    chart_list charts(!options.chart_library.empty());
    markup body = overview_section(model);
    body += charts.drawn() ? without_script() : charts_off();
    for (std::size_t i = 0; i < model.networks.size(); ++i) {
        body += network_part(model, i, charts);
    }
    if (model.networks.empty()) { body += boards_part(model, nullptr); }
    return filled(assets::page_template, {{"version", text(options.version).html()},
                                          {"title", text(title_of(model)).html()},
                                          {"style", assets::style},
                                          {"body", body.html()},
                                          {"footer", footer_of(model, options).html()},
                                          {"scripts", scripts_of(charts, options).html()}});
}

}  // namespace synfire::report
