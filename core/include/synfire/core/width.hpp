// SPDX-License-Identifier: Apache-2.0
// Proof of the accumulator width: with it, no order of arrival can overflow.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire {

/// Smallest n such that lo and hi fit in n-bit two's complement.
int bits_for(std::int64_t lo, std::int64_t hi);

/// Proven width of each population, 0 for inputs and max_pool. Streaming: of every value before its
/// clamp. Over the in-bounds synapses and the own bias of every neuron; see
/// docs/reference/semantics.md, "Width".
std::vector<int> proven_widths(const network& net);

}  // namespace synfire
