// SPDX-License-Identifier: Apache-2.0
// The step between codes of a layer, from a histogram of its values.
#pragma once

#include <synfire/converters/convert.hpp>

#include <synfire/core/network.hpp>

#include "calibration.hpp"

namespace synfire::converters {

struct step_rule {
    threshold_rule rule = threshold_rule::mse;
    double percentile = 99.9;
    /// mse only: relative squared error that one spike per neuron is worth.
    double spike_price = 0.0;
};

/// Step for the codes of the window; 0 where the node was never active.
double choose_step(const magnitude_histogram& histogram, const code_window& window,
                   const step_rule& how);

/// Spikes per neuron and sample that a step gives on the histogram.
double mean_spikes(const magnitude_histogram& histogram, const code_window& window, double step);

/// The least magnitude that at least `percent` of the values other than 0 do not exceed, to the
/// upper end of its bin.
double percentile_of(const magnitude_histogram& histogram, double percent);

}  // namespace synfire::converters
