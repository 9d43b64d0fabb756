// SPDX-License-Identifier: Apache-2.0
#include "misfits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace synfire::hw {
namespace {

constexpr const char* whole_network = "network";

/// A network of many layers may break one rule in each of them.
constexpr std::size_t most_items = 12;

error_facts facts_of(const std::vector<misfit>& all) {
    constexpr const char* hint = "an engine with more room, or a smaller network";
    if (all.size() == 1) {
        const misfit& m = all.front();
        return {m.where, "too large for the engine: " + m.what, m.found, m.expected, hint};
    }
    std::string found;
    for (std::size_t i = 0; i < std::min(all.size(), most_items); ++i) {
        found += (i == 0 ? "" : "; ") + to_text(all[i]);
    }
    if (all.size() > most_items) { found += "; ..."; }
    return {whole_network, fmt::format("{} things are too large for the engine", all.size()), found,
            "", hint};
}

}  // namespace

std::string to_text(const misfit& m) {
    const std::string place = m.where == whole_network ? "" : m.where + ": ";
    return fmt::format("{}{}: {} ({})", place, m.what, m.found, m.expected);
}

does_not_fit::does_not_fit(std::vector<misfit> all)
    : bad_input(facts_of(all)),
      misfits_(std::move(all)) {}

}  // namespace synfire::hw

namespace synfire::hw::detail {

void misfits::require(const std::string& where, const std::string& what, std::int64_t found,
                      std::int64_t lo, std::int64_t hi, misfit_kind kind) {
    if (found >= lo && found <= hi) { return; }
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const misfit& m) {
        return m.where == where && m.what == what;
    });
    if (known) { return; }
    found_.push_back({where, what, fmt::format("{}", found),
                      lo == 0 ? fmt::format("at most {}", hi) : fmt::format("{} .. {}", lo, hi),
                      kind});
}

void misfits::report() const {
    if (!found_.empty()) { throw does_not_fit(found_); }
}

}  // namespace synfire::hw::detail
