// SPDX-License-Identifier: Apache-2.0
// One random network through a board's pin, against the simulator and the cycle model.
#pragma once

#include <optional>
#include <string>

#include <support/random_hardware.hpp>
#include <synfire/hw/host.hpp>

namespace synfire::test {

/// Loads the network of a case and runs its samples. Nothing: it does not fit. Otherwise empty, or
/// what differs first.
std::optional<std::string> run_case(hw::host& board, const hw::engine_config& config,
                                    const random_case& c);

/// A case that fits, and how long the engine computes its first sample.
struct fitting_case {
    random_case c;
    hw::image image;
    std::uint64_t cycles = 0;
    hw::sample_words words;  ///< of the first sample
};

/// The first one from a seed on that computes for at least so many cycles, of more than a few
/// words.
fitting_case find_case(std::uint64_t seed, const hw::engine_config& config,
                       std::uint64_t least_cycles);

}  // namespace synfire::test
