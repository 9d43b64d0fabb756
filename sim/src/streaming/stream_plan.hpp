// SPDX-License-Identifier: Apache-2.0
// A streaming network laid out for the event-driven engine: parameters in blocks of 64 neurons,
// weights by source. Built once, shared by all threads, never changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <synfire/core/network.hpp>

#include "../plan.hpp"

namespace synfire::sim {

struct stream_population {
    std::size_t neurons = 0;
    std::size_t channels = 0;
    std::size_t blocks = 0;  ///< of 64 neurons; the last one is filled up with neurons at rest
    std::size_t memory = 1;  ///< steps whose spikes are kept: longest delay from here or time that
                             ///< neurons rest, and the step itself
    bool has_potential = false;
    bool has_current = false;
    bool fires = false;
    readout_rule answer = readout_rule::last;

    // Of populations with a potential. The step from one block to the next is 0 where all channels
    // are alike: one block of parameters then stays in the cache for the whole population.
    std::size_t parameter_step = 0;
    std::vector<std::int32_t> theta;
    std::vector<std::uint32_t> decay_v;
    std::vector<std::uint32_t> decay_s;
    std::vector<double> keep_v;
    std::vector<double> keep_s;
    std::vector<std::int32_t> bias;       ///< per neuron, filled up
    std::vector<std::int32_t> initial_v;  ///< per neuron, filled up
    std::int32_t refractory = 0;
    update_rules rules{};
    update_function update = nullptr;

    std::vector<std::size_t> incoming;  ///< numbers of projections, without those of currents
};

struct stream_plan {
    stream_plan(std::shared_ptr<const network> network_to_run, const kernel_table& table);

    std::shared_ptr<const network> net;
    const kernel_table& kernels;
    std::vector<std::size_t> order;
    std::vector<stream_population> populations;
    std::vector<projection_plan> projections;
};

}  // namespace synfire::sim
