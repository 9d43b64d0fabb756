// SPDX-License-Identifier: Apache-2.0
// What the simulator says of a sample as the engine sees it: one run of the program, or one for
// each step where the network is streaming.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/sim/encode.hpp>
#include <synfire/sim/simulator.hpp>
#include <synfire/sim/stream.hpp>

namespace synfire::cli {

/// One sample, all its runs together.
struct expected_sample {
    std::vector<sim::readout_result> readouts;  ///< in file order
    activity counts;
};

class expected_runs {
  public:
    /// Gets codes, spikes and potentials of every population after one run; `later`: a further step
    /// of the same sample. The record is valid during the call.
    using on_run = std::function<void(const sim::sample_result& run, bool later)>;

    /// Throws bad_input where the network is not valid. It must outlive the object.
    explicit expected_runs(const network& net);

    /// The network that one run computes: hw::engine_network() or hw::step_network().
    const network& of_one_run() const { return run_; }

    expected_sample run(std::span<const sim::encoded_input> inputs, const on_run& each);

  private:
    const network& net_;
    network run_;
    std::unique_ptr<sim::stream> stream_{};    ///< streaming
    std::unique_ptr<sim::simulator> whole_{};  ///< synchronous, of run_

    std::vector<sim::encoded_input> inject(std::span<const sim::encoded_input> inputs,
                                           std::int32_t step);
    sim::sample_result record(std::span<const sim::encoded_input> inputs) const;
};

/// The codes of every population, as the cycle model takes them.
std::vector<std::span<const std::int32_t>> codes_of(const sim::sample_result& run);

/// What the run leaves for the next one of a streaming sample.
hw::step_end end_of(const sim::sample_result& run);

}  // namespace synfire::cli
