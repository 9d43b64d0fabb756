// SPDX-License-Identifier: Apache-2.0
// What the outputs are worth against labels or targets.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
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
};

/// Throws bad_input naming `where` unless the data set fits the network's input and its labels the
/// outputs.
void check_data_fits(const network& net, const dataset& data, const std::string& where);

prediction_score score_of(const network& net, const std::vector<sim::sample_result>& results,
                          const dataset& data);

/// Labels against classes that were computed elsewhere.
prediction_score score_of(const std::vector<std::int32_t>& classes, const dataset& data);

/// Keys correct, accuracy (null without labels), metric and value.
void add_score(nlohmann::ordered_json& json, const prediction_score& score);

/// One line for people.
std::string describe(const prediction_score& score);

}  // namespace synfire::cli
