// SPDX-License-Identifier: Apache-2.0
#include "accuracy.hpp"

#include <fmt/format.h>

#include <synfire/io/dataset.hpp>

#include "command.hpp"

namespace synfire::cli {

namespace {

const population* first_of(const network& net, population_kind kind) {
    for (const population& p : net.populations) {
        if (p.kind == kind) { return &p; }
    }
    return nullptr;
}

double squared_error(const network& net, const sim::sample_result& result,
                     std::span<const float> targets) {
    const sim::readout_result& readout = result.readouts.front();
    const population& p = net.populations[readout.population];
    double sum = 0.0;
    for (std::size_t n = 0; n < targets.size(); ++n) {
        const std::size_t c = n % static_cast<std::size_t>(p.shape.channels);
        const double real = static_cast<double>(readout.potentials[n]) * p.scale[c];
        sum += (real - static_cast<double>(targets[n])) * (real - static_cast<double>(targets[n]));
    }
    return sum / static_cast<double>(targets.size());
}

}  // namespace

void check_data_fits(const network& net, const dataset& data, const std::string& where) {
    const population* input = first_of(net, population_kind::input);
    if (input != nullptr && input->input) { io::check_fits(data, *input->input, where); }
    const population* readout = first_of(net, population_kind::readout);
    if (readout != nullptr && !data.labels.empty()) {
        io::check_labels(data, readout->shape.neurons());
    }
}

prediction_score score_of(const std::vector<std::int32_t>& classes, const dataset& data) {
    prediction_score score;
    score.samples = classes.size();
    if (data.labels.empty() || classes.empty()) { return score; }
    std::size_t correct = 0;
    for (std::size_t i = 0; i < classes.size(); ++i) {
        correct += classes[i] == data.labels[i] ? 1 : 0;
    }
    score.correct = correct;
    score.accuracy = static_cast<double>(correct) / static_cast<double>(classes.size());
    return score;
}

prediction_score score_of(const network& net, const std::vector<sim::sample_result>& results,
                          const dataset& data) {
    std::vector<std::int32_t> classes;
    for (const sim::sample_result& r : results) {
        if (!r.readouts.empty()) {
            classes.push_back(static_cast<std::int32_t>(r.readouts.front().arg_max));
        }
    }
    prediction_score score = score_of(classes, data);
    score.samples = results.size();
    const population* readout = first_of(net, population_kind::readout);
    const bool fits = readout != nullptr && data.target_size == readout->shape.neurons()
                      && !readout->scale.empty();
    if (fits && !results.empty()) {
        double sum = 0.0;
        for (std::size_t i = 0; i < results.size(); ++i) {
            sum += squared_error(
                net, results[i],
                std::span(data.targets).subspan(i * data.target_size, data.target_size));
        }
        score.mean_squared_error = sum / static_cast<double>(results.size());
    }
    return score;
}

void add_score(nlohmann::ordered_json& json, const prediction_score& score) {
    const auto or_null = [](const auto& value) {
        return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
    };
    json["correct"] = or_null(score.correct);
    json["accuracy"] = or_null(score.accuracy);
    if (score.mean_squared_error) {
        json["metric"] = "mean_squared_error";
        json["value"] = *score.mean_squared_error;
    }
}

std::string describe(const prediction_score& score) {
    if (score.correct) {
        return fmt::format("correct: {} of {} ({})", *score.correct, score.samples,
                           percent(*score.accuracy));
    }
    if (score.mean_squared_error) {
        return fmt::format("mean squared error: {:.6g}", *score.mean_squared_error);
    }
    return "no labels: accuracy unknown";
}

}  // namespace synfire::cli
