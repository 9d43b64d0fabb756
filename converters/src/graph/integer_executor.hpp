// SPDX-License-Identifier: Apache-2.0
// Level L2 of the ladder: the quantised network, executed in integers and ONNX order, without
// spikes, populations or any code of the simulator. A flatten, concat or padding error of the
// emission shows against it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <synfire/core/dataset.hpp>

#include "../quantise/quantised_graph.hpp"

namespace synfire::converters {

/// Codes of the input node for one sample of the data set, in the order of its item; those of
/// several inputs follow each other.
std::vector<std::int32_t> input_codes(const quantised_graph& quantised, const dataset& data,
                                      std::size_t sample);

/// True for a convolution none of whose partial sums, in any order, leaves the integers that single
/// precision holds exactly.
bool single_precision_is_exact(const quantised_graph& quantised, node_id id, std::size_t index);

/// Runs one sample at a time; one object per thread. Convolutions are summed in single precision
/// where no sum of theirs can leave the integers that it holds exactly (below 2^24); all others in
/// 64 bits.
class integer_executor {
  public:
    explicit integer_executor(const quantised_graph& quantised);

    void run(std::span<const std::int32_t> codes);

    /// One node after the other instead: the input first, then each in topological order.
    void set_input(std::span<const std::int32_t> codes);
    void run_node(node_id id);

    /// To be called when a node's weights have changed; the second form spares the search where
    /// another executor of the same network has made it.
    void refresh(node_id id);
    void refresh(node_id id, const integer_executor& done) { single_[id] = done.single_[id]; }

    /// Codes of a sum that fires, once more from the potentials at hand plus `change` per channel.
    void fire_again(node_id id, std::span<const std::int64_t> change);

    /// Frees what a node holds; for those that no later node reads.
    void forget(node_id id);

    /// Codes in ONNX order; not for readouts.
    std::span<const std::int32_t> codes(node_id node) const { return codes_[node]; }

    /// Exact potentials in ONNX order; sum nodes only.
    std::span<const std::int64_t> potential(node_id node) const { return potentials_[node]; }

  private:
    void run_sum(node_id id, const sum_node& sum);
    void add_exactly(node_id id, std::size_t index);
    void fire(node_id id);

    const quantised_graph& quantised_;
    std::vector<std::vector<bool>> single_;  ///< per node and term: single precision is exact
    std::vector<std::vector<std::int32_t>> codes_;
    std::vector<std::vector<std::int64_t>> potentials_;
};

}  // namespace synfire::converters
