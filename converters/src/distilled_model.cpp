// SPDX-License-Identifier: Apache-2.0
#include "distilled_model.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>

#include "quantise/given_steps.hpp"
#include "search_choices.hpp"

namespace synfire::converters {

namespace {

/// Options that would move what distillation has trained already.
void refuse_moves(const model_graph& model, const convert_options& options) {
    const auto refuse = [&](const char* option, const char* hint) {
        throw bad_input({option, "does not apply to " + model.source, "",
                         "the steps and weights that distillation trained", hint});
    };
    const convert_options untouched;
    const char* const leave_out = "leave it out, or convert the model it was distilled from";
    if (options.thresholds != untouched.thresholds) { refuse("--thresholds", leave_out); }
    if (options.spike_price != untouched.spike_price) {
        refuse("--spike-price", "distil with --event-price");
    }
    if (options.equalise) { refuse("--equalise", leave_out); }
    if (options.reconstruct) { refuse("--reconstruct", leave_out); }
    if (options.mixed_steps_drop) { refuse("--mixed-steps", leave_out); }
    if (options.mixed_bits_drop) { refuse("--mixed-bits", leave_out); }
    if (options.prune != untouched.prune) { refuse("--prune", leave_out); }
    if (options.prune_channels != untouched.prune_channels) {
        refuse("--prune-channels", leave_out);
    }
    if (options.skip_steps != untouched.skip_steps) { refuse("--skip-steps", leave_out); }
}

}  // namespace

bool use_given_steps(const model_graph& model, neuron_graph& graph, const convert_options& options,
                     std::vector<std::string>& warnings) {
    const given_codes given = take_given_steps(model, graph);
    if (given.layers == 0) { return false; }
    refuse_moves(model, options);
    const code_window hidden = hidden_window(quantise_options_of(options));
    const std::int64_t levels = max_code(hidden);
    if (given.levels != 0 && given.levels != levels) {
        throw bad_input({model.source,
                         "was distilled for codes up to " + std::to_string(given.levels),
                         fmt::format("{}, {} steps: codes up to {}", to_string(hidden.kind),
                                     hidden.steps, levels),
                         "a code and steps with as many levels",
                         "give the --coding and --steps of the distillation"});
    }
    if (given.weight_bits != 0 && given.weight_bits != options.weight_bits) {
        warnings.push_back(fmt::format("distilled for {} weight bits, converted with {}",
                                       given.weight_bits, options.weight_bits));
    }
    return true;
}

}  // namespace synfire::converters
