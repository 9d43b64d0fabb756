// SPDX-License-Identifier: Apache-2.0
// Commands that a user may copy into a shell.
#pragma once

#include <string>

namespace synfire::cli {

/// A word of a shell command; quoted where a shell would split or expand it.
std::string shell_word(const std::string& word);

}  // namespace synfire::cli
