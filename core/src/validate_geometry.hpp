// SPDX-License-Identifier: Apache-2.0
// Rules that join kernel geometry and the shapes at both ends.
#pragma once

#include <synfire/core/network.hpp>

namespace synfire::detail {

/// Does nothing for projections without a kernel. Throws bad_input.
void validate_geometry(const network& net, const projection& p);

}  // namespace synfire::detail
