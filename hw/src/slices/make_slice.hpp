// SPDX-License-Identifier: Apache-2.0
// The small networks of one part of a population.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/hw/slices.hpp>

namespace synfire::hw::detail {

/// The slices, without their images, that compute a part of a population from so many parts of its
/// sources (fewer where they have fewer): all but the last one answer with sums.
std::vector<slice> make_slices(const network& net, std::size_t population, const map_region& region,
                               std::int32_t parts_of_sources, const engine_config& config);

}  // namespace synfire::hw::detail
