// SPDX-License-Identifier: Apache-2.0
// Answers of a streaming network over time: how good they are after each step, from one run, and
// how many steps samples took.
#pragma once

#include <optional>
#include <vector>

#include <nlohmann/json.hpp>

#include <synfire/core/dataset.hpp>
#include <synfire/sim/simulator.hpp>

#include "command.hpp"

namespace synfire::cli {

/// Entry t is about the answers after step t + 1. A sample that ended early keeps its last answer.
struct anytime_scores {
    std::vector<double> accuracy;   ///< empty without labels
    std::vector<double> agreement;  ///< share of samples whose answer is already the last one
};

anytime_scores anytime_scores_of(const std::vector<sim::sample_result>& results,
                                 const dataset& data, std::int32_t steps);

/// Keys anytime (steps, accuracy, agreement); accuracy is null without labels.
void add_anytime(nlohmann::ordered_json& json, const anytime_scores& scores);
void print_anytime(const output& out, const anytime_scores& scores);

/// Steps that samples took until their answer was clear.
struct exit_steps {
    double mean = 0.0;
    std::int32_t least = 0;
    std::int32_t most = 0;
};

exit_steps exit_steps_of(const std::vector<sim::sample_result>& results);

}  // namespace synfire::cli
