// SPDX-License-Identifier: Apache-2.0
#include "layer_steps.hpp"

#include <algorithm>
#include <cmath>

#include "scaled_terms.hpp"

namespace synfire::converters {

code_window hidden_window(const quantise_options& options) {
    if (options.code != coding::digit) { return {options.code, options.steps, 0, 0}; }
    return {options.code, options.digits * (options.digit_base - 1), options.digit_base,
            options.digits};
}

layer_steps::layer_steps(const neuron_graph& graph, const calibration& measured,
                         const quantise_options& options)
    : graph_(graph),
      measured_(measured),
      options_(options) {
    if (options.thresholds.per_channel) { mixed_ = mixed_populations(graph); }
}

code_window layer_steps::window(node_id id) const {
    const std::int32_t own_phase = graph_.nodes[id].as_sum()->phase_steps;
    if (own_phase > 0) { return {coding::phase, own_phase, 0, 0}; }
    const bool own = id < options_.node_steps.size() && options_.node_steps[id] > 0;
    if (own && options_.code != coding::digit) {
        return {options_.code, options_.node_steps[id], 0, 0};
    }
    return hidden_window(options_);
}

// A node that calibration never saw active gets codes up to the largest value seen anywhere.
double layer_steps::whole_layer(node_id id) const {
    const code_window w = window(id);
    const auto levels = static_cast<double>(max_code(w));
    // The largest code needs to reach no further than the model's own bound (Relu6).
    const double bound = static_cast<double>(graph_.nodes[id].as_sum()->upper) / levels;
    const double step = choose_step(measured_.nodes[id], w, options_.thresholds,
                                    mean_square_of(measured_.nodes[id]));
    if (step > 0.0 && std::isfinite(step)) { return std::min(step, bound); }
    double largest = 0.0;
    for (const magnitude_histogram& h : measured_.nodes) { largest = std::max(largest, h.largest); }
    return std::min(bound, largest > 0.0 ? largest / levels : 1.0);
}

// One table serves all channels, and a channel with elements of several others has one unit.
bool layer_steps::has_own_steps(node_id id) const {
    if (!graph_.nodes[id].as_sum()->given_steps.empty()) { return true; }
    return options_.thresholds.per_channel && !mixed_[id] && !graph_.nodes[id].as_sum()->function;
}

std::vector<double> layer_steps::of(node_id id) const {
    const auto channels =
        static_cast<std::size_t>(population_shape(graph_.nodes[id].item).channels);
    const std::vector<double>& given = graph_.nodes[id].as_sum()->given_steps;
    if (!given.empty()) { return given; }
    std::vector<double> steps(channels, whole_layer(id));
    if (!has_own_steps(id)) { return steps; }
    const code_window w = window(id);
    const double bound =
        static_cast<double>(graph_.nodes[id].as_sum()->upper) / static_cast<double>(max_code(w));
    const double mean_square = mean_square_of(measured_.nodes[id]);
    for (std::size_t c = 0; c < steps.size(); ++c) {
        // Channels that calibration never saw active have the step of the layer.
        const double step =
            choose_step(measured_.channels[id][c], w, options_.thresholds, mean_square);
        if (step > 0.0 && std::isfinite(step)) { steps[c] = std::min(step, bound); }
    }
    return steps;
}

template <typename Body>
void layer_steps::for_each_part(node_id id, const Body& body) const {
    const std::vector<double> steps = of(id);
    if (!has_own_steps(id)) {
        body(measured_.nodes[id], steps.front());
        return;
    }
    for (std::size_t c = 0; c < steps.size(); ++c) { body(measured_.channels[id][c], steps[c]); }
}

layer_steps::outcome layer_steps::outcome_of(node_id id) const {
    const code_window w = window(id);
    const auto levels = static_cast<std::int32_t>(max_code(w));
    outcome total;
    for_each_part(id, [&](const magnitude_histogram& h, double step) {
        if (h.values == 0) { return; }
        const step_error part = error_of_step(h, step, levels);
        total.error.clip += part.clip;
        total.error.round += part.round;
        total.error.power += part.power;
        total.spikes += mean_spikes(h, w, step) * static_cast<double>(h.values);
    });
    total.spikes /= static_cast<double>(std::max<std::size_t>(1, measured_.samples));
    return total;
}

}  // namespace synfire::converters
