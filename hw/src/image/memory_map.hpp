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

/// `reuse`: a map's place is free when the population that read it last is done.
memory_map place_maps(const network& net, const std::vector<code_range>& ranges, int lanes,
                      bool reuse);

}  // namespace synfire::hw::detail
