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
    /// mse only: squared error, relative to the layer's mean square, that one spike is worth.
    double spike_price = 0.0;
    bool per_channel = false;
};

/// Step for the codes of the window; 0 where the node was never active. `mean_square` is that of
/// the layer, which the price of a spike refers to.
double choose_step(const magnitude_histogram& histogram, const code_window& window,
                   const step_rule& how, double mean_square);

/// Of all values, zeros included.
double mean_square_of(const magnitude_histogram& histogram);

/// Spikes per neuron and sample that a step gives on the histogram.
double mean_spikes(const magnitude_histogram& histogram, const code_window& window, double step);

/// The least magnitude that at least `percent` of the values other than 0 do not exceed, to the
/// upper end of its bin.
double percentile_of(const magnitude_histogram& histogram, double percent);

}  // namespace synfire::converters
