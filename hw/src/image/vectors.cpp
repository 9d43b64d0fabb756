// SPDX-License-Identifier: Apache-2.0
#include "vectors.hpp"

#include <fmt/format.h>

#include <cstdint>

#include <synfire/core/error.hpp>

#include "supported.hpp"

namespace synfire::hw::detail {
namespace {

/// What of a term has loops, or nothing.
const char* loop_of(const term& t) {
    if (t.diagonal != 0) { return "skips, averages or selections"; }
    if (t.constant != 0) { return "biases per neuron"; }
    if (t.taps_x * t.taps_y > 1) { return "a kernel of several taps"; }
    if (t.x_first != 0 || t.y_first != 0) { return "an offset in its source"; }
    if (t.tap_bits > t.row_bits) { return "a part of its source's channels"; }
    return nullptr;
}

/// What the pass needs that such an engine was built without, or nothing.
std::string obstacle_of(const pass_plan& pass) {
    const pass_header& h = pass.header;
    if (h.kind_of() == pass_kind::pool) { return "a max-pool"; }
    const std::int64_t positions = std::int64_t{h.width} * h.height;
    if (positions > 1) { return fmt::format("{} positions", positions); }
    for (const term_plan& t : pass.terms) {
        if (const char* const loop = loop_of(t.fields)) { return loop; }
    }
    return {};
}

}  // namespace

void require_vectors(const network& net, const std::vector<pass_plan>& program) {
    std::string where;
    std::string found;
    std::size_t last = net.populations.size();
    for (const pass_plan& pass : program) {
        const std::string obstacle = obstacle_of(pass);
        if (obstacle.empty() || pass.population == last) { continue; }
        last = pass.population;
        if (where.empty()) {
            where = where_of(net.populations[last]);
            found = obstacle;
        } else {
            found += fmt::format("; '{}': {}", net.populations[last].name, obstacle);
        }
    }
    if (where.empty()) { return; }
    throw bad_input({where, "the engine is for dense layers alone", found, "dense layers",
                     "an engine for all layers"});
}

}  // namespace synfire::hw::detail
