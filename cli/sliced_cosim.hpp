// SPDX-License-Identifier: Apache-2.0
// Co-simulation of a network in slices: each slice is compared as networks are, word by word, and
// all together with the uncut network.
#pragma once

#include <string>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/hw/slices.hpp>

#include "hardware.hpp"

namespace synfire::cli {

/// Throws bad_input where the options ask for what slices do not have: a waveform of several
/// engines' runs, a port, or SystemC, which has one engine a process.
void check_slices_allowed(const hardware_options& options, bool traced,
                          const std::string& network_path);

/// As run_hardware(). Counters of a layer are those of its slices, with what they count of their
/// inputs.
hardware_result run_sliced_hardware(const network& net, const hw::sliced_network& cut,
                                    const dataset& data, const hardware_options& options);

}  // namespace synfire::cli
