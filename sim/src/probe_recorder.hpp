// SPDX-License-Identifier: Apache-2.0
// What the probes of one thread see, in pieces of bounded size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <synfire/sim/probe.hpp>
#include <synfire/sim/simulator.hpp>

#include "engine.hpp"
#include "sample_order.hpp"

namespace synfire::sim {

class probe_recorder final : public step_watcher {
  public:
    using receiver = std::function<void(const probe_records&)>;

    /// Records of a long sample go to `receive` piece by piece, when it is the sample's turn.
    probe_recorder(const network& net, std::span<const probe> probes, receiver receive,
                   sample_order& order);

    void start(std::size_t sample);
    void after_step(const stream_engine& state, std::int32_t step) override;

    /// Synchronous networks: everything at once. Precondition: spikes and potentials were recorded
    /// as far as the probes need them.
    void record(const sample_result& result);

    /// Ends a sample of so many steps: hands over what is left of it when called, which may be
    /// later.
    sample_order::task finish(std::int32_t steps);

  private:
    struct piece {
        spike_train spikes;
        std::vector<std::int64_t> values;
        std::vector<double> counts;  ///< `rates`: of the sample so far
    };
    using pieces = std::vector<piece>;

    std::size_t bytes() const;
    static void hand_over(std::span<const probe> probes, const receiver& receive,
                          const pieces& from, probe_records part, bool last);

    const network& net_;
    std::span<const probe> probes_;
    receiver receive_;
    sample_order& order_;
    pieces pieces_;
    std::size_t sample_ = 0;
    std::int32_t first_step_ = 0;  ///< of the piece
    std::int32_t steps_ = 0;       ///< of the sample so far
};

}  // namespace synfire::sim
