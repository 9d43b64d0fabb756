// SPDX-License-Identifier: Apache-2.0
// Fields of all positions of a pass. Groups of channels whose terms differ in weights and lanes
// only have the same fields: they are walked once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <synfire/hw/image.hpp>

#include "map_sums.hpp"

namespace synfire::hw::detail {

/// Whether two passes of one population meet the same bits in the same order.
bool same_fields(const pass_info& a, const pass_info& b);

/// Sums over all positions of a pass.
struct pass_fields {
    std::vector<pass_counts> terms;
    std::uint64_t cycles = 0;  ///< of all fields, waiting for the fire bank included
    std::uint64_t waiting = 0;
    std::uint64_t skipped_words = 0;  ///< at rest, and not visited
    std::uint64_t skipped_neurons = 0;
};

/// `maps`: one per population, empty where there is none. `awake`: a flag for each word of a pass
/// that skips words at rest in this step, empty where it visits all.
pass_fields walk_fields(const pass_info& pass, const engine_config& config,
                        const std::vector<map_info>& places, const std::vector<map_sums>& maps,
                        std::span<const std::uint8_t> awake = {});

/// Code words of one word of lanes.
std::uint64_t code_words_a_word(const pass_header& h, int lanes);

}  // namespace synfire::hw::detail
