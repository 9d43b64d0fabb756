// SPDX-License-Identifier: Apache-2.0
// Inferences that are stopped somewhere and begun anew.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "levels.hpp"

namespace synfire::test {

struct interruption {
    std::string
        difference;    ///< of the second run; empty where it is as if the first had never been
    std::string kind;  ///< "abort in the input" and so on; as the engine's status said
};

/// Stops the first sample of the case, which the bench has loaded, at a place that depends on the
/// case's seed (input, program or answer; by abort or by the reset pin), and runs it again. Of a
/// streaming sample, whose `steps` are samples of the case, any step is stopped, and all repeated.
interruption interrupt_and_repeat(engine_bench& bench, const levelled_case& c,
                                  std::size_t steps = 1);

/// All kinds, which a long run has to meet.
std::vector<std::string> interruption_kinds();

}  // namespace synfire::test
