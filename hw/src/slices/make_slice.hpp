// SPDX-License-Identifier: Apache-2.0
// The small networks of one part of a population.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/hw/slices.hpp>

namespace synfire::hw::detail {

struct slices_of_region {
    std::vector<slice> slices;    ///< without their images
    std::int32_t most_parts = 1;  ///< that its sources can be cut into
};

/// The slices that compute a part of a population from so many parts of its sources (fewer where
/// they have fewer): all but the last one answer with sums. Throws does_not_fit where sums need
/// more bits than the engine's potentials have.
slices_of_region make_slices(const network& net, std::size_t population, const map_region& region,
                             std::int32_t parts_of_sources, const engine_config& config);

}  // namespace synfire::hw::detail
