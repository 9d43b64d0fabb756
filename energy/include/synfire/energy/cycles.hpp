// SPDX-License-Identifier: Apache-2.0
// Clock cycles of the output-stationary engine by formula, until hardware counts them: bounds that
// follow from what must be read and added, not a schedule.
#pragma once

#include <synfire/energy/estimate.hpp>

namespace synfire::energy {

/// Cycles of one population, per inference.
struct cycle_estimate {
    interval cycles{};
    double row_additions = 0;  ///< rows of N weights added: one per cycle
    double words_scanned = 0;  ///< active-map words of the fields: one per cycle
    double output_words = 0;   ///< positions times groups of N channels
};

/// low: additions, scanning and firing overlap perfectly. nominal: the longer of additions and
/// scanning, and 4 cycles to change the field. high: nothing overlaps. Inputs take no cycles.
cycle_estimate estimate_cycles(const network& net, std::size_t population, const layer_load& load,
                               const engine_options& engine = {});

}  // namespace synfire::energy
