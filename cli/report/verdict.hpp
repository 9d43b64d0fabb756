// SPDX-License-Identifier: Apache-2.0
// Verdicts in words, as plain when the dense network wins as when spikes do.
#pragma once

#include <string>
#include <vector>

#include "report_model.hpp"

namespace synfire::report {

struct headline {
    std::string title{};
    std::string css{};  ///< class of the card: win, lose or open
    std::vector<std::string> sentences{};
};

headline headline_of(const comparison& result);

/// "spikes lower", "dense lower" or "undecided", for tables.
std::string short_verdict(const std::string& verdict);

/// "D2 (int8, zero activations skipped)".
std::string variant_words(const std::string& variant);

}  // namespace synfire::report
