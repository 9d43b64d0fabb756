// SPDX-License-Identifier: Apache-2.0
#include "runs.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "figures.hpp"

namespace synfire::report {

std::string run_words(const run& r) {
    if (!r.on_hardware) { return r.command; }
    const hardware& h = *r.on_hardware;
    if (!h.board.empty()) { return fmt::format("{} ({})", r.command, h.board); }
    return h.lanes ? fmt::format("{} ({} lanes)", r.command, count_text(h.lanes)) : r.command;
}

bool repeats_another(const network_report& network, const run& r) {
    if (r.command != "cosim") { return false; }
    bool earlier = true;
    return std::any_of(network.runs.begin(), network.runs.end(), [&](const auto& other) {
        earlier = earlier && &other.part != &r;
        return other.part.data == r.data && (earlier || other.part.command != r.command);
    });
}

}  // namespace synfire::report
