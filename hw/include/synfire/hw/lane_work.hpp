// SPDX-License-Identifier: Apache-2.0
// Counter `adds` of an engine by the network's synapses and the simulator's counts, without any
// engine: what cycle model and RTL are checked against.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>

namespace synfire::hw {

class lane_work {
  public:
    /// `arithmetic`: engine_config's.
    lane_work(const network& net, int arithmetic);

    /// Additions that projection `number` causes, or products where codes are multiplied, in the
    /// samples of `counts`.
    std::uint64_t of(const activity& counts, std::size_t number) const;
    /// The same of all projections.
    std::uint64_t of(const activity& counts) const;

  private:
    int arithmetic_;
    std::vector<bool> compares_;           ///< pools compare, and add nothing
    std::vector<std::uint64_t> synapses_;  ///< in-bounds, where all of them count
};

}  // namespace synfire::hw
