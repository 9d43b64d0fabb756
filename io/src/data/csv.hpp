// SPDX-License-Identifier: Apache-2.0
// Tables of numbers as text: one sample per line.
#pragma once

#include <string>
#include <string_view>

#include <synfire/core/dataset.hpp>

namespace synfire::io {

/// Real samples of one axis. A first line that is not all numbers is a header; a last column that
/// it calls `label` holds class numbers, `target` a regression target. Throws bad_input naming line
/// and column.
dataset parse_csv(std::string_view text, const std::string& where);

}  // namespace synfire::io
