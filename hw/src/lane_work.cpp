// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/lane_work.hpp>

#include <synfire/core/synapses.hpp>
#include <synfire/hw/config.hpp>

namespace synfire::hw {

lane_work::lane_work(const network& net, int arithmetic) : arithmetic_(arithmetic) {
    for (const projection& p : net.projections) {
        compares_.push_back(p.kind == connectivity::window);
        std::uint64_t synapses = 0;
        if (arithmetic == dense_arithmetic) {
            for_each_synapse(net, p, [&](std::size_t, std::size_t, std::int32_t) { ++synapses; });
        }
        synapses_.push_back(synapses);
    }
}

std::uint64_t lane_work::of(const activity& counts, std::size_t number) const {
    if (compares_[number]) { return 0; }
    switch (arithmetic_) {
    case dense_arithmetic:
        return counts.samples * synapses_[number];
    case skipping_arithmetic:
        return counts.projections[number].active_synapses;
    default:
        return counts.projections[number].synaptic_events;
    }
}

std::uint64_t lane_work::of(const activity& counts) const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < synapses_.size(); ++i) { sum += of(counts, i); }
    return sum;
}

}  // namespace synfire::hw
