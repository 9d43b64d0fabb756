// SPDX-License-Identifier: Apache-2.0
// What lowering asks about models that are quantised already.
#pragma once

#include <optional>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// True where both are codes of one scale and zero point.
bool same_codes(const code_format* a, const code_format* b);

/// True for layers that only move codes: arithmetic on codes is none on real numbers. Padding with
/// code 0 is real 0 without a zero point only.
bool moves_codes(const layer& l, const code_format& codes);

/// The grid of real numbers that the codes stand for; nothing where zero points differ.
std::optional<code_grid> grid_of_codes(const code_format& codes);

/// The sum fires on the grid; what its ReLU or upper bound keeps it from leaves the range.
void set_grid(sum_node& sum, const code_grid& grid);

/// True where rounding to `grid` changes no value of `present`.
bool lies_on(const std::optional<code_grid>& present, const code_grid& grid);

}  // namespace synfire::converters
