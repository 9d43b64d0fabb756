// SPDX-License-Identifier: Apache-2.0
#include "misfits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <synfire/core/error.hpp>

namespace synfire::hw::detail {
namespace {

constexpr const char* hint = "an engine with more room, or a smaller network";
constexpr std::size_t most_lines = 12;

}  // namespace

void misfits::require(const std::string& where, const std::string& what, std::int64_t found,
                      std::int64_t lo, std::int64_t hi) {
    if (found >= lo && found <= hi) { return; }
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const misfit& m) {
        return m.where == where && m.what == what;
    });
    if (known) { return; }
    found_.push_back({where, what, fmt::format("{}", found),
                      lo == 0 ? fmt::format("at most {}", hi) : fmt::format("{} .. {}", lo, hi)});
}

void misfits::report() const {
    if (found_.empty()) { return; }
    const misfit& first = found_.front();
    if (found_.size() == 1) {
        throw bad_input({first.where, "too large for the engine: " + first.what, first.found,
                         first.expected, hint});
    }
    std::string found;
    std::string expected;
    for (std::size_t i = 0; i < std::min(found_.size(), most_lines); ++i) {
        const misfit& m = found_[i];
        found += fmt::format("{}{}: {} {}", i == 0 ? "" : "; ", m.where, m.what, m.found);
        expected += fmt::format("{}{}", i == 0 ? "" : "; ", m.expected);
    }
    if (found_.size() > most_lines) { found += "; ..."; }
    throw bad_input({"network",
                     fmt::format("{} things are too large for the engine", found_.size()), found,
                     expected, hint});
}

}  // namespace synfire::hw::detail
