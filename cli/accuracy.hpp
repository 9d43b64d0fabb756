// SPDX-License-Identifier: Apache-2.0
// What the outputs are worth against labels or targets.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <synfire/core/dataset.hpp>
#include <synfire/core/network.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::cli {

struct prediction_score {
    std::size_t samples = 0;
    std::optional<std::size_t> correct;        ///< with labels
    std::optional<double> accuracy;            ///< 0..1
    std::optional<double> mean_squared_error;  ///< with regression targets
    std::optional<double> r2;                  ///< the same; see regression_fit
};

/// Answers of a network to samples: what accuracy and regression errors are taken from.
struct network_answers {
    std::vector<std::int32_t> classes;
    /// Per sample, real values in the units of the trained network after the functions that follow
    /// its last layer; channel first, as targets are.
    std::vector<std::vector<double>> values;
};

/// Throws bad_input naming `where` unless the data set fits the network's input, and its labels or
/// targets the first read-out.
void check_data_fits(const network& net, const dataset& data, const std::string& where);

/// Adds the answer of one sample: potentials of the first read-out in neuron order.
void add_answer(const population& readout, std::span<const std::int64_t> potentials,
                network_answers& answers);

/// Answers of the spiking network by its first read-out.
network_answers answers_of(const network& net, const std::vector<sim::sample_result>& results);

/// Answers of the trained network from its outputs before host functions.
network_answers answers_of(const network& net, const std::vector<std::vector<float>>& outputs);

/// Accuracy where there are labels, mean squared error and R2 where there are targets.
prediction_score score_of(const network_answers& answers, const dataset& data);

/// The read-out that answers: the first.
const population& answering_readout(const network& net);

/// Keys correct, accuracy (null without labels); with targets metric, value and r2.
void add_score(nlohmann::ordered_json& json, const prediction_score& score);

/// One line for people.
std::string describe(const prediction_score& score);

}  // namespace synfire::cli
