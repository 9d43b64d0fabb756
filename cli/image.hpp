// SPDX-License-Identifier: Apache-2.0
// image: what a board is loaded with, as data.
#pragma once

#include "command.hpp"

namespace synfire::cli {

void add_image(CLI::App& app, command_body& chosen);

}  // namespace synfire::cli
