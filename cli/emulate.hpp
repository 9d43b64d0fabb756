// SPDX-License-Identifier: Apache-2.0
// emulate: a board without a board.
#pragma once

#include "command.hpp"

namespace synfire::cli {

void add_emulate(CLI::App& app, command_body& chosen);

}  // namespace synfire::cli
