// SPDX-License-Identifier: Apache-2.0
#include "search_choices.hpp"

#include <algorithm>
#include <memory>

#include "answers.hpp"
#include "emit/emit_network.hpp"
#include "mixed_bits.hpp"
#include "mixed_steps.hpp"
#include "quantise/bias_correction.hpp"

namespace synfire::converters {

namespace {

class network_trials {
  public:
    network_trials(quantised_state& state, const calibration& measured, const dataset& data,
                   const convert_options& options)
        : state_(state),
          measured_(measured),
          data_(data),
          options_(options),
          model_(std::shared_ptr<const quantised_state>(&state, [](const quantised_state*) {})) {}

    /// Percentage of the answers that such a network loses.
    double drop(const quantise_options& chosen) {
        state_.quantised = quantise(state_.graph, measured_, chosen);
        correct_layers(state_.quantised, measured_, data_,
                       {options_.reconstruct, options_.bias_correction});
        conversion tried;
        tried.calibration_samples = data_.size();
        compare_answers(measured_.answers, model_.classify(data_, data_.size()), data_, tried);
        return calibration_drop(tried);
    }

  private:
    quantised_state& state_;
    const calibration& measured_;
    const dataset& data_;
    const convert_options& options_;
    quantised_model model_;  ///< shares the state that each trial fills anew
};

}  // namespace

quantise_options quantise_options_of(const convert_options& options) {
    quantise_options chosen;
    chosen.code = options.code;
    chosen.steps = options.steps;
    chosen.digit_base = options.digit_base;
    chosen.digits = options.digits;
    chosen.input_steps = options.input_steps;
    chosen.input_steps_of = options.input_steps_of;
    chosen.streaming = options.execution == execution::streaming;
    if (chosen.streaming) { chosen.input = options.stream_input; }
    chosen.weight_bits = options.weight_bits;
    chosen.largest_theta = options.largest_theta;
    chosen.thresholds = {options.thresholds, options.percentile, options.spike_price,
                         options.per_channel};
    return chosen;
}

namespace {

/// Answers that change are a measure, and no steps came with the file.
bool may_choose_steps(const neuron_graph& graph, const dataset& data) {
    const bool regression = data.labels.empty() && data.target_size != 0;
    const graph_node& readout = graph.nodes[first_readout(graph)];
    return !regression && element_count(readout.item) > 1
           && std::none_of(graph.nodes.begin(), graph.nodes.end(), [](const graph_node& node) {
                  return node.as_sum() != nullptr && !node.as_sum()->given_steps.empty();
              });
}

}  // namespace

quantise_options search_choices(quantised_state& state, const calibration& measured,
                                const dataset& data, const convert_options& options) {
    quantise_options chosen = quantise_options_of(options);
    network_trials trials(state, measured, data, options);
    const std::size_t nodes = state.graph.nodes.size();
    std::optional<double> steps_drop = options.mixed_steps_drop;
    if (!steps_drop && options.chosen_steps_drop && may_choose_steps(state.graph, data)) {
        steps_drop = options.chosen_steps_drop;
        chosen.steps = most_chosen_steps;
    }
    if (steps_drop) {
        state.quantised = quantise(state.graph, measured, chosen);
        const auto menus =
            steps_menus(state.graph, measured, chosen, emit_network(state.quantised));
        chosen.node_steps =
            least_numbers(menus, nodes, [&](const std::vector<std::int32_t>& node_steps) {
                quantise_options with = chosen;
                with.node_steps = node_steps;
                return trials.drop(with) <= *steps_drop;
            });
    }
    if (options.mixed_bits_drop) {
        const auto menus = bits_menus(state.graph, measured, chosen, data);
        chosen.node_weight_bits =
            least_numbers(menus, nodes, [&](const std::vector<std::int32_t>& node_bits) {
                quantise_options with = chosen;
                with.node_weight_bits = node_bits;
                return trials.drop(with) <= *options.mixed_bits_drop;
            });
    }
    return chosen;
}

}  // namespace synfire::converters
