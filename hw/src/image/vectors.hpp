// SPDX-License-Identifier: Apache-2.0
// Networks for an engine without loops over positions and taps and without comparison of patterns.
#pragma once

#include <vector>

#include <synfire/core/network.hpp>

#include "pass_plan.hpp"

namespace synfire::hw::detail {

/// Throws bad_input with all populations that are not dense: a run of such an engine is the whole
/// source, which begins where the map does.
void require_vectors(const network& net, const std::vector<pass_plan>& program);

}  // namespace synfire::hw::detail
