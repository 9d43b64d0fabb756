// SPDX-License-Identifier: Apache-2.0
// What both streaming engines look like from outside: one sample, advanced step by step. One engine
// belongs to one thread; what engines of a network have in common is built once by the maker.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>
#include <synfire/core/streaming.hpp>
#include <synfire/sim/simulator.hpp>

#include "../engine.hpp"

namespace synfire::sim {

/// Neurons that fire in one step, ascending.
using firing = std::vector<std::uint32_t>;

/// Takes a list that names neurons once per event apart: each neuron once, and its number of
/// events.
inline void count_events(const firing& all, firing& neurons, std::vector<std::int32_t>& events) {
    neurons.clear();
    events.clear();
    for (const std::uint32_t n : all) {
        if (neurons.empty() || neurons.back() != n) {
            neurons.push_back(n);
            events.push_back(0);
        }
        events.back() += 1;
    }
}

class stream_engine {
  public:
    stream_engine() = default;
    stream_engine(const stream_engine&) = delete;
    stream_engine& operator=(const stream_engine&) = delete;
    virtual ~stream_engine() = default;

    /// A new sample: initial state, empty delay lines, no counts, `current` inputs at 0.
    virtual void start() = 0;

    /// Codes that a `current` input feeds in from the next step on.
    virtual void set_current(std::size_t population, std::span<const std::int32_t> codes) = 0;

    /// One step. `injected` has one entry per population, which is empty unless it is an input;
    /// neurons are named once per event where the input adds events up.
    virtual void step(std::span<const firing> injected) = 0;

    // What the steps so far gave.
    virtual const firing& fired(std::size_t population) const = 0;  ///< in the last step
    virtual std::vector<std::int64_t> potentials(std::size_t population) const = 0;
    virtual std::vector<std::int64_t> currents(std::size_t population) const = 0;
    virtual clamp_flags flags(std::size_t population) const = 0;
    /// Result of a read-out.
    virtual std::vector<std::int64_t> answer(std::size_t population) const = 0;
    virtual activity counts() const = 0;
};

using stream_maker = std::function<std::unique_ptr<stream_engine>()>;

/// Precondition of all: the network is valid and streaming.
stream_maker reference_stream_maker(std::shared_ptr<const network> net);
stream_maker event_stream_maker(std::shared_ptr<const network> net, simd_level simd);
stream_maker make_stream_maker(std::shared_ptr<const network> net, engine_kind kind,
                               simd_level simd);

/// Runs whole samples on a streaming engine. With a margin, a sample ends after the first step in
/// which the best value of the first read-out is ahead of the next by that much.
engine_maker stream_runner_maker(std::shared_ptr<const network> net, const stream_maker& make,
                                 std::optional<double> early_exit_margin);

}  // namespace synfire::sim
