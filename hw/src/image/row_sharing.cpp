// SPDX-License-Identifier: Apache-2.0
// Passes over different positions of one map mostly have the same weights and constants: these are
// in the weight memory once.
#include <map>
#include <utility>

#include "pass_plan.hpp"

namespace synfire::hw::detail {
namespace {

/// All rows of a pass in the order in which they are laid out.
std::vector<std::int8_t> content_of(const pass_plan& pass, int lanes) {
    std::vector<std::int8_t> bytes(static_cast<std::size_t>(pass.rows() * lanes), 0);
    std::int64_t row = 0;
    for (const term_plan& t : pass.terms) {
        if (t.fill) { t.fill({bytes, row, lanes}); }
        row += t.rows;
    }
    if (pass.constants.digits != 0) { pass.constants.fill({bytes, row, lanes}); }
    return bytes;
}

}  // namespace

void share_rows(std::vector<pass_plan>& program, int lanes) {
    std::map<std::pair<std::size_t, std::vector<std::int8_t>>, std::size_t> seen;
    for (std::size_t i = 0; i < program.size(); ++i) {
        pass_plan& pass = program[i];
        if (!pass.is_run) { continue; }
        const auto [first, added] = seen.try_emplace({pass.population, content_of(pass, lanes)}, i);
        if (!added) { pass.rows_of = first->second; }
    }
}

}  // namespace synfire::hw::detail
