// SPDX-License-Identifier: Apache-2.0
// How often each neuron of a population was silent or at the end of its range.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <synfire/converters/explain.hpp>

#include "quantise/quantised_graph.hpp"

namespace synfire::converters {

/// Whole numbers, so that no order of samples or threads changes them.
class neuron_counts {
  public:
    neuron_counts() = default;
    neuron_counts(const quantised_node& node, std::size_t neurons);

    /// Codes of one sample, and what the trained network sends at the same neurons.
    void add(std::span<const std::int32_t> codes, std::span<const float> trained);
    void add(const neuron_counts& other);

    neuron_use result() const;

  private:
    code_range range_;
    std::vector<std::uint32_t> spikes_of_;  ///< by code - range.lo
    std::vector<std::uint32_t> active_;     ///< samples, per neuron
    std::vector<std::uint32_t> active_trained_;
    std::vector<std::uint32_t> at_end_;
    std::uint32_t samples_ = 0;
    std::uint64_t spikes_ = 0;
};

}  // namespace synfire::converters
