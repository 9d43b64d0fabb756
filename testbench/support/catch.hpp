// SPDX-License-Identifier: Apache-2.0
// The one place that names Catch2's header; only what Catch2 v2 and v3 share is used.
#pragma once

#include <catch2/catch.hpp>

namespace synfire::test {

/// Matches a text that holds `part`; ContainsSubstring in Catch2 v3.
inline auto contains_text(const std::string& part) { return Catch::Matchers::Contains(part); }

}  // namespace synfire::test
