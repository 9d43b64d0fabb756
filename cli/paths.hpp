// SPDX-License-Identifier: Apache-2.0
// Output paths are looked at before long work starts.
#pragma once

#include <string>
#include <vector>

namespace synfire::cli {

/// Throws usage_error where an output is one of the inputs or two outputs are the same file, and
/// bad_input where its folder does not exist. Empty names and "-" are no files.
void check_outputs(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs);

}  // namespace synfire::cli
