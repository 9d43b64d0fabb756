// SPDX-License-Identifier: Apache-2.0
// The one-sample door, and what both engines share.
#include <synfire/sim/simulator.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>

#include "engine.hpp"

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
        counts.populations[i].spikes_per_step.assign(
            static_cast<std::size_t>(net.populations[i].window.steps), 0);
    }
    return counts;
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

engine_maker make_engine_maker(std::shared_ptr<const network> net, engine_kind kind,
                               simd_level simd) {
    if (kind == engine_kind::reference) { return reference_engine_maker(std::move(net)); }
    return event_engine_maker(std::move(net), simd);
}

namespace {

[[noreturn]] void refuse(const population& p, const char* what, const std::string& found,
                         const std::string& expected) {
    throw bad_input({"input '" + p.name + "'", what, found, expected, ""});
}

void check_codes(const population& p, const encoded_input& input) {
    const std::size_t neurons = p.shape.neurons();
    if (input.codes.size() != neurons) {
        refuse(p, "wrong number of codes", std::to_string(input.codes.size()),
               std::to_string(neurons));
    }
    for (const std::int32_t q : input.codes) {
        if (q < p.range.lo || q > p.range.hi) {
            refuse(p, "a code is outside the range that the width was proven for",
                   std::to_string(q),
                   std::to_string(p.range.lo) + " .. " + std::to_string(p.range.hi));
        }
    }
}

/// One engine goes by the codes and the other by the spikes, so the two have to agree.
void check_spikes(const population& p, const encoded_input& input) {
    if (p.is_current()) {
        if (!input.spikes.empty()) { refuse(p, "a current input has no spikes", "", ""); }
        return;
    }
    const std::vector<std::int32_t> values = step_values(p.window);
    std::vector<std::int64_t> codes(input.codes.size(), 0);
    std::vector<std::size_t> counts(input.codes.size(), 0);
    for (const spike& s : input.spikes) {
        const bool exists = s.step >= 0 && s.step < p.window.steps && s.neuron < codes.size();
        if (!exists || (s.sign != 1 && s.sign != -1)) {
            refuse(p, "a spike is outside the window or the population",
                   "step " + std::to_string(s.step) + ", neuron " + std::to_string(s.neuron), "");
        }
        codes[s.neuron] += s.sign * values[static_cast<std::size_t>(s.step)];
        counts[s.neuron] += 1;
    }
    if (!std::equal(codes.begin(), codes.end(), input.codes.begin())) {
        refuse(p, "codes and spikes do not agree", "",
               "codes that are the sums of the spikes' values");
    }
    for (std::size_t n = 0; n < counts.size(); ++n) {
        const std::size_t expected =
            counts[n] == 0 ? 0 : spike_steps(p.window, input.codes[n]).size();
        if (counts[n] != expected) {
            refuse(p, "a code is sent with the wrong number of spikes", std::to_string(counts[n]),
                   std::to_string(expected));
        }
    }
    if (std::adjacent_find(input.spikes.begin(), input.spikes.end(), std::greater_equal<>())
        != input.spikes.end()) {
        refuse(p, "spikes must be sorted by step and neuron, without duplicates", "", "");
    }
}

void check_inputs(const network& net, std::span<const encoded_input> inputs) {
    const std::vector<std::size_t> numbers = populations_of(net, population_kind::input);
    if (inputs.size() != numbers.size()) {
        throw bad_input({"network", "wrong number of inputs", std::to_string(inputs.size()),
                         std::to_string(numbers.size()), ""});
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        check_codes(net.populations[numbers[i]], inputs[i]);
        check_spikes(net.populations[numbers[i]], inputs[i]);
    }
}

}  // namespace

struct simulator::implementation {
    std::shared_ptr<const network> net;
    std::unique_ptr<engine> runner;
    sample_output out;
};

simulator::simulator(network net, engine_kind engine, simd_level simd)
    : self_(std::make_unique<implementation>()) {
    validate(net);
    self_->net = std::make_shared<const network>(std::move(net));
    self_->runner = make_engine_maker(self_->net, engine, simd)();
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
