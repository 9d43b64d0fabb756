// SPDX-License-Identifier: Apache-2.0
// gzip and xz for tests: the library reads only.
#pragma once

#include <string>

namespace synfire::test {

std::string gzip(const std::string& text);
std::string xz(const std::string& text);

}  // namespace synfire::test
