// SPDX-License-Identifier: Apache-2.0
// Whether a network has room on an engine, said in the words of the command line.
#pragma once

#include <string>

#include <synfire/core/network.hpp>

#include "hardware.hpp"

namespace synfire::cli {

/// Throws bad_input naming the network's file and the engine, with everything that is too large and
/// the options that would help; or what the engine does not know.
void check_fits_engine(const network& net, const hardware_options& options,
                       const std::string& network_path);

}  // namespace synfire::cli
