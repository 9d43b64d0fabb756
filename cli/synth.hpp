// SPDX-License-Identifier: Apache-2.0
// synth: the bitstream of a board.
#pragma once

#include "command.hpp"

namespace synfire::cli {

void add_synth(CLI::App& app, command_body& chosen);

}  // namespace synfire::cli
