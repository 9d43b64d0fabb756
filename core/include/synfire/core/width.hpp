// SPDX-License-Identifier: Apache-2.0
// Proof of the accumulator width: with it, no order of arrival can overflow.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>

namespace synfire {

/// Smallest n such that lo and hi fit in n-bit two's complement.
int bits_for(std::int64_t lo, std::int64_t hi);

/// Smallest and largest value, 0 among them.
struct sum_range {
    std::int64_t lo = 0;
    std::int64_t hi = 0;

    friend bool operator==(const sum_range&, const sum_range&) = default;
};

/// What bias and arrivals can add up to, in any order, at any neuron of a population: in a window,
/// or in a step of a streaming network.
sum_range possible_sums(const network& net, std::size_t population);

/// Proven width of each population, 0 for inputs and max_pool. Streaming: of every value before its
/// clamp. Over the in-bounds synapses and the own bias of every neuron; see
/// docs/reference/semantics.md, "Width".
std::vector<int> proven_widths(const network& net);

}  // namespace synfire
