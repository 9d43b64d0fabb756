// SPDX-License-Identifier: Apache-2.0
#include "running_results.hpp"

#include <cstddef>
#include <synfire/core/readout.hpp>
#include <vector>

#include "regression.hpp"

namespace synfire::cli {

namespace {

constexpr std::size_t buffer_bytes = std::size_t{64} << 10;

double squared(double x) { return x * x; }

}  // namespace

void running_score::add(std::size_t sample, const sim::sample_result& result) {
    network_answers answer;
    add_answer(answering_readout(net_), result.readouts.front().potentials, answer);
    samples_ += 1;
    if (!data_.labels.empty()) {
        correct_ += answer.classes.front() == data_.labels[sample] ? 1 : 0;
    }
    double error = 0.0;
    for (std::size_t i = 0; i < data_.target_size; ++i) {
        error += squared(answer.values.front()[i]
                         - static_cast<double>(data_.targets[sample * data_.target_size + i]));
    }
    squared_error_ += error;
}

/// Squared distance of the targets from their means, in the order of fit_of.
double running_score::target_spread() const {
    const std::size_t size = data_.target_size;
    std::vector<double> means(size, 0.0);
    for (std::size_t k = 0; k < samples_ * size; ++k) {
        means[k % size] += static_cast<double>(data_.targets[k]);
    }
    for (double& m : means) { m /= static_cast<double>(samples_); }
    double spread = 0.0;
    for (std::size_t s = 0; s < samples_; ++s) {
        double distance = 0.0;
        for (std::size_t i = 0; i < size; ++i) {
            distance += squared(static_cast<double>(data_.targets[s * size + i]) - means[i]);
        }
        spread += distance;
    }
    return spread;
}

prediction_score running_score::score() const {
    prediction_score score;
    score.samples = samples_;
    if (samples_ == 0) { return score; }
    if (!data_.labels.empty()) {
        score.correct = correct_;
        score.accuracy = static_cast<double>(correct_) / static_cast<double>(samples_);
    }
    if (data_.target_size != 0) {
        score.mean_squared_error =
            squared_error_ / static_cast<double>(samples_ * data_.target_size);
        const double spread = target_spread();
        if (spread > 0.0) { score.r2 = 1.0 - squared_error_ / spread; }
    }
    return score;
}

/// A sample may reach the margin in its last step at the latest; the others ran to the end without
/// a clear answer.
void running_exit::add(const sim::sample_result& result) {
    const sim::readout_result& first = result.readouts.front();
    if (readout_lead(net_.populations[first.population], first.potentials) < margin_) { return; }
    clear_samples_ += 1;
    clear_steps_ += result.steps;
}

running_outputs::running_outputs(const network& net, const std::string& path)
    : net_(net),
      file_(path),
      text_(outputs_header(net)) {}

void running_outputs::add(const sim::sample_result& result) {
    text_ += outputs_row(net_, result);
    if (text_.size() < buffer_bytes) { return; }
    file_.append(text_);
    text_.clear();
}

void running_outputs::commit() {
    file_.append(text_);
    file_.commit();
}

void running_results::add(std::size_t sample, const sim::sample_result& result) {
    score.add(sample, result);
    steps.add(result);
    if (early_exit) { early_exit->add(result); }
    if (anytime) { anytime->add(sample, result); }
    if (outputs) { outputs->add(result); }
}

}  // namespace synfire::cli
