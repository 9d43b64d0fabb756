// SPDX-License-Identifier: Apache-2.0
// Networks between the trained and the quantised one: each layer runs in real numbers or in
// integers, or with only some of its roundings. With nothing quantised it is the neuron executor
// (L1), with everything quantised the integer executor (L2), bit for bit.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include <synfire/core/dataset.hpp>

#include "quantise/quantised_graph.hpp"

namespace synfire::converters {

/// What of a layer is as in the quantised network.
struct layer_parts {
    bool weights = false;   ///< weights and biases are integers
    bool rounding = false;  ///< what it sends is rounded to codes
    bool clipping = false;  ///< what it sends ends at the range of its codes
};

inline constexpr layer_parts no_part{};
inline constexpr layer_parts all_parts{true, true, true};

/// Runs one sample at a time; one object per thread. `quantised` must outlive it.
class hybrid_executor {
  public:
    explicit hybrid_executor(const quantised_graph& quantised);

    /// All nodes alike.
    void run(const dataset& data, std::size_t sample, const layer_parts& parts);

    /// One node differently: what does not depend on it is taken from `base`, which ran the same
    /// sample with `parts` everywhere. Only that node and those behind it may be read afterwards.
    /// False where it sends what it sends in `base`: then nothing behind it ran.
    bool run_from(const hybrid_executor& base, node_id changed, const layer_parts& its,
                  const layer_parts& parts);

    /// True for the nodes that the last run gave values.
    bool ran(node_id id) const { return ran_[id]; }

    /// What the node sends in real units, ONNX order; of read-outs their potential.
    std::span<const float> value(node_id id) const { return real_[id]; }

    /// In units of the quantised potential; sums only.
    std::span<const double> potential(node_id id) const { return potentials_[id]; }

  private:
    void run_node(node_id id, const layer_parts& parts);
    void run_input(node_id id, const layer_parts& parts);
    void run_sum(node_id id, const sum_node& sum, const layer_parts& parts);
    void run_max_pool(node_id id, const max_pool_node& pool);
    void add_quantised(node_id id, const sum_node& sum);
    void add_unrolled(node_id id, std::size_t index, const conv_term& conv);
    void add_real(node_id id, const sum_node& sum);
    void fire(node_id id, const sum_node& sum, const layer_parts& parts);
    void take(const hybrid_executor& base, node_id id);
    void from_codes(node_id id);
    void to_codes(node_id id);

    const quantised_graph& quantised_;
    std::vector<std::vector<bool>> single_;  ///< per node and term: single precision is exact
    const dataset* data_ = nullptr;
    std::size_t sample_ = 0;
    std::vector<bool> ran_;
    std::vector<std::vector<float>> real_;
    std::vector<std::vector<float>> codes_;  ///< the same in units of the code, from code 0
    std::vector<std::vector<double>> potentials_;
    std::vector<std::vector<double>> scales_;  ///< per element, views looked through
    std::vector<std::vector<double>> zeros_;
};

}  // namespace synfire::converters
