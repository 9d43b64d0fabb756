// SPDX-License-Identifier: Apache-2.0
// Places of all maps and potentials in the engine's active map and code memory.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::hw::detail {

struct memory_map {
    std::vector<map_info> maps;  ///< one per population
    std::int64_t act_words = 0;
    std::int64_t code_words = 0;
};

/// A population's map before it has a place. `positions`: neighbours in a row that share a word of
/// lanes; with more than one, all channels of a position fit lanes / positions.
map_info describe_map(const population& p, const code_range& range, int lanes, int positions);

/// The maps of all populations, one position a word.
std::vector<map_info> describe_maps(const network& net, const std::vector<code_range>& ranges,
                                    int lanes);

/// `reuse`: a map's place is free when the population that read it last is done.
memory_map place_maps(const network& net, std::vector<map_info> maps, int lanes, bool reuse);

}  // namespace synfire::hw::detail
