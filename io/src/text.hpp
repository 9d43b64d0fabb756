// SPDX-License-Identifier: Apache-2.0
// What counts as text in our files: valid UTF-8 without NUL, so that JSON and HDF5 can both carry
// it.
#pragma once

#include <string_view>

namespace synfire::io {

bool is_plain_text(std::string_view text);

}  // namespace synfire::io
