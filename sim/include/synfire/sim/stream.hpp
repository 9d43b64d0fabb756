// SPDX-License-Identifier: Apache-2.0
// A streaming network advanced step by step by its caller: for event cameras, closed loops, and
// answers at any time. For whole samples and data sets see simulator.hpp.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>
#include <synfire/core/streaming.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::sim {

/// One running copy of a streaming network. Populations go by their number in the network, as
/// network::find gives it; a number that does not exist, or that is of the wrong kind for the
/// call, throws bad_input. Any number of steps may be run: network::steps has no say here.
///
/// Threads: one thread at a time per object. Different objects are independent, also those made
/// by another(), which share only tables that never change.
class stream {
  public:
    /// Throws bad_input where the network is not valid or not streaming. Starts at step 0.
    explicit stream(network net, engine_kind engine = engine_kind::event_driven,
                    simd_level simd = simd_level::automatic);
    ~stream();
    stream(stream&&) noexcept;
    stream& operator=(stream&&) noexcept;

    /// A fresh stream of the same network, without building its tables again.
    stream another() const;

    const network& net() const;

    /// Back to step 0: initial state, nothing on its way, no counts, `current` inputs at 0.
    void reset();

    /// Spikes of an input population in the next step, in any order; a neuron that is named twice
    /// fires once, or, where the input adds events up, once with the number of its events. More of
    /// them than the input says throw bad_input.
    void inject(std::size_t input, std::span<const std::uint32_t> neurons);

    /// Codes that a `current` input feeds in from the next step on; 0 until this is called.
    void set_current(std::size_t input, std::span<const std::int32_t> codes);

    /// Runs one step with what was injected.
    void step();

    /// Steps since the start or the last reset().
    std::int64_t steps() const;

    /// Neurons that fired in the last step, ascending; empty before the first. Valid until the
    /// next call that is not const.
    std::span<const std::uint32_t> fired(std::size_t population) const;

    /// v of every neuron. Spiking populations and readouts.
    std::vector<std::int64_t> potentials(std::size_t population) const;

    /// s of every neuron; empty without synaptic current. Spiking populations and readouts.
    std::vector<std::int64_t> currents(std::size_t population) const;

    /// Clamps that have changed a value. Spiking populations and readouts.
    clamp_flags flags(std::size_t population) const;

    /// What a readout says so far: last, sum or maximum, as the network has it, and the class.
    /// Before the first step: the initial potentials, and 0 where it is a sum.
    readout_result answer(std::size_t readout) const;

    /// Counts of all steps so far. spikes_per_step has one entry per step, and after
    /// most_step_entries steps one for several, so that memory does not grow.
    activity counts() const;

  private:
    struct implementation;
    explicit stream(std::unique_ptr<implementation> self);
    std::unique_ptr<implementation> self_;
};

}  // namespace synfire::sim
