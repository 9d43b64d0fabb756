// SPDX-License-Identifier: Apache-2.0
// A small valid network that uses every field of a network file, and the comparison of two
// networks.
#pragma once

#include <cstdint>

#include <synfire/core/network.hpp>

namespace synfire::test {

/// Every kind of population and projection; numbers follow from the seed.
network full_network(std::uint32_t seed = 1);

/// The same for streaming networks.
network full_streaming_network(std::uint32_t seed = 1);

/// A streaming network with an event input that says how long a step is and adds events up.
network full_event_network(std::uint32_t seed = 1);

/// Field by field; adding a field to a core type breaks its compilation until the field is compared
/// too.
bool same_network(const network& a, const network& b);

}  // namespace synfire::test
