// SPDX-License-Identifier: Apache-2.0
// Integer thresholds first, weights from them (docs/reference/semantics.md, "From real numbers to
// integers").
#pragma once

#include <map>
#include <string>
#include <vector>

#include "calibration.hpp"
#include "quantised_graph.hpp"
#include "step.hpp"

namespace synfire::converters {

struct quantise_options {
    coding code = coding::phase;
    std::int32_t steps = 4;
    std::int32_t digit_base = 4;  ///< of `digit`, as the next; steps follow from them
    std::int32_t digits = 2;
    std::int32_t input_steps = 8;
    /// Of single inputs, by name, where they differ. Names that do not exist have no effect.
    std::map<std::string, std::int32_t> input_steps_of{};
    int weight_bits = 8;
    std::int32_t largest_theta = 32767;
    step_rule thresholds;
    /// Steps of nodes that differ from `steps`, by node number; `phase` only. Empty: none do.
    std::vector<std::int32_t> node_steps{};
    /// Weight bits of nodes that differ from `weight_bits`, by node number. Empty: none do.
    std::vector<std::int32_t> node_weight_bits{};
    /// For a streaming network: `rate` codes of any number of steps, and inputs as its encoder
    /// sends them (`input_steps` bits where that is `current`).
    bool streaming = false;
    input_encoder input = input_encoder::code;
    int width_bits = 24;  ///< potentials stay inside where the threshold can see to it
};

/// More steps tell no more codes apart than 8-bit weights do.
inline constexpr std::int32_t most_streaming_codes = 1024;

/// Window of hidden populations, where the layer has none of its own.
code_window hidden_window(const quantise_options& options);

/// graph must outlive the result. Throws bad_input for options out of range and for factors that no
/// pair of 8-bit weights can hold.
quantised_graph quantise(const neuron_graph& graph, const calibration& measured,
                         const quantise_options& options);

}  // namespace synfire::converters
