// SPDX-License-Identifier: Apache-2.0
// Fast convolution in single precision: windows are unrolled into columns, and four output channels
// share each load of them. For every output the order of the sum is that of add_convolution, so the
// results are the same bits.
#pragma once

#include <cstdint>
#include <span>

#include "kernels.hpp"
#include "model_graph.hpp"

namespace synfire::converters {

/// Weights [out][in/groups][kh][kw] with their geometry.
struct convolution_weights {
    std::span<const float> values;
    const kernel_geometry& geometry;
    std::int32_t groups = 1;
};

/// out += convolution of in.
void add_unrolled_convolution(const feature_map<float>& out, const feature_map<const float>& in,
                              const convolution_weights& weights);

}  // namespace synfire::converters
