// SPDX-License-Identifier: Apache-2.0
// The whole page: template, style, script and sections in one HTML text.
#pragma once

#include <string>

#include "report_model.hpp"

namespace synfire::report {

struct page_options {
    std::string version{};
    /// Source of the chart library; empty: tables only, and the page says so.
    std::string chart_library{};
    std::string chart_library_version{};
};

/// Equal models give equal pages: no time, no machine, no random number gets in.
std::string page(const report_model& model, const page_options& options);

}  // namespace synfire::report
