// SPDX-License-Identifier: Apache-2.0
// What both engines look like from outside. One engine belongs to one thread; what engines of a
// network have in common is built once by the maker.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include <synfire/sim/simulator.hpp>

namespace synfire::sim {

class stream_engine;

/// Where a streaming sample gets its spikes from, one step after the other.
class step_feed {
  public:
    step_feed() = default;
    step_feed(const step_feed&) = delete;
    step_feed& operator=(const step_feed&) = delete;
    virtual ~step_feed() = default;

    /// Neurons that fire in a step of the input that comes `input`-th in file order, ascending;
    /// once per event where it adds events up.
    virtual void spikes_of(std::size_t input, std::int32_t step,
                           std::vector<std::uint32_t>& neurons) = 0;
};

/// Who looks at a streaming sample after every step.
class step_watcher {
  public:
    step_watcher() = default;
    step_watcher(const step_watcher&) = delete;
    step_watcher& operator=(const step_watcher&) = delete;
    virtual ~step_watcher() = default;

    virtual void after_step(const stream_engine& state, std::int32_t step) = 0;
};

class engine {
  public:
    engine() = default;
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;
    virtual ~engine() = default;

    /// Precondition: check_inputs holds. Overwrites `out`.
    virtual void run(std::span<const encoded_input> inputs, const record_options& record,
                     sample_output& out) = 0;

    /// Streaming engines: spikes come from `feed` instead of the inputs, `watcher` is called after
    /// every step; null: neither. Both have to outlive the engine's runs.
    virtual void attach(step_feed* feed, step_watcher* watcher);
};

using engine_maker = std::function<std::unique_ptr<engine>()>;

/// Precondition of all: the network is valid.
engine_maker reference_engine_maker(std::shared_ptr<const network> net);
/// `threads`: that share the work of one sample.
engine_maker event_engine_maker(std::shared_ptr<const network> net, simd_level simd, int threads);
/// `early_exit_margin`: streaming networks only.
engine_maker make_engine_maker(std::shared_ptr<const network> net, engine_kind kind,
                               simd_level simd, std::optional<double> early_exit_margin = {},
                               int threads = 1);

/// Throws bad_input unless there is one input per input population and each fits it.
void check_inputs(const network& net, std::span<const encoded_input> inputs);

/// Numbers of the populations of one kind, in file order.
std::vector<std::size_t> populations_of(const network& net, population_kind kind);

/// Counts of zero with one entry per population, step and projection.
activity empty_activity(const network& net);

/// Gives spikes_per_step the entries of a sample of so many steps, however many were run.
void spread_steps(std::int64_t steps, population_activity& counts);

/// Neuron updates are semantic: T per spiking neuron and sample, whatever an engine evaluates.
void count_updates(const network& net, activity& counts);

/// Index of the largest value, the lowest on ties.
std::size_t arg_max(std::span<const std::int64_t> values);

}  // namespace synfire::sim
