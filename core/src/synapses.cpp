// SPDX-License-Identifier: Apache-2.0
// The public doors to the synapse loops.
#include <synfire/core/synapses.hpp>

#include "synapse_walk.hpp"

namespace synfire {

void for_each_synapse(const network& net, const projection& p, const synapse_visitor& visit) {
    detail::walk_synapses(net, p, visit);
}

fan_out fan_out_of(const network& net, const projection& p) {
    fan_out fan(net.populations[p.source].shape.neurons());
    detail::walk_synapses(net, p, [&](std::size_t source, std::size_t target, std::int32_t weight) {
        fan[source].push_back({static_cast<std::uint32_t>(target), weight});
    });
    return fan;
}

}  // namespace synfire
