// SPDX-License-Identifier: Apache-2.0
// The bill of the dense twin: the accelerator with products of codes in place of additions of
// spikes, by its own counts (docs/reference/dense-twin.md).
#pragma once

#include <synfire/energy/counted.hpp>

namespace synfire::energy {

/// As counted_estimate; `adds` are products. One costs an `int32_add` and an `int8_mul` times the
/// bits of its code / 8, as in dense variant D4. `hardware` says in its loads whether sources were
/// found in a map.
estimate twin_estimate(const network& net, const activity& counts,
                       const hardware_activity& hardware, const cost_table& table,
                       const engine_options& engine);

}  // namespace synfire::energy
