// SPDX-License-Identifier: Apache-2.0
// How many neighbouring positions one word of lanes computes. A layer with few channels would leave
// lanes idle: it is written as if neighbours in a row were further channels.
#pragma once

#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/image.hpp>

namespace synfire::hw::detail {

/// Whether a weight row can leave out lanes of its mask, which several positions a word need. An
/// adder that also fires has no room for it, and twins that multiply take their codes one position
/// after the other.
inline bool leaves_out_lanes(const engine_config& config) {
    return !config.shared_adder && !config.multiplies();
}

/// Maps of all populations, without places, each with the positions a word that make it fastest.
/// `ranges`: one per population.
std::vector<map_info> shared_maps(const network& net, const std::vector<code_range>& ranges,
                                  const engine_config& config);

/// The same with one position a word: they need the fewest weight rows.
std::vector<map_info> plain_maps(const network& net, const std::vector<code_range>& ranges,
                                 const engine_config& config);

}  // namespace synfire::hw::detail
