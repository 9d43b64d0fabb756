// SPDX-License-Identifier: Apache-2.0
// A random network that an engine can run, with what the simulator says of its samples.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <support/engine_network.hpp>
#include <synfire/cosim/cosimulation.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {

struct simulated_case {
    random_case c;
    hw::image image;
    std::vector<sim::sample_result> results;      ///< of all samples
    std::vector<cosim::sample_record> records{};  ///< views of results
};

/// Nothing where the engine cannot run the case of this seed.
std::optional<simulated_case> simulate_case(std::uint64_t seed, const hw::engine_config& config);

/// The first cases from a seed on that the engine runs. Views stay valid when the vector moves.
std::vector<simulated_case> simulate_cases(std::uint64_t seed, std::size_t count,
                                           const hw::engine_config& config);

}  // namespace synfire::test
