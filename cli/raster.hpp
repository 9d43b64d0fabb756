// SPDX-License-Identifier: Apache-2.0
// Spikes of one sample for the report's raster.
#pragma once

#include <nlohmann/json.hpp>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::cli {

/// Spikes of the first sample, per population, in global steps. Of populations with many neurons,
/// every k-th neuron is kept (`stride`), so that the file stays small; of long
/// streaming samples, the first 4,096 steps. `run`: options of the run
/// whose counts stand beside the raster; its engine, seed and margin hold here too.
nlohmann::ordered_json raster_json(const network& net, const dataset& data,
                                   const sim::options& run = {});

}  // namespace synfire::cli
