// SPDX-License-Identifier: Apache-2.0
#include "anytime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace synfire::cli {

namespace {

constexpr std::size_t lines_shown = 16;

}  // namespace

running_anytime::running_anytime(const dataset& data, std::int32_t steps)
    : data_(data),
      correct_(data.labels.empty() ? 0 : static_cast<std::size_t>(steps)),
      settled_(static_cast<std::size_t>(steps)) {}

/// A sample that ended early keeps its last answer.
void running_anytime::add(std::size_t sample, const sim::sample_result& result) {
    samples_ += 1;
    const std::int32_t last = result.answers.back();
    for (std::size_t t = 0; t < settled_.size(); ++t) {
        const std::int32_t answer = result.answers[std::min(t, result.answers.size() - 1)];
        settled_[t] += answer == last ? 1 : 0;
        if (!correct_.empty()) { correct_[t] += answer == data_.labels[sample] ? 1 : 0; }
    }
}

anytime_scores running_anytime::scores() const {
    const auto shares = [this](const std::vector<std::size_t>& counts) {
        std::vector<double> of_all;
        for (const std::size_t n : counts) {
            of_all.push_back(static_cast<double>(n) / static_cast<double>(samples_));
        }
        return of_all;
    };
    return {shares(correct_), shares(settled_)};
}

void add_anytime(nlohmann::ordered_json& json, const anytime_scores& scores) {
    nlohmann::ordered_json& anytime = json["anytime"];
    anytime["steps"] = scores.agreement.size();
    anytime["accuracy"] = scores.accuracy.empty() ? nlohmann::ordered_json(nullptr)
                                                  : nlohmann::ordered_json(scores.accuracy);
    anytime["agreement"] = scores.agreement;
}

/// Evenly spread steps, the last one among them.
void print_anytime(const output& out, const anytime_scores& scores) {
    out.text(fmt::format("{:>8} {:>10} {:>18}", "steps", "accuracy", "as in the end"));
    const std::size_t steps = scores.agreement.size();
    const std::size_t lines = std::min(steps, lines_shown);
    for (std::size_t k = 1; k <= lines; ++k) {
        const std::size_t t = steps * k / lines - 1;
        out.text(fmt::format("{:>8} {:>10} {:>18}", t + 1,
                             scores.accuracy.empty() ? "unknown" : percent(scores.accuracy[t]),
                             percent(scores.agreement[t])));
    }
}

void running_steps::add(const sim::sample_result& result) {
    least = samples_ == 0 ? result.steps : std::min(least, result.steps);
    most = std::max(most, result.steps);
    samples_ += 1;
    all_ += result.steps;
}

double running_steps::mean() const {
    return static_cast<double>(all_) / static_cast<double>(samples_);
}

}  // namespace synfire::cli
