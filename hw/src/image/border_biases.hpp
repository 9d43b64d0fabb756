// SPDX-License-Identifier: Apache-2.0
// Biases per neuron that differ at the border of a map only. A convolution of an input whose zero
// is no zero of the network has them: its padding adds to a bias what no neuron further inside
// gets.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>

#include "term_plan.hpp"

namespace synfire::hw::detail {

/// Rows above and below, and words left and right, that differ from the middle; the columns are
/// the same in all other rows.
struct bias_border {
    std::int32_t rows = 0;
    std::int32_t words = 0;
    bool pays = false;  ///< far fewer rows of weights than one for each word

    /// Position whose biases are those of the middle.
    std::size_t middle_of(const shape& s, channel_group group) const;
};

bias_border border_of(const population& p, channel_group group);

/// All distances from the middle that the terms below add, of one channel of the group.
std::vector<std::int64_t> border_distances(const population& p, channel_group group,
                                           const bias_border& border, std::int32_t channel);

/// One term for the rows, one for the columns; none of those that nothing differs in.
std::vector<term_plan> border_terms(const population& p, channel_group group,
                                    const bias_border& border, int digits, int digit_bits);

}  // namespace synfire::hw::detail
