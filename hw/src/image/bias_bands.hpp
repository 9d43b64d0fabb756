// SPDX-License-Identifier: Apache-2.0
// Biases per neuron that repeat from row to row: a padded convolution of an input whose zero is no
// code has other biases at the border only, and the rows between them are stored once.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire::hw::detail {

/// Rows of a map that one pass computes.
struct row_band {
    std::int32_t first = 0;
    std::int32_t count = 0;
    std::int32_t stored = 0;  ///< its first row among the rows of biases that are stored
    bool repeats = false;     ///< all rows have the biases of the first one

    std::int32_t stored_rows() const { return repeats ? 1 : count; }
};

/// The bands of a map from top to bottom; a single one where too few rows repeat, or where passes
/// cannot be bands of rows because each does a run of positions.
std::vector<row_band> bias_bands(const population& p, bool whole_rows);

}  // namespace synfire::hw::detail
