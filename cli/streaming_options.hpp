// SPDX-License-Identifier: Apache-2.0
// --execution: what convert writes a trained network as.
#pragma once

#include <CLI/CLI.hpp>

#include "conversion_options.hpp"

namespace synfire::cli {

/// Adds --execution; --input is an option of NIR graphs already.
void add_execution_option(CLI::App& command, convert_arguments& arguments);

bool is_streaming(const convert_arguments& arguments);

/// Of a trained network that becomes a streaming one: rates, and as many steps as usual where none
/// were given. Throws usage_error for options that a streaming network leaves no room for.
void take_execution(convert_arguments& arguments);

/// What was chosen of execution and input, for a trained network.
void add_execution(const convert_arguments& arguments, nlohmann::ordered_json& json);

}  // namespace synfire::cli
