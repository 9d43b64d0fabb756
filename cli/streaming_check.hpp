// SPDX-License-Identifier: Apache-2.0
// A trained network that was written as a streaming one, on data: trained, quantised and spiking
// answers, and how the last become good step by step.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

#include <synfire/converters/convert.hpp>
#include <synfire/core/dataset.hpp>

#include "accuracy.hpp"
#include "anytime.hpp"
#include "regression.hpp"

namespace synfire::cli {

struct streaming_check {
    prediction_score trained;
    prediction_score quantised;
    prediction_score spiking;
    std::size_t different_answers = 0;  ///< spiking against trained
    std::size_t lost = 0;               ///< right in the trained network, wrong in the spiking one
    std::size_t gained = 0;             ///< the other way round
    anytime_scores anytime;
    std::vector<output_fidelity> fidelity;  ///< spiking against trained, every output
};

struct streaming_check_inputs {
    const std::filesystem::path& model;
    const converters::conversion& conversion;
    const dataset& data;
    std::size_t samples = 0;  ///< 0: all
    std::function<void(std::size_t done, std::size_t all)> progress{};
};

streaming_check check_streaming(const streaming_check_inputs& inputs);

/// Answers of the calibration samples become those of the spiking network, which the library cannot
/// run.
void count_streaming_answers(const std::filesystem::path& model, const dataset& calibration,
                             converters::conversion& conversion);

void print_streaming_check(const output& out, const std::string& data,
                           const streaming_check& check);
nlohmann::ordered_json streaming_check_json(const std::string& data, const streaming_check& check);

}  // namespace synfire::cli
