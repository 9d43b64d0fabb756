// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them: three significant digits, one energy unit per table, "unknown" for
// what is not there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "markup.hpp"
#include "report_model.hpp"

namespace synfire::report {

/// 1,234,567 for a whole number.
std::string grouped(double value);
/// Three significant digits; whole numbers from 1000 on.
std::string significant(double value);
std::string significant(const std::optional<double>& value);
/// Exact count, or a dash.
std::string count_text(const std::optional<double>& value);
/// 0..1 as percent, two decimals.
std::string percent_text(const std::optional<double>& fraction);
/// "0.51 (0.42 to 0.66)", or "unknown".
std::string interval_text(const maybe_interval& value);

/// The same in a narrow table cell: nominal value above its range.
markup interval_cell(const maybe_interval& value, std::string_view note = {});

/// What all energies of one table are shown in.
struct energy_unit {
    const char* name = "pJ";
    double picojoule = 1;

    maybe_interval of(const maybe_interval& pj) const;
    /// "12.3 (8.10 to 17.0)" without the unit, or "unknown".
    std::string show(const maybe_interval& pj) const;
    markup cell(const maybe_interval& pj) const;
    /// With the unit: "12.3 nJ (8.10 to 17.0)".
    std::string in_words(const maybe_interval& pj) const;
};
/// The unit in which `largest_pj` has one to three digits before the point.
energy_unit unit_for(double largest_pj);

/// a / b where both are there and b is not 0.
std::optional<double> quotient(const std::optional<double>& a, const std::optional<double>& b);

}  // namespace synfire::report
