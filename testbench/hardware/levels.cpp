// SPDX-License-Identifier: Apache-2.0
#include "levels.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>
#include <synfire/cosim/spike_checker.hpp>
#include <synfire/hw/cycle_model.hpp>
#include <synfire/hw/engine_network.hpp>
#include <synfire/hw/lane_work.hpp>
#include <synfire/sim/simulator.hpp>

namespace synfire::test {
namespace {

std::vector<std::vector<std::int32_t>> codes_of(const sim::sample_output& simulated) {
    std::vector<std::vector<std::int32_t>> codes;
    for (const sim::population_record& r : simulated.result.populations) {
        codes.push_back(r.codes);
    }
    return codes;
}

std::vector<cosim::expected_population> expectation_of(const sim::sample_output& simulated) {
    std::vector<cosim::expected_population> all;
    for (const sim::population_record& r : simulated.result.populations) {
        all.push_back({r.codes, r.spikes, r.potentials});
    }
    return all;
}

std::string differing_counter(const hw::hardware_counts& expected,
                              const hw::hardware_counts& found) {
    const auto e = hw::to_array(expected);
    const auto f = hw::to_array(found);
    std::string text;
    for (std::size_t i = 0; i < e.size(); ++i) {
        if (e[i] == f[i]) { continue; }
        text += fmt::format("{}{}: {} expected, {} found", text.empty() ? "" : "; ",
                            hw::counter_names[i], e[i], f[i]);
    }
    return text;
}

hw::hardware_counts counted(const cosim::trace_layer_end& end) {
    std::array<std::uint64_t, hw::counter_count> values{};
    std::copy(end.counters.begin(), end.counters.end(), values.begin());
    return hw::from_array(values);
}

/// Totals when each layer ends are those of the model up to it.
std::string differing_layer(const levelled_case& c, std::size_t sample,
                            const std::vector<cosim::trace_layer_end>& ends) {
    hw::hardware_counts so_far;
    std::size_t number = 0;
    for (const std::size_t layer : c.order) {
        so_far += c.counts[sample][layer];
        const population& p = c.c.net.populations[layer];
        if (p.kind == population_kind::input) { continue; }
        if (number == ends.size() || ends[number].layer != layer) {
            return fmt::format("layer '{}' has no end in its turn", p.name);
        }
        const std::string d = differing_counter(so_far, counted(ends[number]));
        if (!d.empty()) { return fmt::format("counters up to layer '{}': {}", p.name, d); }
        ++number;
    }
    return number == ends.size() ? "" : "more layers end than the network has";
}

std::string differing_words(const std::vector<std::uint32_t>& expected,
                            const std::vector<std::uint32_t>& found) {
    const auto at = std::mismatch(expected.begin(), expected.end(), found.begin(), found.end());
    if (at.first == expected.end() && at.second == found.end()) { return {}; }
    const auto text = [](bool there, auto word) {
        return there ? fmt::format("{:#010x}", *word) : std::string("nothing");
    };
    return fmt::format("word {} of the answer: {} expected, {} found", at.first - expected.begin(),
                       text(at.first != expected.end(), at.first),
                       text(at.second != found.end(), at.second));
}

/// What a code adds at once must be what its spikes add.
void require_same(const network& net, const sim::sample_output& given,
                  const sim::sample_output& sent) {
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const sim::population_record& a = given.result.populations[i];
        const sim::population_record& b = sent.result.populations[i];
        const bool input = net.populations[i].kind == population_kind::input;
        if (a.potentials != b.potentials || a.codes != b.codes
            || (!input && a.spikes != b.spikes)) {
            throw internal_error("codes and their spikes differ in " + net.populations[i].name);
        }
    }
}

/// The case becomes the network that the engine runs.
void send_currents(random_case& c) {
    const network given = std::exchange(c.net, hw::engine_network(c.net));
    sim::simulator as_given(given);
    sim::simulator as_sent(c.net);
    for (auto& sample : c.samples) {
        const std::vector<sim::encoded_input> codes = sample;
        std::size_t number = 0;
        for (std::size_t i = 0; i < given.populations.size(); ++i) {
            if (given.populations[i].kind != population_kind::input) { continue; }
            sim::encoded_input& input = sample[number++];
            if (!given.populations[i].is_current()) { continue; }
            input = sim::encode_codes(c.net.populations[i], input.codes);
        }
        const sim::sample_output expected = as_given.run(codes, {true, true});
        require_same(c.net, expected, as_sent.run(sample, {true, true}));
    }
}

}  // namespace

levelled_case::levelled_case(random_case made, const hw::engine_config& config)
    : c(std::move(made)),
      currents(hw::has_current(c.net)),
      image(hw::make_image(c.net, config)),
      order(topological_order(c.net)) {
    if (currents) { send_currents(c); }
    sim::simulator simulator(c.net);
    const hw::cycle_model model(c.net, image);
    for (const auto& inputs : c.samples) {
        simulated.push_back(simulator.run(inputs, {true, true}));
        counts.push_back(model.run(codes_of(simulated.back())));
    }
}

std::vector<std::uint32_t> expected_words(const network& net, const sim::sample_output& simulated) {
    std::vector<std::uint32_t> words;
    for (const std::size_t layer : topological_order(net)) {
        for (const sim::readout_result& r : simulated.result.readouts) {
            if (r.population != layer) { continue; }
            const auto who = static_cast<std::uint32_t>(layer) << 16;
            const auto count = static_cast<std::uint32_t>(r.potentials.size());
            words.push_back(hw::stream_word(hw::word_type::result, who | count));
            for (const std::int64_t x : r.potentials) {
                words.push_back(static_cast<std::uint32_t>(x));
            }
            const auto answer = static_cast<std::uint32_t>(r.arg_max);
            words.push_back(hw::stream_word(hw::word_type::label, who | answer));
        }
    }
    words.push_back(hw::stream_word(hw::word_type::done));
    return words;
}

std::string core_difference(engine_bench& bench, const levelled_case& c, std::size_t sample) {
    cosim::spike_checker checker(c.c.net, c.image.passes, c.image.maps);
    const auto expectation = expectation_of(c.simulated[sample]);
    std::string d;
    try {
        checker.begin(expectation);
        bench.model().set_observer(&checker);
        bench.send(c.image, c.c.samples[sample], c.ends.empty() ? 0 : c.ends[sample]);
        d = differing_words(expected_words(c.c.net, c.simulated[sample]), bench.receive());
        checker.finish();
    } catch (const cosim::difference_found& found) {
        d = found.what();
    } catch (const silent_engine& found) { d = found.what(); }
    bench.model().set_observer(nullptr);
    if (d.empty() && !bench.has_slow_counters()) { d = differing_layer(c, sample, checker.ends()); }
    if (d.empty()) { d = differing_counter(hw::sum(c.counts[sample]), bench.counters()); }
    return d;
}

std::string model_difference(const levelled_case& c, std::size_t sample) {
    const activity& simulated = c.simulated[sample].counts;
    const hw::lane_work work(c.c.net, c.image.config.arithmetic);
    std::vector<std::uint64_t> events(c.c.net.populations.size());
    for (std::size_t i = 0; i < c.c.net.projections.size(); ++i) {
        events[c.c.net.projections[i].target] += work.of(simulated, i);
    }
    for (std::size_t i = 0; i < events.size(); ++i) {
        const population_activity& e = simulated.populations[i];
        hw::hardware_counts expected = c.counts[sample][i];
        expected.adds = events[i];
        expected.spikes = e.spikes;
        expected.active_sources = e.active_sources;
        expected.neuron_updates = e.neuron_updates;
        const std::string d = differing_counter(expected, c.counts[sample][i]);
        if (!d.empty()) {
            return fmt::format("cycle model, layer '{}': {}", c.c.net.populations[i].name, d);
        }
    }
    return {};
}

std::string repeat_text(const levelled_case& c, std::size_t sample) {
    return fmt::format("SYNFIRE_SEED={} SYNFIRE_CASES=1, {} lanes, sample {}: ", c.c.seed,
                       c.image.config.lanes, sample);
}

std::string difference(engine_bench& bench, const levelled_case& c) {
    bench.load(c.image);
    for (std::size_t s = 0; s < c.c.samples.size(); ++s) {
        std::string d = model_difference(c, s);
        if (d.empty()) { d = core_difference(bench, c, s); }
        if (!d.empty()) { return repeat_text(c, s) + d; }
    }
    return {};
}

}  // namespace synfire::test
