// SPDX-License-Identifier: Apache-2.0
// The options that say how a network is converted: the same for every command that converts.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <synfire/converters/convert.hpp>

#include "command.hpp"
#include "input_data.hpp"
#include "input_options.hpp"
#include "nir_options.hpp"

namespace synfire::cli {

struct convert_arguments {
    std::string model;
    data_names calibration;
    std::string network;
    std::string execution;  // empty: the usual one of the model
    std::string coding = "phase";
    std::string thresholds = "mse";
    std::string thresholds_per = "channel";
    data_names check;
    input_arguments inputs;
    std::string task = "auto";
    std::string json;
    std::size_t calibration_samples = 256;
    std::size_t check_samples = 0;
    std::uint64_t seed = 1;
    double percentile = 0.0;  // 0: not given
    double max_drop = -1.0;
    bool mixed_steps = false;
    bool mixed_bits = false;
    bool steps_given = false;
    bool digits_given = false;
    std::vector<const CLI::Option*> choosing;  ///< options that decide integers
    converters::convert_options options;
    nir_arguments nir;
};

/// Throws usage_error where one of `choosing` was given: the model has its integers already.
void refuse_choices(const convert_arguments& arguments);

/// The calibration samples, none for a model that brings its own integers and needs none.
dataset samples_of(const convert_arguments& arguments);

/// Choices that an imported model does not leave become null.
void drop_choices(nlohmann::ordered_json& json);

/// The model, the calibration data and everything that decides what the network becomes.
void add_conversion_options(CLI::App* command, convert_arguments* arguments);

/// Throws usage_error for options that do not go together.
void check_conversion_options(const convert_arguments& arguments);

/// What the library is asked for.
converters::convert_options options_of(const convert_arguments& arguments);

/// What the options chose, defaults included.
void add_choices(const convert_arguments& arguments, const converters::conversion& conversion,
                 nlohmann::ordered_json& json);

}  // namespace synfire::cli
