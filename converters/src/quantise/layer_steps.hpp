// SPDX-License-Identifier: Apache-2.0
// What one unit of code stands for in the layers that fire: layer by layer, and channel by channel
// where the options ask for it and no reader forbids it.
#pragma once

#include <vector>

#include "quantise.hpp"

namespace synfire::converters {

class layer_steps {
  public:
    /// All must outlive the object.
    layer_steps(const neuron_graph& graph, const calibration& measured,
                const quantise_options& options);

    /// Window of a node that fires.
    code_window window(node_id id) const;

    /// Real value of one unit of code for each channel of a sum that fires; positive and finite.
    std::vector<double> of(node_id id) const;

    /// What those steps would give on the calibration samples.
    struct outcome {
        step_error error;
        double spikes = 0.0;  ///< per sample
    };
    outcome outcome_of(node_id id) const;

  private:
    bool has_own_steps(node_id id) const;
    double whole_layer(node_id id) const;
    /// Calls body(histogram, step) for the layer, or for each of its channels.
    template <typename Body>
    void for_each_part(node_id id, const Body& body) const;

    const neuron_graph& graph_;
    const calibration& measured_;
    const quantise_options& options_;
    std::vector<bool> mixed_;
};

}  // namespace synfire::converters
