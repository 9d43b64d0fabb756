// SPDX-License-Identifier: Apache-2.0
#include "figures.hpp"

#include <cmath>

#include <fmt/format.h>

namespace synfire::report {

namespace {

constexpr const char* unknown = "unknown";
constexpr const char* nothing = "-";

std::string bounds(const energy::interval& value) {
    if (value.low == value.high) { return {}; }
    return fmt::format(" ({} to {})", significant(value.low), significant(value.high));
}

}  // namespace

std::string grouped(double value) {
    std::string digits = fmt::format("{:.0f}", std::abs(value));
    for (std::size_t left = digits.size(); left > 3; left -= 3) { digits.insert(left - 3, ","); }
    return (value < 0 && digits != "0" ? "-" : "") + digits;
}

std::string significant(double value) {
    const double size = std::abs(value);
    if (size == 0) { return "0"; }
    if (size >= 999.5) { return size < 1e12 ? grouped(value) : fmt::format("{:.3g}", value); }
    if (size < 1e-4) { return fmt::format("{:.2e}", value); }
    // The digits after the point follow from the rounded value: 0.9999 is 1.00, not 1.000.
    const double rounded = std::stod(fmt::format("{:.2e}", size));
    const int decimals = 2 - static_cast<int>(std::floor(std::log10(rounded)));
    return fmt::format("{:.{}f}", value, decimals);
}

std::string significant(const std::optional<double>& value) {
    return value ? significant(*value) : nothing;
}

std::string count_text(const std::optional<double>& value) {
    return value ? grouped(*value) : nothing;
}

std::string percent_text(const std::optional<double>& fraction) {
    return fraction ? fmt::format("{:.2f} %", 100.0 * *fraction) : nothing;
}

std::string interval_text(const maybe_interval& value) {
    return value ? significant(value->nominal) + bounds(*value) : unknown;
}

markup interval_cell(const maybe_interval& value, std::string_view note) {
    if (!value) { return text(unknown); }
    const markup nominal = text(significant(value->nominal) + std::string(note));
    if (value->low == value->high) { return nominal; }
    const std::string range =
        fmt::format("{} to {}", significant(value->low), significant(value->high));
    return nominal + inline_element("span", text(range), {{"class", "range"}});
}

markup energy_unit::cell(const maybe_interval& pj) const { return interval_cell(of(pj)); }

maybe_interval energy_unit::of(const maybe_interval& pj) const {
    if (!pj) { return std::nullopt; }
    return *pj * (1 / picojoule);
}

std::string energy_unit::show(const maybe_interval& pj) const { return interval_text(of(pj)); }

std::string energy_unit::in_words(const maybe_interval& pj) const {
    const maybe_interval value = of(pj);
    if (!value) { return unknown; }
    return fmt::format("{} {}{}", significant(value->nominal), name, bounds(*value));
}

energy_unit unit_for(double largest_pj) {
    if (largest_pj >= 1e9) { return {"mJ", 1e9}; }
    if (largest_pj >= 1e6) { return {"\u00b5J", 1e6}; }
    if (largest_pj >= 1e3) { return {"nJ", 1e3}; }
    return {"pJ", 1};
}

std::optional<double> quotient(const std::optional<double>& a, const std::optional<double>& b) {
    if (!a || !b || *b == 0) { return std::nullopt; }
    return *a / *b;
}

}  // namespace synfire::report
