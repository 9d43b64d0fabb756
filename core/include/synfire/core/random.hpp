// SPDX-License-Identifier: Apache-2.0
// Counter-based random numbers: the same value for the same (sample, neuron, step), whatever the
// thread count.
#pragma once

#include <array>
#include <cstdint>

namespace synfire {

/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random numbers: as easy as 1, 2, 3", SC
/// 2011).
std::array<std::uint32_t, 4> philox4x32_10(std::array<std::uint32_t, 4> counter,
                                           std::array<std::uint32_t, 2> key);

/// Spike of the `poisson` encoder: word 0 of philox(sample, neuron, step, 0) < p * 2^32, p in
/// double.
bool poisson_spike(double p, std::uint64_t seed, std::uint32_t sample, std::uint32_t neuron,
                   std::uint32_t step);

}  // namespace synfire
