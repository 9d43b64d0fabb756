// SPDX-License-Identifier: Apache-2.0
#include "real_rows.hpp"

#include <algorithm>
#include <cmath>

#include "../quantise/calibration.hpp"
#include "../quantise/layer_rows.hpp"

namespace synfire::converters {

namespace {

// Real numbers become integers, so that sums are exact: products of 10 bits and 16 bits, or of 16
// and 16 where positions are summed first, stay below 2^53 over 2^16 rows.
constexpr double source_levels = 1023.0;
constexpr double summed_levels = 65535.0;
constexpr std::size_t most_rows = std::size_t{1} << 16;
// More positions of one sample say little: they are much alike.
constexpr std::size_t most_positions = 64;

}  // namespace

real_rows::real_rows(const neuron_graph& graph, const stepped_samples& samples, node_id id,
                     std::size_t index)
    : graph_(graph),
      samples_(samples),
      id_(id),
      index_(index) {
    const term& t = term_of();
    const double largest = samples.largest(t.source, false);
    if (largest <= 0.0) { return; }
    const auto* linear = std::get_if<linear_term>(&t.kind);
    const bool summed = linear != nullptr && linear->spatial_sum;
    const auto positions =
        static_cast<double>(population_shape(graph.nodes[t.source].item).positions());
    scale_ =
        (summed ? std::min(source_levels, summed_levels / positions) : source_levels) / largest;
}

std::vector<normal_equations> real_rows::gather(std::size_t group, std::size_t channels,
                                                const lacking_of& lacking) const {
    const normal_equations none(row_length(graph_, id_, term_of()) + 1, channels);
    std::vector<normal_equations> halves(2, none);
    std::vector<std::vector<normal_equations>> threads(worker_count());
    for_each_sample(samples_.size(), [&](std::size_t sample, std::size_t thread) {
        std::vector<normal_equations>& own = threads[thread];
        if (own.empty()) { own.assign(2, none); }
        add_sample(group, sample, lacking, own[sample % 2]);
    });
    for (const std::vector<normal_equations>& own : threads) {
        for (std::size_t h = 0; h < own.size(); ++h) { halves[h].add(own[h]); }
    }
    return halves;
}

void real_rows::add_sample(std::size_t group, std::size_t sample, const lacking_of& lacking,
                           normal_equations& to) const {
    std::vector<std::int32_t> codes;
    for (const float v : samples_[sample].value(term_of().source)) {
        codes.push_back(static_cast<std::int32_t>(std::lround(static_cast<double>(v) * scale_)));
    }
    const std::size_t most =
        std::min(most_positions, std::max<std::size_t>(1, most_rows / samples_.size()));
    const std::vector<std::size_t> positions =
        row_positions(population_shape(graph_.nodes[id_].item), most, sample);
    to.add_rows(gather_rows(graph_, id_, term_of(), codes, positions, group),
                lacking(sample, positions));
}

}  // namespace synfire::converters
