// SPDX-License-Identifier: Apache-2.0
// Sequential bias correction: rounding and clipping shift the mean of what a channel sends, and the
// layers behind it would inherit the shift.
#pragma once

#include <vector>

#include <synfire/core/dataset.hpp>

#include "calibration.hpp"
#include "quantised_graph.hpp"

namespace synfire::converters {

struct correction_options {
    bool reconstruct = false;  ///< before the bias, the layer's weights: see reconstruct.hpp
    bool biases = true;
};

struct correction_result {
    std::size_t samples = 0;  ///< the first ones, as many as `measured` saw or memory can hold
    std::vector<node_id> unfitted{};  ///< weighted layers that reconstruction cannot fit
};

/// Layer by layer, on the integers of the layers before it as they have become: the bias of each
/// channel moves until the mean of its codes is the mean of the trained network,
/// b += round(theta / s * E[a - s * k]). Deterministic for any thread count. Uses the first samples
/// of the data, as many as `measured` has seen, or as 1 GiB can hold.
correction_result correct_layers(quantised_graph& quantised, const calibration& measured,
                                 const dataset& data, const correction_options& options);

}  // namespace synfire::converters
