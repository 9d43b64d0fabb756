// SPDX-License-Identifier: Apache-2.0
// Random networks at the corners of what the event-driven engine proves and lays out in advance:
// numbers of channels beside those of registers, lines longer than words, the largest codes that
// each width holds, weights and thresholds at their ends. random_network.hpp draws every feature;
// this draws the sizes that it does not.
#pragma once

#include <cstdint>
#include <optional>

#include "random_network.hpp"

namespace synfire::test {

/// The same case for the same seed; none where the draw does not fit 32 bits. The network is valid.
std::optional<random_case> make_corner_case(std::uint64_t seed);
std::optional<random_case> make_streaming_corner_case(std::uint64_t seed);

/// Sets weights of 8 bits: all at one end, at both, few of them, or any.
void corner_weights(class dice& d, projection& p, std::size_t count);

/// Sets the proven widths and checks the network; false where one is above 32 bits.
bool finish_corner(network& net);

}  // namespace synfire::test
