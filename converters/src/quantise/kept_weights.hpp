// SPDX-License-Identifier: Apache-2.0
// Which weights of a layer a fit may change, and whether fitting it is worth the time.
#pragma once

#include "../graph/neuron_graph.hpp"
#include "refit.hpp"

namespace synfire::converters {

/// Terms with more weights per output channel are not fitted.
inline constexpr std::size_t fit_limit = 4096;

/// Weights of one group of a convolution or linear term that are not exactly 0, [column][channel]:
/// those that are have been pruned, and stay so.
kept_weights kept_of(const neuron_graph& graph, node_id id, const term& t, std::size_t group);

/// True for convolutions and linear terms that can be fitted within fit_limit and in reasonable
/// time, of which channels with different kept weights take most.
bool can_fit(const neuron_graph& graph, node_id id, const term& t);

}  // namespace synfire::converters
