// SPDX-License-Identifier: Apache-2.0
// A network in parts on simulator, cycle model and Verilog core, loaded and run by hw's own host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include <support/random_network.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/hw/link.hpp>

namespace synfire::test {

/// All samples of a case; empty where every spike, the answers and every counter, per layer and in
/// all, are those of simulator and cycle model; otherwise the first difference.
std::string parts_difference(hw::link& engine, const random_case& c, const hw::image& image);

/// The same for the networks of so many seeds that can be cut, on an engine of 8 lanes.
std::string difference_of_networks_in_parts(std::uint64_t seed, std::size_t cases);

}  // namespace synfire::test
