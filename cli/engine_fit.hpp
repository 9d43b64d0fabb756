// SPDX-License-Identifier: Apache-2.0
// Whether a network has room on an engine, said in the words of the command line.
#pragma once

#include <optional>
#include <string>

#include <synfire/core/network.hpp>
#include <synfire/hw/slices.hpp>

#include "hardware.hpp"

namespace synfire::cli {

/// Throws bad_input naming the network's file and the engine, with everything that is too large and
/// the options that would help; or what the engine does not know.
void check_fits_engine(const network& net, const hardware_options& options,
                       const std::string& network_path);

/// The same for an engine behind a host that can load one slice of the network after the other:
/// nothing where it fits as it is or in parts, and otherwise its slices.
std::optional<hw::sliced_network> slices_for_engine(const network& net,
                                                    const hardware_options& options,
                                                    const std::string& network_path);

}  // namespace synfire::cli
