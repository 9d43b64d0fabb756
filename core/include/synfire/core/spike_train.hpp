// SPDX-License-Identifier: Apache-2.0
// Spike records: what an engine, the cycle model and the RTL are compared by.
#pragma once

#include <compare>
#include <cstdint>
#include <vector>

namespace synfire {

/// One spike. Steps count from 0 in the population's own window.
struct spike {
    std::int32_t step = 0;
    std::uint32_t neuron = 0;
    std::int32_t sign = 1;  ///< +1 or -1

    friend auto operator<=>(const spike&, const spike&) = default;
};

/// Spikes of one population, sorted by (step, neuron).
using spike_train = std::vector<spike>;

}  // namespace synfire
