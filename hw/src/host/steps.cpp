// SPDX-License-Identifier: Apache-2.0
// Samples of streaming networks: a run of the program for each step.
#include <synfire/hw/streaming.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include <synfire/core/error.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::hw {
namespace {

[[noreturn]] void refuse(std::string what, std::string found, std::string expected) {
    throw bad_input(
        {"sample for the engine", std::move(what), std::move(found), std::move(expected), ""});
}

void require_streaming(const image& made) {
    if (made.steps == 0) {
        refuse("only streaming networks run step by step", "a synchronous network",
               "a streaming network");
    }
}

void check_codes(const input_port& port, const std::vector<std::int32_t>& codes) {
    for (const std::int32_t q : codes) {
        if (q >= port.range.lo && q <= port.range.hi) { continue; }
        refuse("a code is outside the input's range", fmt::format("{}", q),
               fmt::format("{} .. {}", port.range.lo, port.range.hi));
    }
}

/// trains[step][input], all spikes at step 0.
std::vector<std::vector<spike_train>> split(const image& made,
                                            std::span<const spike_train> spikes) {
    const auto count = static_cast<std::size_t>(made.steps);
    std::vector<std::vector<spike_train>> steps(count, std::vector<spike_train>(spikes.size()));
    for (std::size_t i = 0; i < spikes.size(); ++i) {
        for (const spike& s : spikes[i]) {
            if (s.step < 0 || s.step >= made.steps) {
                refuse("a spike outside the sample", fmt::format("step {}", s.step),
                       fmt::format("0 .. {}", made.steps - 1));
            }
            steps[static_cast<std::size_t>(s.step)][i].push_back({0, s.neuron, s.sign});
        }
    }
    return steps;
}

/// A `current` input sends its codes in every step.
void add_codes(const image& made, std::span<const std::vector<std::int32_t>> codes,
               std::vector<std::vector<spike_train>>& steps) {
    for (std::size_t i = 0; i < made.inputs.size(); ++i) {
        const input_port& port = made.inputs[i];
        if (port.encoder != input_encoder::current) { continue; }
        const std::size_t found = i < codes.size() ? codes[i].size() : 0;
        if (static_cast<std::int64_t>(found) != port.neurons) {
            refuse("needs one code per neuron of a `current` input", fmt::format("{}", found),
                   fmt::format("{}", port.neurons));
        }
        check_codes(port, codes[i]);
        const spike_train spikes = spikes_of({coding::phase, port.steps}, codes[i]);
        for (std::vector<spike_train>& step : steps) { step.at(i) = spikes; }
    }
}

void add_step(readout_rule rule, bool first, std::span<const std::int32_t> found,
              std::vector<std::int64_t>& so_far) {
    if (first || rule == readout_rule::last) {
        so_far.assign(found.begin(), found.end());
        return;
    }
    for (std::size_t i = 0; i < so_far.size(); ++i) {
        const std::int64_t v = found[i];
        so_far[i] = rule == readout_rule::sum ? so_far[i] + v : std::max(so_far[i], v);
    }
}

}  // namespace

std::vector<sample_words> encode_steps(const image& network, std::span<const spike_train> spikes,
                                       std::span<const std::vector<std::int32_t>> codes) {
    require_streaming(network);
    std::vector<std::vector<spike_train>> steps = split(network, spikes);
    add_codes(network, codes, steps);
    std::vector<sample_words> words;
    for (const std::vector<spike_train>& step : steps) {
        words.push_back(encode(network, std::span<const spike_train>(step)));
        if (words.size() > 1) { words.back().back() |= end_of_later_step; }
    }
    return words;
}

std::vector<streaming_readout> run_steps(host& engine, const image& network,
                                         std::span<const sample_words> steps) {
    require_streaming(network);
    if (steps.empty()) { refuse("a sample without steps", "0", "at least 1"); }
    std::vector<streaming_readout> answers;
    for (const sample_words& step : steps) {
        const bool first = answers.empty();
        const sample_answer found = engine.run(step);
        answers.resize(found.readouts.size());
        for (std::size_t i = 0; i < answers.size(); ++i) {
            answers[i].population = found.readouts[i].population;
            if (answers[i].population >= network.answers.size()) {
                refuse("the engine holds another network",
                       fmt::format("an answer of population {}", answers[i].population),
                       fmt::format("{} populations", network.answers.size()));
            }
            add_step(network.answers[answers[i].population], first, found.readouts[i].potentials,
                     answers[i].potentials);
        }
    }
    for (streaming_readout& a : answers) {
        const auto best = std::max_element(a.potentials.begin(), a.potentials.end());
        a.label = static_cast<std::size_t>(best - a.potentials.begin());
    }
    return answers;
}

}  // namespace synfire::hw
