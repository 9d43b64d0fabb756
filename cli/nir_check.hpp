// SPDX-License-Identifier: Apache-2.0
// The integer network against its NIR graph in float64, on data.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include <synfire/converters/nir_model.hpp>
#include <synfire/core/dataset.hpp>

#include "accuracy.hpp"

namespace synfire::cli {

/// Spikes of one population, over all samples.
struct spike_comparison {
    std::string name;
    double graph = 0.0;    ///< spikes of the graph
    double network = 0.0;  ///< spikes of the network
    double moved = 0.0;    ///< sum over neurons and samples of differences of spike counts
};

struct nir_check {
    prediction_score graph;
    prediction_score network;
    std::size_t samples = 0;
    std::size_t different_answers = 0;
    std::vector<spike_comparison> layers;  ///< spiking populations
};

struct nir_check_inputs {
    const converters::nir_graph& graph;
    const converters::nir_timing& timing;
    const network& net;
    const dataset& data;
    std::size_t samples = 0;  ///< 0: all
    std::function<void(std::size_t done, std::size_t all)> progress{};
};

/// Runs graph and network on the same samples; `data` has one data set for each Input.
nir_check check_nir(const nir_check_inputs& inputs);

}  // namespace synfire::cli
