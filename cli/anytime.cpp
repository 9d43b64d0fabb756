// SPDX-License-Identifier: Apache-2.0
#include "anytime.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace synfire::cli {

namespace {

constexpr std::size_t lines_shown = 16;

std::int32_t answer_after(const sim::sample_result& r, std::size_t step) {
    return r.answers[std::min(step, r.answers.size() - 1)];
}

}  // namespace

anytime_scores anytime_scores_of(const std::vector<sim::sample_result>& results,
                                 const dataset& data, std::int32_t steps) {
    anytime_scores scores;
    const auto samples = static_cast<double>(results.size());
    for (std::size_t t = 0; t < static_cast<std::size_t>(steps); ++t) {
        std::size_t correct = 0;
        std::size_t settled = 0;
        for (std::size_t i = 0; i < results.size(); ++i) {
            const std::int32_t answer = answer_after(results[i], t);
            settled += answer == results[i].answers.back() ? 1 : 0;
            correct += !data.labels.empty() && answer == data.labels[i] ? 1 : 0;
        }
        scores.agreement.push_back(static_cast<double>(settled) / samples);
        if (!data.labels.empty()) {
            scores.accuracy.push_back(static_cast<double>(correct) / samples);
        }
    }
    return scores;
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

exit_steps exit_steps_of(const std::vector<sim::sample_result>& results) {
    exit_steps e{0.0, results.front().steps, results.front().steps};
    std::int64_t all = 0;
    for (const sim::sample_result& r : results) {
        all += r.steps;
        e.least = std::min(e.least, r.steps);
        e.most = std::max(e.most, r.steps);
    }
    e.mean = static_cast<double>(all) / static_cast<double>(results.size());
    return e;
}

}  // namespace synfire::cli
