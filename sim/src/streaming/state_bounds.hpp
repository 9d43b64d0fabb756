// SPDX-License-Identifier: Apache-2.0
// How far the states of a streaming population can get, so that its update can do with less.
#pragma once

#include <synfire/core/network.hpp>

#include "../update_kernel.hpp"

namespace synfire::sim {

/// What holds for every input and any number of steps. Precondition: the population has a
/// potential.
state_kind proven_states(const network& net, std::size_t population);

}  // namespace synfire::sim
