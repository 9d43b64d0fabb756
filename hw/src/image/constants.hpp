// SPDX-License-Identifier: Apache-2.0
// Bias and threshold of a pass as rows of the weight memory: digit by digit, or whole where the
// adder also fires.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/config.hpp>

#include "bias_bands.hpp"
#include "term_plan.hpp"

namespace synfire::hw::detail {

/// Of one channel: what a decay leaves, lower and upper limit, initial potential.
using state_constants = std::array<std::int64_t, 4>;

struct constant_plan {
    int bytes = 0;
    int digits = 0;  ///< rows of one constant of all lanes
    int digit_bits = 8;
    bool whole = false;               ///< all digits of a lane lie side by side
    std::vector<std::int64_t> bias;   ///< one per lane
    std::vector<std::int64_t> theta;  ///< one per lane; read-outs: empty
    /// Signed codes: threshold below 0, offsets from 0 on and below 0; otherwise empty.
    std::array<std::vector<std::int64_t>, 3> below;
    /// With state: what state_constants has, each per lane; otherwise empty.
    std::array<std::vector<std::int64_t>, 4> state;
    /// Bias per neuron: what `bias` holds of it, per channel of the group; the term adds the rest.
    std::vector<std::int64_t> middle;
    int term_digits = 0;  ///< that the rest needs, of digit_bits

    std::int64_t rows() const {
        const int constants = !state[0].empty() ? 6 : theta.empty() ? 1 : below[0].empty() ? 2 : 5;
        return digits * static_cast<std::int64_t>(constants);
    }
    void fill(const row_writer& rows) const;
};

/// Constants of one group of a spiking population or read-out, padding lanes included.
constant_plan plan_constants(const population& p, channel_group group, bool is_signed,
                             const engine_config& config);

/// The term that adds a bias per neuron, as if one pass did the whole map and all rows were stored;
/// the constants must be those of the same group. Its weight rows are those of all bands.
term_plan bias_term(const population& p, channel_group group, const constant_plan& constants,
                    const std::vector<row_band>& bands);

}  // namespace synfire::hw::detail
