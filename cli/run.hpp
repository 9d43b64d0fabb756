// SPDX-License-Identifier: Apache-2.0
// run: a network on a board.
#pragma once

#include "command.hpp"

namespace synfire::cli {

void add_run(CLI::App& app, command_body& chosen);

}  // namespace synfire::cli
