// SPDX-License-Identifier: Apache-2.0
// Random networks bent towards what the engine runs: its codes, full ranges, no fire tables.
// make_image still refuses those with connections that the engine lacks.
#pragma once

#include <optional>

#include <support/random_network.hpp>

namespace synfire::test {

/// Nothing where the case cannot be bent (several inputs, `current` input, potentials that get too
/// wide). Thresholds are scaled so that neurons stay about as active as they were.
std::optional<random_case> make_engine_case(std::uint64_t seed);

}  // namespace synfire::test
