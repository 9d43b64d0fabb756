// SPDX-License-Identifier: Apache-2.0
// Files that are compiled in (embed.cmake writes the definitions).
#pragma once

#include <string_view>

namespace synfire::report::assets {

extern const std::string_view page_template;  ///< assets/report.html
extern const std::string_view style;          ///< assets/report.css
extern const std::string_view script;         ///< assets/*.js, one after the other
extern const std::string_view chart_licence;  ///< assets/chart-licence.txt
extern const std::string_view chart_library;  ///< empty where it was not found
extern const std::string_view chart_library_version;

}  // namespace synfire::report::assets
