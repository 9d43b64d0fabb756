// SPDX-License-Identifier: Apache-2.0
// A sum that has not fired yet, and the folds that are possible while it has not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

struct pending_sum {
    std::string name;
    dims item;
    std::vector<term> terms;
    std::vector<float> bias;  ///< per channel, or per element

    std::size_t channels() const {
        return static_cast<std::size_t>(population_shape(item).channels);
    }
    std::size_t positions() const { return population_shape(item).positions(); }
};

/// The values of a node as they are.
pending_sum copy_of(std::string name, dims item, node_id source);

/// One value per channel where `values` (one, per channel or per element) allows it; empty
/// otherwise.
std::vector<float> per_channel(const std::vector<float>& values, const dims& item);

/// sum = scale * sum + offset. False where the scale differs within a channel.
bool fold_affine(pending_sum& sum, const affine& fold);

/// (x - mean) / std and then a * x + b become one (x - mean) / std; a, b per channel, a > 0.
void fold_affine(input_encoding& encoding, const std::vector<float>& a,
                 const std::vector<float>& b);

/// to += from; both have the same item.
void merge(pending_sum& to, const pending_sum& from);

/// The mean of each window as a term: equal windows become a pool_term, unequal ones a sparse_term.
term average_term(node_id source, const average_pool& pool, const dims& in, const dims& out);

/// The term that a global average with nothing but a linear layer behind it becomes; nothing where
/// `average` is no such sum.
std::optional<term> linear_of_average(const neuron_graph& graph, const pending_sum& average,
                                      const linear& fc);

/// True for a map that only gives the sum's channels another shape, `item`.
bool keeps_channels(const index_map& map, const pending_sum& sum, const dims& item);

/// Slopes that a threshold for negative values can hold: theta / a must neither vanish beside the
/// potential's width nor be coarse.
inline constexpr float least_slope = 1.0F / 1024.0F;
inline constexpr float largest_slope = 16.0F;
inline bool is_leak(float a) { return a >= least_slope && a <= largest_slope; }

}  // namespace synfire::converters
