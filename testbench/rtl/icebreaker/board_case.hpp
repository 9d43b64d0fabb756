// SPDX-License-Identifier: Apache-2.0
// One random network through a board's pin, against the simulator and the cycle model.
#pragma once

#include <optional>
#include <string>

#include <support/random_hardware.hpp>
#include <synfire/hw/host.hpp>

namespace synfire::test {

/// Loads the network of a case and runs its samples. Nothing: it does not fit. Otherwise empty, or
/// what differs first.
std::optional<std::string> run_case(hw::host& board, const hw::engine_config& config,
                                    const random_case& c);

}  // namespace synfire::test
