// SPDX-License-Identifier: Apache-2.0
// An image before it is written: what is asked for, and whether the engine has it.
#pragma once

#include <memory>
#include <vector>

#include <synfire/hw/image.hpp>

#include "memory_map.hpp"
#include "misfits.hpp"
#include "parts.hpp"
#include "pass_plan.hpp"

namespace synfire::hw::detail {

struct planned_image {
    /// Streaming, or with `current` inputs: the network that a run of the program sees.
    std::shared_ptr<const network> step;
    memory_map map;
    std::int64_t state_words = 0;
    std::vector<std::uint16_t> tables;  ///< entries
    std::vector<pass_plan> program;     ///< term_plan::fill refers to the network
    part_plan parts;                    ///< none where the program is loaded at once
    misfits found;
};

/// Throws bad_input where the engine cannot run the network at all.
planned_image plan_image(const network& net, const engine_config& config,
                         const image_options& options);

}  // namespace synfire::hw::detail
