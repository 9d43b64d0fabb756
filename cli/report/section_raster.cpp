// SPDX-License-Identifier: Apache-2.0
// Spikes of one sample, neuron by neuron and step by step.
#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

markup raster_table(const raster& spikes) {
    table rows("Spikes in the picture", {{"Population", column_kind::words},
                                         {"Neurons"},
                                         {"Shown"},
                                         {"First step"},
                                         {"Steps"},
                                         {"Spikes shown"},
                                         {"of them negative"}});
    for (const raster_population& p : spikes.populations) {
        const auto negative = std::count_if(p.spikes.begin(), p.spikes.end(),
                                            [](const raster_spike& s) { return s.sign < 0; });
        rows.row({p.name, grouped(p.neurons),
                  p.stride == 1 ? "all" : fmt::format("1 in {}", grouped(p.stride)),
                  grouped(p.start), grouped(p.steps), grouped(static_cast<double>(p.spikes.size())),
                  grouped(static_cast<double>(negative))});
    }
    return rows.html();
}

}  // namespace

markup raster_section(const network_report& network, chart_list& charts) {
    markup body;
    for (const auto& r : network.runs) {
        if (!r.part.spike_raster || r.part.spike_raster->populations.empty()) { continue; }
        const raster& spikes = *r.part.spike_raster;
        body +=
            element("p", fmt::format("Sample {}{}. Each population has its own band of neurons; "
                                     "it fires after its sources have ended. Upright marks are "
                                     "positive spikes, hollow circles negative ones.",
                                     grouped(spikes.sample), data_words(r.part.data)));
        body +=
            charts.add({"Spike raster", "Scatter chart: neurons over global steps, one band and "
                                        "colour per population; sums in the table."},
                       spikes);
        body += raster_table(spikes);
    }
    return section("Spike raster", body);
}

}  // namespace synfire::report
