// SPDX-License-Identifier: Apache-2.0
// Answers of two networks on the calibration samples.
#pragma once

#include <cstdint>
#include <vector>

#include <synfire/core/dataset.hpp>

#include <synfire/converters/convert.hpp>

namespace synfire::converters {

/// Counts in `result` what the answers of the quantised network (L2) lose against those of the
/// trained one (L1).
void compare_answers(const std::vector<std::int32_t>& real, const std::vector<std::int32_t>& codes,
                     const dataset& data, conversion& result);

}  // namespace synfire::converters
