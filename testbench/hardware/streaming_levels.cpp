// SPDX-License-Identifier: Apache-2.0
#include "streaming_levels.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/synapses.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/lane_work.hpp>
#include <synfire/hw/registers.hpp>
#include <synfire/hw/streaming.hpp>
#include <synfire/sim/stream.hpp>

namespace synfire::test {
namespace {

std::vector<std::uint32_t> neurons_at(const spike_train& spikes, std::int32_t step) {
    std::vector<std::uint32_t> neurons;
    for (const spike& s : spikes) {
        if (s.step == step) { neurons.push_back(s.neuron); }
    }
    return neurons;
}

/// Spikes of one step, which is a window of its own.
sim::encoded_input window_of(const population& p, std::span<const std::uint32_t> neurons) {
    sim::encoded_input in;
    in.codes.assign(p.shape.neurons(), 0);
    for (const std::uint32_t n : neurons) {
        in.codes[n] = 1;
        in.spikes.push_back({0, n, 1});
    }
    return in;
}

/// A `current` input in one step: the same in every one.
sim::encoded_input code_window_of(const population& p, const sim::encoded_input& given) {
    return {given.codes, hw::spikes_of(hw::window_of_current(p), given.codes)};
}

/// `given`: of the sample, where the population is a `current` input.
sim::population_record record_of(const sim::stream& stream, std::size_t number,
                                 const sim::encoded_input* given) {
    const population& p = stream.net().populations[number];
    if (given != nullptr) {
        sim::encoded_input sent = code_window_of(p, *given);
        return {{}, std::move(sent.codes), std::move(sent.spikes)};
    }
    sim::population_record record;
    if (p.kind == population_kind::readout) {
        record.potentials = stream.potentials(number);
        return record;
    }
    sim::encoded_input fired = window_of(p, stream.fired(number));
    record.codes = std::move(fired.codes);
    record.spikes = std::move(fired.spikes);
    return record;
}

/// What the engine has to answer after this step: the potentials as they are.
sim::sample_output output_of(const sim::stream& stream,
                             const std::vector<sim::encoded_input>& sample) {
    sim::sample_output out;
    std::size_t input = 0;
    for (std::size_t i = 0; i < stream.net().populations.size(); ++i) {
        const population& p = stream.net().populations[i];
        const bool is_input = p.kind == population_kind::input;
        const sim::encoded_input* given = p.is_current() ? &sample[input] : nullptr;
        input += is_input ? 1 : 0;
        out.result.populations.push_back(record_of(stream, i, given));
        if (stream.net().populations[i].kind != population_kind::readout) { continue; }
        const std::vector<std::int64_t>& v = out.result.populations.back().potentials;
        const auto best = std::max_element(v.begin(), v.end()) - v.begin();
        out.result.readouts.push_back({i, v, static_cast<std::size_t>(best)});
    }
    return out;
}

std::vector<std::vector<std::int32_t>> codes_of(const sim::sample_output& out) {
    std::vector<std::vector<std::int32_t>> codes;
    for (const sim::population_record& r : out.result.populations) { codes.push_back(r.codes); }
    return codes;
}

void note_dynamics(const population& p, std::vector<std::string>& met) {
    const streaming_neuron& n = *p.streaming;
    const bool fires = p.kind == population_kind::spiking;
    if (fires) {
        met.emplace_back(n.reset == reset_rule::zero ? "reset to zero" : "threshold subtracted");
    }
    if (!n.decay_v.empty()) { met.push_back(fmt::format("decay of {} bits", n.decay_bits)); }
    if (!n.initial_v.empty()) { met.emplace_back("initial potential"); }
    if (!fires) { met.push_back(fmt::format("answer {}", to_string(n.answer))); }
}

void note_step(const sim::stream& stream, std::vector<std::string>& met) {
    for (std::size_t i = 0; i < stream.net().populations.size(); ++i) {
        const population& p = stream.net().populations[i];
        if (!p.has_potential()) { continue; }
        const clamp_flags flags = stream.flags(i);
        if (flags.v_min) { met.emplace_back("lower limit met"); }
        if (flags.v_max) { met.emplace_back("upper limit met"); }
        const std::vector<std::int64_t> v = stream.potentials(i);
        if (std::any_of(v.begin(), v.end(), [](auto x) { return x < 0; })) {
            met.emplace_back("negative potential kept");
        }
        if (p.kind == population_kind::spiking && !stream.fired(i).empty()) {
            met.emplace_back("population that fires");
        }
    }
}

/// What the step that was simulated last leaves.
hw::step_end end_of(const sim::stream& stream, const sim::sample_output& out) {
    hw::step_end end{codes_of(out), {}};
    for (std::size_t i = 0; i < stream.net().populations.size(); ++i) {
        const bool has = stream.net().populations[i].has_potential();
        end.potentials.push_back(has ? stream.potentials(i) : std::vector<std::int64_t>());
    }
    return end;
}

/// Runs the samples; the steps become samples of `c.steps`.
void run_steps(streaming_case& c, const hw::cycle_model& model) {
    sim::stream stream(c.net);
    levelled_case& steps = c.steps;
    hw::step_end before;
    for (const std::vector<sim::encoded_input>& sample : c.samples.samples) {
        stream.reset();
        for (std::int32_t t = 0; t < c.net.steps; ++t) {
            std::vector<sim::encoded_input> inputs;
            for (const hw::input_port& port : steps.image.inputs) {
                const population& p = c.net.populations[port.population];
                const sim::encoded_input& given = sample[inputs.size()];
                if (p.is_current()) {
                    stream.set_current(port.population, given.codes);
                    inputs.push_back(code_window_of(p, given));
                    continue;
                }
                const auto neurons = neurons_at(given.spikes, t);
                stream.inject(port.population, neurons);
                inputs.push_back(window_of(p, neurons));
            }
            stream.step();
            steps.c.samples.push_back(std::move(inputs));
            steps.simulated.push_back(output_of(stream, sample));
            const auto codes = codes_of(steps.simulated.back());
            steps.counts.push_back(t == 0 ? model.run(codes) : model.run(codes, before));
            before = end_of(stream, steps.simulated.back());
            steps.ends.push_back(t == 0 ? 0 : hw::end_of_later_step);
            note_step(stream, c.met);
        }
        c.whole.emplace_back();
        c.whole.back().counts = stream.counts();
        for (const sim::readout_result& r : steps.simulated.back().result.readouts) {
            c.whole.back().result.readouts.push_back(stream.answer(r.population));
        }
    }
}

/// The simulator multiplies codes of `current` inputs, and counts no spikes of them: the engine
/// sends, and adds, their ones in each step. Adds these to `events`; answers the spikes.
std::vector<std::uint64_t> add_currents(const streaming_case& c, std::size_t sample,
                                        std::vector<std::uint64_t>& events) {
    const auto steps = static_cast<std::uint64_t>(c.net.steps);
    std::vector<std::uint64_t> sent(events.size());
    std::size_t input = 0;
    for (std::size_t i = 0; i < events.size(); ++i) {
        const population& p = c.net.populations[i];
        if (p.kind != population_kind::input) { continue; }
        const std::vector<std::int32_t>& codes = c.samples.samples[sample][input++].codes;
        if (!p.is_current()) { continue; }
        const auto ones = [&](std::size_t n) {
            return static_cast<std::uint64_t>(__builtin_popcount(std::abs(codes[n]))) * steps;
        };
        for (std::size_t n = 0; n < codes.size(); ++n) { sent[i] += ones(n); }
        for (const projection& j : c.net.projections) {
            if (j.source != i) { continue; }
            for_each_synapse(c.net, j, [&](std::size_t source, std::size_t, std::int32_t) {
                events[j.target] += ones(source);
            });
        }
    }
    return sent;
}

/// Sums over the steps of a sample are what the simulator counts in it.
std::string model_difference(const streaming_case& c, std::size_t sample) {
    const auto steps = static_cast<std::size_t>(c.net.steps);
    const activity& whole = c.whole[sample].counts;
    const hw::lane_work work(c.net, c.steps.image.config.arithmetic);
    std::vector<std::uint64_t> events(c.net.populations.size());
    for (std::size_t i = 0; i < c.net.projections.size(); ++i) {
        events[c.net.projections[i].target] += work.of(whole, i);
    }
    const std::vector<std::uint64_t> sent = add_currents(c, sample, events);
    for (std::size_t i = 0; i < events.size(); ++i) {
        hw::hardware_counts all;
        for (std::size_t t = 0; t < steps; ++t) { all += c.steps.counts[sample * steps + t][i]; }
        const population_activity& e = whole.populations[i];
        if (all.adds != events[i] || all.spikes != e.spikes + sent[i]
            || all.neuron_updates != e.neuron_updates) {
            return fmt::format("cycle model, layer '{}': {} additions, {} spikes, {} updates; "
                               "simulator: {}, {}, {}",
                               c.net.populations[i].name, all.adds, all.spikes, all.neuron_updates,
                               events[i], e.spikes + sent[i], e.neuron_updates);
        }
    }
    return {};
}

}  // namespace

streaming_case::streaming_case(const random_case& made, const hw::engine_config& config,
                               hw::words_at_rest at_rest)
    : net(made.net),
      samples(made) {
    steps.c.seed = made.seed;
    steps.c.net = hw::step_network(net);
    steps.image = hw::make_image(net, config, {.at_rest = at_rest});
    steps.order = topological_order(net);
    for (const population& p : net.populations) {
        if (p.is_current()) { met.emplace_back("current input"); }
        if (p.streaming) { note_dynamics(p, met); }
    }
    run_steps(*this, hw::cycle_model(steps.c.net, steps.image));
}

std::string difference(engine_bench& bench, const streaming_case& c) {
    bench.load(c.steps.image);
    const auto steps = static_cast<std::size_t>(c.net.steps);
    for (std::size_t s = 0; s < c.steps.c.samples.size(); ++s) {
        std::string d = s % steps == 0 ? model_difference(c, s / steps) : "";
        if (d.empty()) { d = core_difference(bench, c.steps, s); }
        if (!d.empty()) { return repeat_text(c.steps, s) + d; }
    }
    return {};
}

std::string host_difference(engine_bench& bench, const streaming_case& c) {
    hw::host host(bench.model());
    host.load(c.steps.image);
    for (std::size_t s = 0; s < c.samples.samples.size(); ++s) {
        std::vector<spike_train> trains;
        std::vector<std::vector<std::int32_t>> codes;
        for (const sim::encoded_input& in : c.samples.samples[s]) {
            trains.push_back(in.spikes);
            codes.push_back(in.codes);
        }
        const auto found =
            hw::run_steps(host, c.steps.image, hw::encode_steps(c.steps.image, trains, codes));
        std::map<std::size_t, hw::streaming_readout> by_population;
        for (const hw::streaming_readout& r : found) { by_population[r.population] = r; }
        for (const sim::readout_result& r : c.whole[s].result.readouts) {
            const hw::streaming_readout& answer = by_population[r.population];
            if (answer.potentials != r.potentials || answer.label != r.arg_max) {
                return repeat_text(c.steps, s) + "the host answers otherwise than the simulator";
            }
        }
    }
    return {};
}

}  // namespace synfire::test
