// SPDX-License-Identifier: Apache-2.0
#include "given_steps.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <synfire/core/error.hpp>

#include "../metadata.hpp"
#include "scaled_terms.hpp"

namespace synfire::converters {

namespace {

constexpr std::string_view prefix = "synfire.code_steps:";

/// The sum that fires a value; pools hand codes on as they are.
sum_node* firing_sum(const model_graph& model, neuron_graph& graph, const std::string& name,
                     node_id& id) {
    const auto found = std::find_if(model.values.begin(), model.values.end(),
                                    [&](const value_info& v) { return v.name == name; });
    if (found == model.values.end()) { return nullptr; }
    const auto& node = graph.value_nodes[static_cast<std::size_t>(found - model.values.begin())];
    if (!node) { return nullptr; }
    id = *node;
    if (const auto* pool = std::get_if<max_pool_node>(&graph.nodes[id].kind)) { id = pool->source; }
    auto* sum = std::get_if<sum_node>(&graph.nodes[id].kind);
    return sum == nullptr || sum->readout || sum->function ? nullptr : sum;
}

void check_steps(const model_graph& model, const std::string& key, const std::vector<double>& steps,
                 std::size_t channels, bool one_only) {
    const auto refuse = [&](const std::string& found, const std::string& expected,
                            const std::string& hint) {
        throw bad_input({model.source, "metadata " + key, found, expected, hint});
    };
    if (steps.size() != 1 && steps.size() != channels) {
        refuse(fmt::format("{} numbers", steps.size()),
               fmt::format("1, or {} (one per channel)", channels), "distil the network again");
    }
    for (const double step : steps) {
        if (!(step > 0.0) || !std::isfinite(step)) {
            refuse(fmt::format("{}", step), "steps above 0", "distil the network again");
        }
    }
    const bool differ =
        std::any_of(steps.begin(), steps.end(), [&](double step) { return step != steps.front(); });
    if (differ && one_only) {
        refuse("steps that differ between channels",
               "one step: a reader takes elements of several channels for one",
               "distil with one step for this layer");
    }
}

std::int64_t whole_number(const model_graph& model, const std::string& key) {
    const std::vector<double> values = metadata_numbers(model, key);
    if (values.empty()) { return 0; }
    const double value = values.front();
    if (values.size() != 1 || value != std::floor(value) || value < 1.0 || value > 65535.0) {
        throw bad_input({model.source, "metadata " + key, model.metadata.at(key),
                         "one whole number above 0", "distil the network again"});
    }
    return static_cast<std::int64_t>(value);
}

}  // namespace

given_codes take_given_steps(const model_graph& model, neuron_graph& graph) {
    given_codes given;
    const std::vector<bool> mixed = mixed_populations(graph);
    for (const auto& [key, text] : model.metadata) {
        if (!key.starts_with(prefix)) { continue; }
        node_id id = 0;
        sum_node* sum = firing_sum(model, graph, key.substr(prefix.size()), id);
        if (sum == nullptr) {
            throw bad_input({model.source, "metadata " + key,
                             "no activation of this network that fires with codes of its own",
                             "the name of a tensor behind a ReLU",
                             "was the graph changed after distillation? distil it again"});
        }
        std::vector<double> steps = metadata_numbers(model, key);
        const auto channels =
            static_cast<std::size_t>(population_shape(graph.nodes[id].item).channels);
        check_steps(model, key, steps, channels, mixed[id]);
        if (steps.size() == 1) { steps.assign(channels, steps.front()); }
        sum->given_steps = std::move(steps);
        ++given.layers;
    }
    if (given.layers == 0) { return given; }
    given.levels = whole_number(model, "synfire.levels");
    given.weight_bits = static_cast<int>(whole_number(model, "synfire.weight_bits"));
    return given;
}

}  // namespace synfire::converters
