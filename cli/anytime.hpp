// SPDX-License-Identifier: Apache-2.0
// Answers of a streaming network over time: how good they are after each step, from one run, and
// how many steps samples took.
#pragma once

#include <cstddef>
#include <cstdint>
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

/// Gathers them sample by sample.
class running_anytime {
  public:
    running_anytime(const dataset& data, std::int32_t steps);

    /// Precondition: answers were recorded.
    void add(std::size_t sample, const sim::sample_result& result);
    anytime_scores scores() const;

  private:
    const dataset& data_;
    std::size_t samples_ = 0;
    std::vector<std::size_t> correct_;  ///< per step; empty without labels
    std::vector<std::size_t> settled_;
};

/// Keys anytime (steps, accuracy, agreement); accuracy is null without labels.
void add_anytime(nlohmann::ordered_json& json, const anytime_scores& scores);
void print_anytime(const output& out, const anytime_scores& scores);

/// Steps that samples took until their answer was clear.
class running_steps {
  public:
    void add(const sim::sample_result& result);
    double mean() const;

    std::int32_t least = 0;
    std::int32_t most = 0;

  private:
    std::size_t samples_ = 0;
    std::int64_t all_ = 0;
};

}  // namespace synfire::cli
