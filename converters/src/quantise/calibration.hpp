// SPDX-License-Identifier: Apache-2.0
// Calibration: what the trained network's values look like on unlabelled samples, and the step of
// the code that loses least of them.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <synfire/core/dataset.hpp>

#include "../graph/neuron_graph.hpp"

namespace synfire::converters {

/// Magnitudes of one node's values over all samples, in equal bins over [0, largest].
struct magnitude_histogram {
    double largest = 0.0;
    std::vector<std::uint64_t> bins;  ///< values other than 0
    std::uint64_t values = 0;         ///< all values

    /// Middle of bin i.
    double centre(std::size_t i) const {
        return largest * (static_cast<double>(i) + 0.5) / static_cast<double>(bins.size());
    }
};

/// Per node; only nodes that fire (and inputs with real data) have bins.
struct calibration {
    std::size_t samples = 0;
    std::vector<magnitude_histogram> nodes;
    /// Per node and channel, coarser; only sums that fire.
    std::vector<std::vector<magnitude_histogram>> channels;
    std::vector<bool> negative_inputs;  ///< per node: real data below zero were seen; inputs only
    std::vector<std::vector<double>> sums;  ///< per sample: see channel_means
    std::vector<double> largest_potential;  ///< per node; 0 but for sums with a function
    std::vector<std::int32_t> answers;      ///< per sample: arg-max of the first read-out
};

/// Runs the samples twice (range, then histogram and means). Deterministic for any thread count:
/// bins are integers, and means are summed in the order of the samples.
calibration calibrate(const neuron_graph& graph, const dataset& data, std::size_t samples);

/// Arg-max of the first read-out for each of the first samples.
std::vector<std::int32_t> trained_answers(const neuron_graph& graph, const dataset& data,
                                          std::size_t samples);

/// Per node and channel: mean, over the first samples, of what a sum sends (read-outs and
/// functions: of the sum itself). Other nodes have none.
std::vector<std::vector<double>> channel_means(const neuron_graph& graph,
                                               const calibration& measured, std::size_t samples);

/// Squared errors of a step size s with levels 0..levels, as sums over the histogram.
struct step_error {
    double clip = 0.0;   ///< values above levels * s
    double round = 0.0;  ///< values inside
    double power = 0.0;  ///< sum of squares of the values
};
step_error error_of_step(const magnitude_histogram& histogram, double step, std::int32_t levels);

/// What a step costs beside its squared error, in the same unit.
using step_cost = std::function<double(double step)>;

/// The step that minimises clip + round (and the further cost) over a grid of clips up to `reach`
/// times the largest value; 0 where the node was never active.
double best_step(const magnitude_histogram& histogram, std::int32_t levels,
                 const step_cost& further = {}, double reach = 1.0);

/// Calls body(sample) for every sample, on all cores; body must not throw across threads:
/// exceptions are carried over and the first in sample order is rethrown.
void for_each_sample(std::size_t samples,
                     const std::function<void(std::size_t sample, std::size_t thread)>& body);

/// Number of threads that for_each_sample uses.
std::size_t worker_count();

}  // namespace synfire::converters
