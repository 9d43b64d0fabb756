// SPDX-License-Identifier: Apache-2.0
// export: a streaming network as a NIR graph.
#pragma once

#include "command.hpp"

namespace synfire::cli {

void add_export(CLI::App& app, command_body& chosen);

}  // namespace synfire::cli
