// SPDX-License-Identifier: Apache-2.0
// Networks whose answer is a number and not a class: errors against targets, and how near the
// spiking network is to the trained one.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/sim/simulator.hpp>

#include "command.hpp"

namespace synfire::cli {

/// What an answer is. automatic: labels say classification, targets regression, neither leaves it
/// open.
enum class answer_kind { automatic, classification, regression };

/// Adds --task.
void add_task_option(CLI::App& command, std::string& task);

/// "auto", "classification" or "regression".
answer_kind answer_kind_of(const std::string& task);

/// Makes the data's answers what the task wants. For regression integer labels become targets of a
/// network with one output value, and mean nothing to any other. Throws bad_input where targets are
/// asked to be classes.
void apply_task(dataset& data, answer_kind kind, std::size_t outputs);

/// True where the answers are numbers: targets without labels, or asked for.
bool is_regression(const dataset& data, answer_kind kind);

struct regression_fit {
    double mean_squared_error = 0.0;
    /// 1 - squared error / squared distance of the targets from their mean, each output about its
    /// own mean, all outputs together. None where targets never vary.
    std::optional<double> r2;
};

/// values and targets: per sample, equally many numbers. Precondition: at least one sample.
regression_fit fit_of(const std::vector<std::vector<double>>& values,
                      const std::vector<std::vector<double>>& targets);

/// Targets of the first `samples` samples.
std::vector<std::vector<double>> targets_of(const dataset& data, std::size_t samples);

/// How near one output of the spiking network is to that of the trained one; in real units, after
/// the functions behind the last layer.
struct output_fidelity {
    std::string output;
    std::size_t values = 0;  ///< per sample
    regression_fit fit;
};

/// Per output of the network; values[output][sample] as of real_outputs.
std::vector<output_fidelity>
fidelity_of(const network& net, const std::vector<std::vector<std::vector<double>>>& found,
            const std::vector<std::vector<std::vector<float>>>& trained);

std::vector<output_fidelity>
fidelity_of(const network& net, const std::vector<sim::sample_result>& found,
            const std::vector<std::vector<std::vector<float>>>& trained);

/// Read-outs of the network, in file order.
std::vector<const population*> readouts_of(const network& net);

/// Real values of each read-out, channel first, after its host functions.
std::vector<std::vector<double>> real_outputs(const network& net,
                                              const std::vector<sim::readout_result>& readouts);

/// First line of a CSV file of answers: a column per value of every output, named "output[number]",
/// channel first.
std::string outputs_header(const network& net);

/// A line per sample; nine digits, from which single precision comes back.
std::string outputs_row(const network& net, const sim::sample_result& sample);

nlohmann::ordered_json fidelity_json(const std::vector<output_fidelity>& fidelity);

/// One line per output, for people.
std::vector<std::string> describe(const std::vector<output_fidelity>& fidelity);

/// "mean squared error 0.1, R2 0.9".
std::string describe(const regression_fit& fit);

}  // namespace synfire::cli
