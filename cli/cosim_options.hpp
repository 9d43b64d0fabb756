// SPDX-License-Identifier: Apache-2.0
// The command line of `synfire cosim`: what it may say, and what it means.
#pragma once

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <synfire/core/network.hpp>

#include "hardware.hpp"
#include "input_data.hpp"

namespace synfire::cli {

struct cosim_arguments {
    std::string network;
    data_names data;
    std::size_t samples = 0;
    std::optional<int> lanes;
    std::string twin;
    std::string board;
    std::string port;
    std::string engine = "cc";
    std::string trace;
    std::string window;
    bool unchecked = false;
    std::uint64_t seed = 1;
    double clock_mhz = 0;  ///< not given
    std::string json;
};

void add_options(CLI::App& command, cosim_arguments& arguments);

/// Throws usage_error where options contradict each other.
hardware_options options_of(const cosim_arguments& arguments);

/// Streaming networks take an engine that keeps potentials, where no board says which. Throws
/// usage_error for lanes that its RTL is not built with.
void choose_engine(hardware_options& options, const cosim_arguments& arguments, const network& net);

/// Throws usage_error where the waveform would be empty: no such layer, or a sample that is not
/// run.
void check_window(const hardware_options& options, const network& net, std::size_t samples);

double clock_of(const cosim_arguments& arguments, const hardware_options& options);

}  // namespace synfire::cli
