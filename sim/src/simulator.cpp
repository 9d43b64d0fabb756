// SPDX-License-Identifier: Apache-2.0
// The one-sample door, and what both engines share.
#include <synfire/sim/simulator.hpp>

#include <algorithm>
#include <utility>

#include <synfire/core/validate.hpp>

#include "engine.hpp"
#include "streaming/stream_engine.hpp"

namespace synfire::sim {

std::string_view to_string(engine_kind engine) {
    return engine == engine_kind::reference ? "reference" : "event_driven";
}

std::vector<std::size_t> populations_of(const network& net, population_kind kind) {
    std::vector<std::size_t> numbers;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        if (net.populations[i].kind == kind) { numbers.push_back(i); }
    }
    return numbers;
}

activity empty_activity(const network& net) {
    activity counts;
    counts.populations.resize(net.populations.size());
    counts.projections.resize(net.projections.size());
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        spread_steps(firing_steps(net, net.populations[i]), counts.populations[i]);
    }
    return counts;
}

void spread_steps(std::int64_t steps, population_activity& counts) {
    const std::int64_t shared = steps_per_entry_of(steps);
    counts.join_steps(shared);
    counts.spikes_per_step.resize(static_cast<std::size_t>((steps + shared - 1) / shared), 0);
}

void count_updates(const network& net, activity& counts) {
    counts.samples = 1;
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const population& p = net.populations[i];
        if (p.kind != population_kind::spiking) { continue; }
        counts.populations[i].neuron_updates =
            p.shape.neurons() * static_cast<std::uint64_t>(p.window.steps);
    }
}

std::size_t arg_max(std::span<const std::int64_t> values) {
    return static_cast<std::size_t>(std::max_element(values.begin(), values.end())
                                    - values.begin());
}

void engine::attach(step_feed* feed, step_watcher* watcher) {
    static_cast<void>(feed);
    static_cast<void>(watcher);
}

engine_maker make_engine_maker(std::shared_ptr<const network> net, engine_kind kind,
                               simd_level simd, std::optional<double> early_exit_margin,
                               int threads) {
    if (net->execution == execution::streaming) {
        const stream_maker make = make_stream_maker(net, kind, simd);
        return stream_runner_maker(std::move(net), make, early_exit_margin);
    }
    if (kind == engine_kind::reference) { return reference_engine_maker(std::move(net)); }
    return event_engine_maker(std::move(net), simd, threads);
}

struct simulator::implementation {
    std::shared_ptr<const network> net;
    std::unique_ptr<engine> runner;
    sample_output out;
};

simulator::simulator(network net, engine_kind engine, simd_level simd, int threads)
    : self_(std::make_unique<implementation>()) {
    validate(net);
    self_->net = std::make_shared<const network>(std::move(net));
    self_->runner = make_engine_maker(self_->net, engine, simd, {}, threads)();
}

simulator::~simulator() = default;
simulator::simulator(simulator&&) noexcept = default;
simulator& simulator::operator=(simulator&&) noexcept = default;

const sample_output& simulator::run(std::span<const encoded_input> inputs,
                                    const record_options& record) {
    check_inputs(*self_->net, inputs);
    self_->runner->run(inputs, record, self_->out);
    return self_->out;
}

const network& simulator::net() const { return *self_->net; }

}  // namespace synfire::sim
