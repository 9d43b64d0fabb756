// SPDX-License-Identifier: Apache-2.0
// L3 == L4 for streaming networks: the event-driven engine against the reference, every bit, on
// random networks of every feature, whatever sleeps.
#include <support/catch.hpp>
#include <support/compare_runs.hpp>
#include <support/random_runs.hpp>
#include <support/random_streaming.hpp>

#include <fmt/format.h>

#include <synfire/sim/stream.hpp>

namespace {

using namespace synfire;
using test::everything;
using test::random_case;

constexpr std::uint64_t default_seed = 40260;
constexpr std::size_t default_cases = 600;

/// Empty where both engines agree; otherwise the seed and the first difference.
std::string check_case(const random_case& c, test::streaming_coverage& covered) {
    std::vector<sim::sample_output> expected;
    std::string difference = test::engine_difference(c, expected);
    covered.add(c, expected);
    return difference;
}

TEST_CASE("both engines agree on random streaming networks, which cover every feature",
          "[sim][property]") {
    const std::uint64_t seed = test::seed_from_environment(default_seed);
    const std::size_t cases = test::cases_from_environment(default_cases);
    test::streaming_coverage covered;
    std::string first;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < cases; ++i) {
        const std::string difference = check_case(test::make_streaming_case(seed + i), covered);
        if (difference.empty()) { continue; }
        if (wrong++ == 0) { first = difference; }
    }
    WARN(fmt::format("seed {} cases {}\n{}", seed, cases, covered.histogram()));
    CAPTURE(first);
    CHECK(wrong == 0);
    if (cases < default_cases) { return; }
    for (const std::string& feature : test::streaming_coverage::required()) {
        CAPTURE(feature);
        CHECK(covered.count(feature) > 0);
    }
}

TEST_CASE("every instruction set gives the same streaming bits", "[sim][property]") {
    const std::uint64_t seed = test::seed_from_environment(default_seed) + 100000;
    for (std::uint64_t i = 0; i < 40; ++i) {
        const random_case c = test::make_streaming_case(seed + i);
        CAPTURE(c.seed);
        REQUIRE(test::instruction_set_difference(c).empty());
    }
}

TEST_CASE("nothing of a streaming sample is left when the next one starts", "[sim][property]") {
    const auto engine = GENERATE(sim::engine_kind::event_driven, sim::engine_kind::reference);
    const std::uint64_t seed = test::seed_from_environment(default_seed) + 200000;
    for (std::uint64_t i = 0; i < 30; ++i) {
        const random_case c = test::make_streaming_case(seed + i);
        CAPTURE(c.seed);
        REQUIRE(test::leftover_difference(c, engine).empty());
    }
}

/// Feeds a sample step by step.
void feed(sim::stream& s, const random_case& c, std::size_t sample, std::int32_t step) {
    std::size_t input = 0;
    for (std::size_t i = 0; i < c.net.populations.size(); ++i) {
        if (c.net.populations[i].kind != population_kind::input) { continue; }
        const sim::encoded_input& in = c.samples[sample][input++];
        if (c.net.populations[i].is_current()) {
            s.set_current(i, in.codes);
            continue;
        }
        for (const spike& e : in.spikes) {
            if (e.step == step) { s.inject(i, std::span(&e.neuron, 1)); }
        }
    }
}

TEST_CASE("a stream gives step by step what a simulator gives at the end", "[sim][property]") {
    const auto engine = GENERATE(sim::engine_kind::event_driven, sim::engine_kind::reference);
    const std::uint64_t seed = test::seed_from_environment(default_seed) + 300000;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const random_case c = test::make_streaming_case(seed + i);
        CAPTURE(c.seed);
        sim::simulator simulator(c.net, engine);
        sim::stream stream(c.net, engine);
        for (std::size_t sample = 0; sample < c.samples.size(); ++sample) {
            const sim::sample_output& out = simulator.run(c.samples[sample], everything);
            stream.reset();
            std::vector<std::size_t> fired(c.net.populations.size(), 0);
            for (std::int32_t t = 0; t < c.net.steps; ++t) {
                feed(stream, c, sample, t);
                stream.step();
                for (std::size_t p = 0; p < fired.size(); ++p) {
                    if (c.net.populations[p].kind == population_kind::readout) { continue; }
                    fired[p] += stream.fired(p).size();
                }
            }
            REQUIRE(totals(stream.counts()) == totals(out.counts));
            for (std::size_t p = 0; p < fired.size(); ++p) {
                REQUIRE(fired[p] == out.counts.populations[p].spikes);
                if (!c.net.populations[p].has_potential()) { continue; }
                REQUIRE(stream.potentials(p) == out.result.populations[p].potentials);
                REQUIRE(stream.currents(p) == out.result.populations[p].currents);
                REQUIRE(stream.flags(p) == out.result.populations[p].flags);
            }
            for (const sim::readout_result& r : out.result.readouts) {
                REQUIRE(stream.answer(r.population) == r);
            }
        }
    }
}

TEST_CASE("a large recurrent network gives the reference's bits", "[sim][property]") {
    network net = test::recurrent_network(7, 2000, 60);
    net.steps = 60;
    const std::vector<double> rates(2000, 0.1);
    const sim::encoded_input input[] = {
        sim::encode_poisson(net.populations[0], rates, 3, 0, net.steps)};
    sim::simulator reference(net, sim::engine_kind::reference);
    sim::simulator event(net, sim::engine_kind::event_driven);
    const sim::sample_output& expected = reference.run(input, everything);
    CHECK(expected.counts.populations[1].spikes > 1000);
    CHECK(test::first_difference(net, expected, event.run(input, everything)).empty());
}

}  // namespace
