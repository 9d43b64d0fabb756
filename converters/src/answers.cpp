// SPDX-License-Identifier: Apache-2.0
#include "answers.hpp"

namespace synfire::converters {

void compare_answers(const std::vector<std::int32_t>& real, const std::vector<std::int32_t>& codes,
                     const dataset& data, conversion& result) {
    int lost = 0;
    for (std::size_t i = 0; i < real.size(); ++i) {
        result.calibration_disagreements += real[i] != codes[i] ? 1 : 0;
        if (data.labels.empty()) { continue; }
        lost += real[i] == data.labels[i] ? 1 : 0;
        lost -= codes[i] == data.labels[i] ? 1 : 0;
    }
    if (!data.labels.empty()) { result.calibration_lost = lost; }
}

double calibration_drop(const conversion& result) {
    const double lost = result.calibration_lost
                            ? static_cast<double>(*result.calibration_lost)
                            : static_cast<double>(result.calibration_disagreements);
    const auto samples = static_cast<double>(result.calibration_samples);
    return samples > 0.0 ? 100.0 * lost / samples : 0.0;
}

}  // namespace synfire::converters
