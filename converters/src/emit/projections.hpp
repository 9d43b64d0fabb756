// SPDX-License-Identifier: Apache-2.0
// The projections of one sum or pool.
#pragma once

#include <vector>

#include <synfire/core/network.hpp>

#include "../quantise/quantised_graph.hpp"

namespace synfire::converters {

struct emission_context {
    const quantised_graph& quantised;
    const std::vector<std::size_t>& population_of_node;
};

/// Projections of term number `index` of sum node `id`.
std::vector<projection> term_projections(const emission_context& context, node_id id,
                                         std::size_t index);

/// Window projections of a max-pool.
std::vector<projection> window_projections(const emission_context& context, node_id id);

}  // namespace synfire::converters
