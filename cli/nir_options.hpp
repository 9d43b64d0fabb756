// SPDX-License-Identifier: Apache-2.0
// The options of convert that belong to NIR graphs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <synfire/converters/nir_model.hpp>

#include "command.hpp"

namespace synfire::cli {

struct convert_arguments;

struct nir_arguments {
    std::string dialect = "plain";
    std::string decay;
    std::string reset;
    std::string fires;
    std::string input = "current";
    std::string answer = "sum";
    double dt = 0.0;  ///< 0: the dialect's
    double input_step = 0.0;
    int decay_bits = 16;
    int state_bits = 24;
    bool strict = false;
    bool lenient = false;
    std::vector<const CLI::Option*> own;  ///< those that other models do not have
};

void add_nir_options(CLI::App* command, nir_arguments* arguments);

/// True for names that end in .nir.
bool is_nir(const std::string& file);

/// Throws usage_error where a model that is no NIR graph was given one of these options; --input is
/// for all streaming networks.
void refuse_nir_options(const convert_arguments& arguments);

/// Throws usage_error for options that do not go together or that a graph does not have.
void check_nir_options(const convert_arguments& arguments);

converters::nir_conversion_options nir_options_of(const convert_arguments& arguments);

/// Names as the options take them. Throws usage_error for others.
converters::nir_dialect dialect_of(const std::string& name);

}  // namespace synfire::cli
