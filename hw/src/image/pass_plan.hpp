// SPDX-License-Identifier: Apache-2.0
// The passes of one population: groups of channels, their terms and constants.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <synfire/hw/image.hpp>

#include "constants.hpp"
#include "term_plan.hpp"

namespace synfire::hw::detail {

struct pass_plan {
    std::size_t population = 0;
    pass_header header;  ///< without constants' row
    pass_range range;
    std::vector<term_plan> terms;
    constant_plan constants;
    pass_positions positions;
    bool is_run = false;  ///< one of many passes over the same group of channels
    /// An earlier pass of the program that has the same weights and constants: its rows serve both.
    std::optional<std::size_t> rows_of;

    std::int64_t rows() const;
    /// Rows that the pass adds to the weight memory.
    std::int64_t own_rows() const { return rows_of ? 0 : rows(); }
    /// Of the program.
    std::int64_t words() const;
};

/// Sets rows_of of all passes that are runs (row_sharing.cpp).
void share_rows(std::vector<pass_plan>& program, int lanes);

/// The passes of a population that is no input. bands: rows of biases that repeat are stored once,
/// which takes more passes (bias_bands.hpp).
std::vector<pass_plan> plan_passes(const network& net, std::size_t number,
                                   const std::vector<map_info>& maps, const engine_config& config,
                                   bool bands = true);

/// One pass without terms per read-out, and for the map whose codes are the answer, in the order
/// given; the last one ends the program.
std::vector<pass_plan> plan_emits(const network& net, const std::vector<std::size_t>& order,
                                  const std::vector<map_info>& maps,
                                  std::optional<std::size_t> codes_of);

}  // namespace synfire::hw::detail
