// SPDX-License-Identifier: Apache-2.0
// Inferences that are stopped somewhere and begun anew.
#pragma once

#include <string>

#include "levels.hpp"

namespace synfire::test {

/// Stops the first sample of the case, which the bench has loaded, at a place that depends on the
/// case's seed (input, program or answer; by abort or by the reset pin), and runs it again. Empty
/// where the second run is as if the first had never been; otherwise the first difference.
std::string interrupted_difference(engine_bench& bench, const levelled_case& c);

}  // namespace synfire::test
