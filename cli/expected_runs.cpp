// SPDX-License-Identifier: Apache-2.0
#include "expected_runs.hpp"

#include <algorithm>
#include <cstdint>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/streaming.hpp>

#include "input_data.hpp"

namespace synfire::cli {

namespace {

/// The spikes of one step, as a window of its own.
sim::encoded_input window_of(std::size_t neurons, std::span<const std::uint32_t> fired) {
    sim::encoded_input window;
    window.codes.assign(neurons, 0);
    for (const std::uint32_t neuron : fired) {
        // Several events of a neuron in a step are one spike.
        if (window.codes[neuron] == 0) { window.spikes.push_back({0, neuron, 1}); }
        window.codes[neuron] = 1;
    }
    return window;
}

/// Spikes are sorted by step.
std::vector<std::uint32_t> neurons_at(const spike_train& spikes, std::int32_t step) {
    const auto before = [](const spike& s, std::int32_t wanted) { return s.step < wanted; };
    std::vector<std::uint32_t> neurons;
    for (auto s = std::lower_bound(spikes.begin(), spikes.end(), step, before);
         s != spikes.end() && s->step == step; ++s) {
        neurons.push_back(s->neuron);
    }
    return neurons;
}

}  // namespace

expected_runs::expected_runs(const network& net)
    : net_(net),
      run_(net.execution == execution::streaming ? hw::step_network(net)
                                                 : hw::engine_network(net)) {
    if (net.execution == execution::streaming) {
        stream_ = std::make_unique<sim::stream>(net);
    } else {
        whole_ = std::make_unique<sim::simulator>(run_);
    }
}

std::vector<sim::encoded_input> expected_runs::inject(std::span<const sim::encoded_input> inputs,
                                                      std::int32_t step) {
    std::vector<sim::encoded_input> windows;
    for (std::size_t i = 0; i < net_.populations.size(); ++i) {
        const population& p = net_.populations[i];
        if (p.kind != population_kind::input) { continue; }
        const sim::encoded_input& input = inputs[windows.size()];
        if (p.is_current()) {
            // The engine is sent the codes in every step, bit by bit.
            if (step == 0) { stream_->set_current(i, input.codes); }
            windows.push_back({input.codes, hw::spikes_of(hw::window_of_current(p), input.codes)});
            continue;
        }
        const auto neurons = neurons_at(input.spikes, step);
        stream_->inject(i, neurons);
        windows.push_back(window_of(p.shape.neurons(), neurons));
    }
    return windows;
}

sim::sample_result expected_runs::record(std::span<const sim::encoded_input> inputs) const {
    sim::sample_result run;
    std::size_t input = 0;
    for (std::size_t i = 0; i < net_.populations.size(); ++i) {
        const population& p = net_.populations[i];
        sim::population_record& of = run.populations.emplace_back();
        if (p.has_potential()) { of.potentials = stream_->potentials(i); }
        if (p.kind == population_kind::readout) { continue; }
        const sim::encoded_input window = p.kind == population_kind::input
                                              ? inputs[input++]
                                              : window_of(p.shape.neurons(), stream_->fired(i));
        of.codes = window.codes;
        of.spikes = window.spikes;
    }
    return run;
}

expected_sample expected_runs::run(std::span<const sim::encoded_input> inputs, const on_run& each) {
    if (whole_) {
        const sim::sample_output& out =
            whole_->run(for_engine(net_, {inputs.begin(), inputs.end()}), {true, true});
        each(out.result, false);
        return {out.result.readouts, out.counts};
    }
    stream_->reset();
    for (std::int32_t step = 0; step < net_.steps; ++step) {
        const std::vector<sim::encoded_input> windows = inject(inputs, step);
        stream_->step();
        each(record(windows), step > 0);
    }
    expected_sample sample{{}, stream_->counts()};
    for (std::size_t i = 0; i < net_.populations.size(); ++i) {
        if (net_.populations[i].kind != population_kind::readout) { continue; }
        sample.readouts.push_back(stream_->answer(i));
    }
    return sample;
}

std::vector<std::span<const std::int32_t>> codes_of(const sim::sample_result& run) {
    std::vector<std::span<const std::int32_t>> codes;
    for (const sim::population_record& p : run.populations) { codes.emplace_back(p.codes); }
    return codes;
}

hw::step_end end_of(const sim::sample_result& run) {
    hw::step_end end;
    for (const sim::population_record& p : run.populations) {
        end.codes.push_back(p.codes);
        end.potentials.push_back(p.potentials);
    }
    return end;
}

}  // namespace synfire::cli
