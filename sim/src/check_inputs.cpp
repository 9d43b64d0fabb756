// SPDX-License-Identifier: Apache-2.0
// Inputs that come from outside are checked once, before an engine trusts them.
#include <algorithm>
#include <functional>
#include <string>

#include <synfire/core/error.hpp>

#include "encoder.hpp"
#include "engine.hpp"

namespace synfire::sim {
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
    if (input.spikes_follow_codes) {
        refuse(p, "the spikes of the input were left out", "spikes_follow_codes", "all spikes");
    }
    for (const std::int32_t q : input.codes) {
        if (q < p.range.lo || q > p.range.hi) {
            refuse(p, "a code is outside the range that the width was proven for",
                   std::to_string(q),
                   std::to_string(p.range.lo) + " .. " + std::to_string(p.range.hi));
        }
    }
}

void check_order(const population& p, const encoded_input& input) {
    if (std::adjacent_find(input.spikes.begin(), input.spikes.end(), std::greater_equal<>())
        != input.spikes.end()) {
        refuse(p, "spikes must be sorted by step and neuron, without duplicates", "", "");
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
    check_order(p, input);
}

/// Spikes of a streaming sample are all there is to an input; only `current` inputs have codes.
void check_stream(const network& net, const population& p, const encoded_input& input) {
    if (p.is_current()) {
        check_codes(p, input);
        return check_spikes(p, input);
    }
    if (!input.codes.empty()) { refuse(p, "an input of a streaming network has no codes", "", ""); }
    for (const spike& s : input.spikes) {
        const bool exists = s.step >= 0 && s.step < net.steps && s.neuron < p.shape.neurons();
        if (!exists || s.sign != 1) {
            refuse(p, "a spike is outside the sample or the population, or has a sign",
                   "step " + std::to_string(s.step) + ", neuron " + std::to_string(s.neuron)
                       + ", sign " + std::to_string(s.sign),
                   std::to_string(net.steps) + " steps, " + std::to_string(p.shape.neurons())
                       + " neurons, sign 1");
        }
    }
    if (p.largest_spike() == 1) { return check_order(p, input); }
    if (!std::is_sorted(input.spikes.begin(), input.spikes.end())) {
        refuse(p, "spikes must be sorted by step and neuron", "", "once per event");
    }
    check_events_per_step(p, input.spikes);
}

}  // namespace

void check_inputs(const network& net, std::span<const encoded_input> inputs) {
    const std::vector<std::size_t> numbers = populations_of(net, population_kind::input);
    if (inputs.size() != numbers.size()) {
        throw bad_input({"network", "wrong number of inputs", std::to_string(inputs.size()),
                         std::to_string(numbers.size()), ""});
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (net.execution == execution::streaming) {
            check_stream(net, net.populations[numbers[i]], inputs[i]);
            continue;
        }
        check_codes(net.populations[numbers[i]], inputs[i]);
        check_spikes(net.populations[numbers[i]], inputs[i]);
    }
}

}  // namespace synfire::sim
