// SPDX-License-Identifier: Apache-2.0
#include "kept_weights.hpp"

#include "layer_rows.hpp"
#include "scaled_terms.hpp"

namespace synfire::converters {

namespace {

// Multiplications; a minute or two on one core.
constexpr double work_limit = 1e12;

}  // namespace

kept_weights kept_of(const neuron_graph& graph, node_id id, const term& t, std::size_t group) {
    const std::vector<float>& weights = *weights_of(t);
    const std::size_t columns = row_length(graph, id, t);
    const std::size_t channels = weights.size() / columns / row_groups(t);
    kept_weights kept(columns, channels);
    for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < columns; ++i) {
            kept(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) =
                weights[(group * channels + c) * columns + i] != 0.0F;
        }
    }
    return kept;
}

bool can_fit(const neuron_graph& graph, node_id id, const term& t) {
    if (!has_rows(t) || row_length(graph, id, t) > fit_limit) { return false; }
    double work = 0.0;
    for (std::size_t group = 0; group < row_groups(t); ++group) {
        work += work_of_fit(kept_of(graph, id, t, group));
    }
    return work <= work_limit;
}

}  // namespace synfire::converters
