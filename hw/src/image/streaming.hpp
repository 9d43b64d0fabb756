// SPDX-License-Identifier: Apache-2.0
// States of streaming networks: which networks have those that the engine knows, and where they
// are.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/hw/image.hpp>

#include "pass_plan.hpp"

namespace synfire::hw::detail {

/// Throws bad_input for the first thing that the engine does not do in streaming networks.
void require_streaming(const network& net, const engine_config& config);

/// What the lanes of a channel hold: the part that a decay leaves, as a fraction of 16 bits, both
/// limits, and the initial potential. `p`: of a streaming network, with a potential.
state_constants plan_state(const population& p, std::int32_t channel);

/// Wider words lie in two banks of the active map; skipping them is not tested on the engine.
inline constexpr int most_lanes_that_skip = 32;

/// Decides which passes skip words at rest in later steps; `net`: with its streaming neurons.
void choose_skips(const network& net, words_at_rest at_rest, std::vector<pass_plan>& program);

/// Gives each word of a pass with state its place; returns how many there are.
std::int64_t place_states(std::vector<pass_plan>& program);

}  // namespace synfire::hw::detail
