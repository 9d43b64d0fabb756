// SPDX-License-Identifier: Apache-2.0
// What a weighted term multiplies, as rows of a linear system: one row for each output position of
// a sample, one column for each weight of an output channel.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Convolutions and linear terms; true where a term can be described so.
bool has_rows(const term& t);

/// Weights per output channel: columns of the system.
std::size_t row_length(const neuron_graph& graph, node_id node, const term& t);

/// Groups of a convolution have systems of their own; otherwise 1.
std::size_t row_groups(const term& t);

/// One group of one weighted term: a system of its own.
struct row_group {
    node_id node = 0;
    std::size_t term = 0;
    std::size_t group = 0;
    std::size_t columns = 0;  ///< without the bias
    std::size_t first_channel = 0;
    std::size_t channels = 0;
};

/// All groups of a term.
std::vector<row_group> row_groups_of(const neuron_graph& graph, node_id node, std::size_t term);

/// Output positions of one sample that take part: all of them, or `most` evenly spread ones that
/// change from sample to sample.
std::vector<std::size_t> row_positions(const shape& out, std::size_t most, std::size_t sample);

/// codes: the source's, in ONNX order. Result: [position][column] of one group.
std::vector<std::int32_t> gather_rows(const neuron_graph& graph, node_id node, const term& t,
                                      std::span<const std::int32_t> codes,
                                      const std::vector<std::size_t>& positions, std::size_t group);

}  // namespace synfire::converters
