// SPDX-License-Identifier: Apache-2.0
// Fixed costs of the engine's pipeline in cycles, measured on the RTL; everything else of the cycle
// model follows from the data. Placeholders until they are measured.
#pragma once

#include <cstdint>

namespace synfire::hw::timing {

/// K: a pass besides its fields and constants: fetching header and term, filling and draining the
/// pipeline.
inline constexpr std::uint64_t fire_pass = 0;
inline constexpr std::uint64_t pool_pass = 0;
inline constexpr std::uint64_t readout_pass = 0;

/// CT: each term of a field of a pass with several terms: fetching it, filling and draining the
/// pipeline.
inline constexpr std::uint64_t term = 0;
/// Once more for the last term of such a field.
inline constexpr std::uint64_t last_term = 0;

}  // namespace synfire::hw::timing
