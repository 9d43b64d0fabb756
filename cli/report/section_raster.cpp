// SPDX-License-Identifier: Apache-2.0
// Spikes of one sample, neuron by neuron and step by step.
#include <algorithm>
#include <cmath>
#include <iterator>

#include <fmt/format.h>

#include "figures.hpp"
#include "runs.hpp"
#include "sections.hpp"

namespace synfire::report {

namespace {

constexpr double most_rows = 80;  // of one band: a pixel each

/// Fewer neurons where a band has no room for all. The factor is odd: an even one would keep some
/// channels only, since neurons are numbered channel last.
raster_population thinned(const raster_population& p) {
    double factor = std::ceil(p.neurons / p.stride / most_rows);
    if (factor <= 1) { return p; }
    if (std::fmod(factor, 2) == 0) { factor += 1; }
    raster_population result = p;
    result.stride = p.stride * factor;
    result.spikes.clear();
    std::copy_if(p.spikes.begin(), p.spikes.end(), std::back_inserter(result.spikes),
                 [&](const raster_spike& s) { return std::fmod(s.neuron, result.stride) == 0; });
    return result;
}

raster thinned(const raster& all) {
    raster result{all.sample, {}};
    for (const raster_population& p : all.populations) { result.populations.push_back(thinned(p)); }
    return result;
}

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
        if (!r.part.spike_raster || r.part.spike_raster->populations.empty()
            || repeats_another(network, r.part)) {
            continue;
        }
        const raster spikes = thinned(*r.part.spike_raster);
        body +=
            element("p", fmt::format("Sample {}{}. Each population has its own band of neurons; "
                                     "it fires after its sources have ended. Dashes are "
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
