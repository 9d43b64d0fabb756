// SPDX-License-Identifier: Apache-2.0
// Choice of the instruction set at run time: one binary for all processors.
#pragma once

#include <synfire/sim/simulator.hpp>

#include "kernels.hpp"

namespace synfire::sim {

/// The table of the wanted level, or of the best one below it that this processor has.
const kernel_table& select_kernels(simd_level wanted);

}  // namespace synfire::sim
