// SPDX-License-Identifier: Apache-2.0
// Output paths are looked at before long work starts.
#pragma once

#include <string>
#include <vector>

namespace synfire::cli {

/// Throws usage_error where an output is one of the inputs or two outputs are the same file, and
/// bad_input where its folder does not exist or it is a folder itself. Empty names and "-" are no
/// files.
void check_outputs(const std::vector<std::string>& outputs, const std::vector<std::string>& inputs);

/// For outputs that are renamed into place: throws bad_input where something is there that is no
/// file, and would be lost.
void check_replaceable(const std::vector<std::string>& outputs);

}  // namespace synfire::cli
