// SPDX-License-Identifier: Apache-2.0
// Projections between parts of populations. The neurons of a part count from 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/slices.hpp>

namespace synfire::hw::detail {

shape shape_of(const map_region& region);
map_region all_of(const shape& whole);

/// Numbers, in the whole population, of a part's neurons, in their order.
std::vector<std::size_t> neurons_of(const map_region& region, const shape& whole);

/// A projection whose ends are parts.
struct cut_projection {
    projection p;       ///< `source` and `target` are still numbers of the whole network
    map_region source;  ///< exactly what it reads
};

/// What arrives at the part of a population. A convolution with groups may become several. Throws
/// bad_input where a transposed convolution cannot be cut there.
std::vector<cut_projection> cut_target(const network& net, const projection& p,
                                       const map_region& target);

/// Number `i` of `n` parts of its sources; nothing where there are fewer. What cannot be cut is
/// part 0.
std::optional<cut_projection> cut_sources(const cut_projection& c, std::int32_t i, std::int32_t n);
/// More parts than these make it no smaller.
std::int32_t most_parts(const cut_projection& c);

}  // namespace synfire::hw::detail
