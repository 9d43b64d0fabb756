// SPDX-License-Identifier: Apache-2.0
// Runs told apart: a network is simulated and co-simulated on the same data, often more than once.
#pragma once

#include <string>

#include "report_model.hpp"

namespace synfire::report {

/// The command, and for co-simulated runs the machine: "cosim (icebreaker)", "cosim (8 lanes)".
std::string run_words(const run& r);

/// True where another run shows the same spikes: a co-simulated run repeats a simulated one on the
/// same data, and an earlier co-simulated one.
bool repeats_another(const network_report& network, const run& r);

}  // namespace synfire::report
