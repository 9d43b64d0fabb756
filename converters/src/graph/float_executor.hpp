// SPDX-License-Identifier: Apache-2.0
// Level L0 of the verification ladder: runs a model_graph in single precision, one sample at a
// time. Sums are taken in a fixed order, so that results do not depend on the machine's vector
// width or on threads.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "graph/model_graph.hpp"

namespace synfire::converters {

/// One object per thread; the graph must outlive it. All values of the last sample stay readable.
class float_executor {
  public:
    /// Throws internal_error where the graph breaks its own rules (shapes, sizes, order of layers).
    explicit float_executor(const model_graph& graph);

    /// `input` holds the elements of one sample in ONNX order; several inputs follow each other.
    /// Throws bad_input where the number of elements is another one.
    void run(std::span<const float> input);

    std::span<const float> value(value_id id) const { return values_[id]; }

  private:
    void run_layer(std::size_t number);

    const model_graph& graph_;
    std::vector<std::vector<float>> values_;
    std::vector<std::vector<float>> turned_;  ///< linear weights as [in][out], per layer
    std::vector<float> columns_;              ///< unrolled windows of one convolution group
};

}  // namespace synfire::converters
