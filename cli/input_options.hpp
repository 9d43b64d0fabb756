// SPDX-License-Identifier: Apache-2.0
// Preprocessing and steps of the inputs: options whose values hold for all inputs, or with NAME= in
// front of them for one.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

#include <synfire/converters/convert.hpp>

namespace synfire::cli {

/// As given, word by word.
struct input_arguments {
    std::vector<std::string> scale;
    std::vector<std::string> mean;
    std::vector<std::string> std;
    std::vector<std::string> layout;
    std::vector<std::string> steps;
};

void add_input_options(CLI::App& command, input_arguments& arguments);

/// What the parser let through.
void take_input_options(const input_arguments& arguments, converters::convert_options& options);

}  // namespace synfire::cli
