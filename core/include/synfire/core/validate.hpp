// SPDX-License-Identifier: Apache-2.0
// The rules of a network, checked once so that engines need not check again.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire {

/// Throws bad_input naming the population or projection, the rule, what was found and what is
/// expected. Checks shapes, ranges, windows, vector lengths, weights within their bits, geometry,
/// index bounds, max_pool sources, absence of cycles, and that no population needs more than 32
/// bits. `width_bits` that is not 0 must equal the proven width.
void validate(const network& net);

}  // namespace synfire
