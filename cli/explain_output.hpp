// SPDX-License-Identifier: Apache-2.0
// What `explain` says, for people and as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include <synfire/converters/explain.hpp>

#include "command.hpp"
#include "ladder.hpp"

namespace synfire::cli {

/// Advice, and where it was tried the output error of the conversion with it.
struct tried_advice {
    converters::advice advice;
    std::optional<double> error;
};

/// Two levels that were asked about.
struct compared_range {
    std::string between;  ///< as typed
    std::optional<rung> found;
};

/// Answers that change are left out of a regression's: its arg-max means nothing.
void print_explanation(const output& out, const converters::explanation& found, bool regression,
                       bool pruned);
void print_advice(const output& out, const std::vector<tried_advice>& all, double error);
void print_ladder(const output& out, const std::vector<compared_range>& ranges, double bound);

nlohmann::ordered_json layers_json(const converters::explanation& found, bool regression);
nlohmann::ordered_json advice_json(const std::vector<tried_advice>& all);
nlohmann::ordered_json ladder_json(const std::vector<compared_range>& ranges);

}  // namespace synfire::cli
