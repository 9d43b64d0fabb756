// SPDX-License-Identifier: Apache-2.0
// Random streaming networks that an engine with a state memory accepts, with inputs, reproducible
// from one number.
#pragma once

#include <cstdint>

#include <support/random_hardware.hpp>

namespace synfire::test {

/// What an engine of hw::streaming_config() runs of synchronous networks.
hardware_family streaming_family(const hw::engine_config& config = hw::streaming_config());

/// Shapes and connections of make_hardware_case(), neurons that keep their potentials; inputs are
/// events. For an engine of hw::streaming_config().
random_case make_streaming_hardware_case(std::uint64_t seed,
                                         const hw::engine_config& config = hw::streaming_config());

}  // namespace synfire::test
