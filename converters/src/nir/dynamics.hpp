// SPDX-License-Identifier: Apache-2.0
// Neurons and filters in steps of time: difference equations with one coefficient per element.
#pragma once

#include <optional>
#include <vector>

#include <synfire/converters/nir_model.hpp>

namespace synfire::converters::nir {

/// What a dialect and the options together decide for one node.
struct node_timing {
    double dt = 0.0;
    nir_decay decay = nir_decay::euler;
    reset_rule reset = reset_rule::zero;
    bool fires_at_threshold = false;
    bool unit_gain =
        false;  ///< r is left out, as Sinabs does and snnTorch in IF: input arrives as it is
    bool floor = false;  ///< v stays at or above -threshold
};

/// Throws bad_input where there is no dt, or where metadata of the node and the options disagree
/// with what is known.
node_timing timing_of(const nir_graph& graph, const nir_node& node, const nir_timing& timing);

/// s = (1 - decay_s) s + gain * arrivals;  v = (1 - decay_v) v + s + bias;  without current s is
/// gain * arrivals. v is the node's potential less `origin`; so are threshold and initial value.
/// A neuron fires where v > threshold (>= where it says so); then v is 0, or less by threshold.
struct dynamics {
    std::vector<double> decay_v;
    std::vector<double> decay_s{};  ///< empty: no synaptic current
    std::vector<double> gain{};
    std::vector<double> bias{};       ///< empty: 0
    std::vector<double> threshold{};  ///< empty: never fires
    std::vector<double> initial{};    ///< empty: 0
    std::vector<double> origin{};     ///< empty: 0
    reset_rule reset = reset_rule::zero;
    bool fires_at_threshold = false;
    bool floor = false;

    bool fires() const { return !threshold.empty(); }
};

/// Of a neuron or filter. Throws bad_input for impossible parameters and for resets that the
/// network cannot express.
dynamics dynamics_of(const nir_graph& graph, const nir_node& node, const nir_timing& timing);

/// A readout that says what arrives in a step.
dynamics passing(std::size_t count);

}  // namespace synfire::converters::nir
