// SPDX-License-Identifier: Apache-2.0
// Who sends to whom: populations, the chains of maps between them, and which of these feed back.
#pragma once

#include <cstddef>
#include <vector>

#include <synfire/converters/nir_model.hpp>

#include "dynamics.hpp"

namespace synfire::converters::nir {

struct model_population {
    std::string name;
    std::size_t node = 0;  ///< of the Input, neuron or filter; of an Output that has none
    population_kind kind = population_kind::spiking;
    nir_shape shape;
    dynamics moves;  ///< not of inputs
};

/// One way from a population to another through nodes without state.
struct model_path {
    std::size_t source = 0;  ///< population numbers
    std::size_t target = 0;
    std::vector<std::size_t> chain{};  ///< nodes in the order that values take
    std::int32_t delay = 0;            ///< steps
};

struct model {
    std::vector<model_population> populations;  ///< in an order of evaluation
    std::vector<model_path> paths;
    std::vector<nir_deviation> deviations;
};

/// Throws bad_input (loops of maps alone, delays that differ) and unsupported_model.
model model_of(const nir_graph& graph, const nir_timing& timing);

}  // namespace synfire::converters::nir
