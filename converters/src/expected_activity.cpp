// SPDX-License-Identifier: Apache-2.0
#include "expected_activity.hpp"

#include <algorithm>
#include <numeric>

#include <synfire/core/readout.hpp>

namespace synfire::converters {

namespace {

/// spikes_of[code - lo][step]: 1 where that code spikes at that step.
std::vector<std::vector<std::uint32_t>> spike_table(const population& p) {
    std::vector<std::vector<std::uint32_t>> table;
    for (std::int32_t code = p.range.lo; code <= p.range.hi; ++code) {
        std::vector<std::uint32_t> steps(static_cast<std::size_t>(p.window.steps), 0);
        for (const std::int32_t step : spike_steps(p.window, code)) {
            ++steps[static_cast<std::size_t>(step)];
        }
        table.push_back(std::move(steps));
    }
    return table;
}

/// counts[step][sample]
using step_counts = std::vector<std::vector<std::uint32_t>>;

void count_codes(const population& p, const std::vector<std::vector<std::uint32_t>>& table,
                 const std::vector<std::int32_t>& codes, std::size_t sample, step_counts& counts) {
    for (const std::int32_t code : codes) {
        if (code == 0) { continue; }
        const auto& steps = table[static_cast<std::size_t>(code - p.range.lo)];
        for (std::size_t t = 0; t < steps.size(); ++t) { counts[t][sample] += steps[t]; }
    }
}

/// Nearest-rank percentile.
double percentile_95(std::vector<std::uint32_t> values) {
    const std::size_t rank = (values.size() * 95 + 99) / 100 - 1;
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(rank),
                     values.end());
    return values[rank];
}

}  // namespace

std::vector<std::int32_t> expect_activity(network& net, const quantised_model& quantised,
                                          const dataset& data, std::size_t samples) {
    std::vector<std::vector<std::vector<std::uint32_t>>> tables(net.populations.size());
    std::vector<step_counts> counts(net.populations.size());
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (net.populations[i].kind == population_kind::readout) { continue; }
        tables[i] = spike_table(net.populations[i]);
        counts[i].assign(static_cast<std::size_t>(net.populations[i].window.steps),
                         std::vector<std::uint32_t>(samples, 0));
    }
    const auto found =
        std::find_if(net.populations.begin(), net.populations.end(),
                     [](const population& p) { return p.kind == population_kind::readout; });
    const auto readout = static_cast<std::size_t>(found - net.populations.begin());
    std::vector<std::int32_t> answers(samples);
    quantised.run(data, samples, [&](std::size_t sample, const std::vector<layer_values>& layers) {
        for (std::size_t i = 0; i < layers.size(); ++i) {
            if (!tables[i].empty()) {
                count_codes(net.populations[i], tables[i], layers[i].codes, sample, counts[i]);
            }
        }
        answers[sample] = readout_class(*found, layers[readout].potentials);
    });
    for (std::size_t i = 0; i < counts.size(); ++i) {
        if (tables[i].empty()) { continue; }
        expected_activity& expected = net.populations[i].expected.emplace();
        for (const std::vector<std::uint32_t>& step : counts[i]) {
            const double total = std::accumulate(step.begin(), step.end(), 0.0);
            expected.mean_spikes.push_back(total / static_cast<double>(samples));
            expected.p95_spikes.push_back(percentile_95(step));
        }
    }
    return answers;
}

}  // namespace synfire::converters
