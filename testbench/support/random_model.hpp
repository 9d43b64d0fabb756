// SPDX-License-Identifier: Apache-2.0
// Random trained networks for the ladder: the shapes, branches and rearrangements that converters
// get wrong.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include <synfire/core/dataset.hpp>

#include "graph/model_graph.hpp"
#include "passes/lower.hpp"
#include "prune/prune.hpp"
#include "quantise/bias_correction.hpp"
#include "quantise/quantise.hpp"

namespace synfire::test {

/// A model, data to calibrate it with and brighter data to run it on, so that some neurons
/// saturate.
struct random_model {
    converters::model_graph graph;
    std::vector<input_encoding> inputs;  ///< one per input of the graph
    converters::quantise_options options;
    converters::correction_options correction;
    bool choose_codes = false;
    double steps_price = 0.0;     ///< above 0: steps differ from layer to layer
    std::int32_t skip_steps = 0;  ///< above 0: skips carry fine codes
    bool given_steps = false;     ///< some layers get steps that no calibration chose
    double bits_price = 0.0;      ///< above 0: weight bits differ from layer to layer
    converters::prune_options prune;
    dataset calibration;
    dataset data;
};

/// The same model for the same seed, on every machine.
random_model make_random_model(std::uint64_t seed);

}  // namespace synfire::test
