// SPDX-License-Identifier: Apache-2.0
// estimate: what a network takes of boards.
#pragma once

#include "command.hpp"

namespace synfire::cli {

void add_estimate(CLI::App& app, command_body& chosen);

}  // namespace synfire::cli
