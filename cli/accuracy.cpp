// SPDX-License-Identifier: Apache-2.0
#include "accuracy.hpp"

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>
#include <synfire/io/dataset.hpp>

#include "command.hpp"
#include "regression.hpp"

namespace synfire::cli {

namespace {

const population* first_of(const network& net, population_kind kind) {
    for (const population& p : net.populations) {
        if (p.kind == kind) { return &p; }
    }
    return nullptr;
}

std::vector<double> channel_first(const std::vector<double>& values, const shape& s) {
    std::vector<double> turned(values.size());
    const auto channels = static_cast<std::size_t>(s.channels);
    for (std::size_t n = 0; n < values.size(); ++n) {
        turned[n % channels * s.positions() + n / channels] = values[n];
    }
    return turned;
}

}  // namespace

const population& answering_readout(const network& net) {
    const population* readout = first_of(net, population_kind::readout);
    if (readout == nullptr) {
        throw bad_input({"network", "nothing is read out", "no read-out population", "", ""});
    }
    return *readout;
}

void check_data_fits(const network& net, const dataset& data, const std::string& where) {
    std::size_t inputs = 0;
    for (const population& p : net.populations) {
        if (p.kind != population_kind::input) { continue; }
        const dataset& own = data.input(inputs++);
        if (p.input) { io::check_fits(own, *p.input, where); }
    }
    const std::size_t outputs = answering_readout(net).shape.neurons();
    if (!data.labels.empty()) { io::check_labels(data, outputs); }
    if (data.target_size != 0 && data.target_size != outputs) {
        throw bad_input({data.name, "targets do not fit the output of " + where,
                         fmt::format("{} values per sample", data.target_size),
                         fmt::format("{}", outputs), ""});
    }
}

void add_answer(const population& readout, std::span<const std::int64_t> potentials,
                network_answers& answers) {
    answers.classes.push_back(readout_class(readout, potentials));
    answers.values.push_back(channel_first(readout_values(readout, potentials), readout.shape));
}

network_answers answers_of(const network& net, const std::vector<sim::sample_result>& results) {
    const population& readout = answering_readout(net);
    network_answers answers;
    for (const sim::sample_result& r : results) {
        add_answer(readout, r.readouts.front().potentials, answers);
    }
    return answers;
}

network_answers answers_of(const network& net, const std::vector<std::vector<float>>& outputs) {
    const population& readout = answering_readout(net);
    network_answers answers;
    for (const std::vector<float>& output : outputs) {
        answers.classes.push_back(arg_max(output));
        answers.values.emplace_back(output.begin(), output.end());
        apply_host_functions(readout.host_functions, answers.values.back());
    }
    return answers;
}

prediction_score score_of(const network_answers& answers, const dataset& data) {
    prediction_score score;
    score.samples = answers.classes.size();
    if (score.samples == 0) { return score; }
    const auto samples = static_cast<double>(score.samples);
    if (!data.labels.empty()) {
        std::size_t correct = 0;
        for (std::size_t i = 0; i < score.samples; ++i) {
            correct += answers.classes[i] == data.labels[i] ? 1 : 0;
        }
        score.correct = correct;
        score.accuracy = static_cast<double>(correct) / samples;
    }
    if (data.target_size != 0) {
        const regression_fit fit = fit_of(answers.values, targets_of(data, score.samples));
        score.mean_squared_error = fit.mean_squared_error;
        score.r2 = fit.r2;
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
        json["r2"] = or_null(score.r2);
    }
}

std::string describe(const prediction_score& score) {
    if (score.correct) {
        return fmt::format("correct: {} of {} ({})", *score.correct, score.samples,
                           percent(*score.accuracy));
    }
    if (score.mean_squared_error) {
        return describe(regression_fit{*score.mean_squared_error, score.r2});
    }
    return "no labels or targets: accuracy unknown";
}

}  // namespace synfire::cli
