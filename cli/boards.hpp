// SPDX-License-Identifier: Apache-2.0
// --board: the name of a board that is compiled in, or a file that describes one.
#pragma once

#include <CLI/CLI.hpp>

#include <string>

#include <synfire/hw/board.hpp>

namespace synfire::cli {

/// Throws bad_input where a file describes no board, usage_error where the text is neither.
hw::board_description board_of(const std::string& name_or_file);

/// Accepts what board_of() does; a file is not opened.
CLI::Validator board_choice();

/// "arty_a7_35t, hx8k, icebreaker, ..."
std::string board_name_list();

}  // namespace synfire::cli
