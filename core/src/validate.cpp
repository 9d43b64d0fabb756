// SPDX-License-Identifier: Apache-2.0
// Rules of the network as a whole, in an order in which each check may rely on the ones before.
#include <synfire/core/validate.hpp>

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include <synfire/core/width.hpp>

#include "validate_rules.hpp"

namespace synfire {
namespace {

using detail::require;
using detail::where_of;

constexpr int widest_potential = 32;

void validate_execution(const network& net) {
    require(!net.populations.empty(), {"network", "has no populations", "", "at least one", ""});
    const bool streaming = net.execution == execution::streaming;
    const std::int32_t least = streaming ? 1 : 0;
    const std::int32_t most = streaming ? max_streaming_steps : 0;
    require(
        net.steps >= least && net.steps <= most,
        {"network",
         streaming ? "impossible number of steps" : "a synchronous network has no steps of its own",
         std::to_string(net.steps), streaming ? detail::text_range(least, most) : "0", ""});
}

void validate_names(const network& net) {
    std::set<std::string> names;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const std::string& name = net.populations[i].name;
        require(!name.empty(),
                {"population number " + std::to_string(i), "has no name", "", "", ""});
        require(names.insert(name).second,
                {"population '" + name + "'", "two populations have this name", "", "unique names",
                 ""});
    }
}

/// What makes a potential narrower. Of streaming sources one spike arrives at a time, however long
/// they send.
std::string narrowing_hint(const population& p) {
    if (p.streaming) {
        return "narrower ranges of the state (v_range, s_range), fewer weight bits, a smaller "
               "shift "
               "or a smaller fan-in make it fit";
    }
    return "fewer steps of the populations that feed it (for inputs: --input-steps), fewer weight "
           "bits, a smaller shift or a smaller fan-in make it fit";
}

void validate_width(const population& p, int proven) {
    require(proven <= widest_potential,
            {where_of(p), "the potential needs more bits than an accumulator has",
             std::to_string(proven) + " bits",
             "at most " + std::to_string(widest_potential) + " bits", narrowing_hint(p)});
    require(p.width_bits == 0 || p.width_bits == proven,
            {where_of(p),
             "the stated width is not the one that follows from weights, biases and thresholds",
             std::to_string(p.width_bits) + " bits", std::to_string(proven) + " bits",
             "the file was changed after conversion; convert the model again"});
}

}  // namespace

void validate(const network& net) {
    validate_execution(net);
    validate_names(net);
    for (const population& p : net.populations) { detail::validate_population(net, p); }
    for (const projection& p : net.projections) { detail::validate_projection(net, p); }
    topological_order(net);  // throws for a cycle
    for (std::size_t i = 0; i < net.populations.size(); ++i) { detail::validate_max_pool(net, i); }
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) {
        validate_width(net.populations[i], widths[i]);
    }
}

}  // namespace synfire
