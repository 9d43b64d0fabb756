// SPDX-License-Identifier: Apache-2.0
// The options of convert that make a network smaller: pruning, steps and weight bits layer by
// layer.
#pragma once

#include "conversion_options.hpp"

namespace synfire::cli {

void add_shrinking_options(CLI::App* command, convert_arguments* arguments);

/// `what`: what the command does with it besides telling the others what may be lost.
void add_max_drop_option(CLI::App* command, convert_arguments* arguments, const std::string& what);

/// Throws usage_error for options that do not go together.
void check_shrinking_options(const convert_arguments& arguments);

/// Throws usage_error where --max-drop meets a regression, which has no answers to lose.
void check_max_drop(const convert_arguments& arguments, bool regression);

/// Passes those options on.
void take_shrinking_options(const convert_arguments& arguments,
                            converters::convert_options& options);

/// What pruning left, what the weights occupy, and what reconstruction could not fit.
void print_sizes(const output& out, const convert_arguments& arguments,
                 const converters::conversion& conversion);
void add_sizes(const convert_arguments& arguments, const converters::conversion& conversion,
               nlohmann::ordered_json& json);

}  // namespace synfire::cli
