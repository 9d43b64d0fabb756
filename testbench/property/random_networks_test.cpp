// SPDX-License-Identifier: Apache-2.0
// L3 == L4: the event-driven engine against the reference, every bit, on random networks of every
// feature.
#include <support/catch.hpp>
#include <support/compare_runs.hpp>
#include <support/random_network.hpp>
#include <support/random_runs.hpp>

#include <fmt/format.h>

namespace {

using namespace synfire;
using test::random_case;

constexpr std::uint64_t default_seed = 20260;
constexpr std::size_t default_cases = 800;

/// Empty where both engines agree; otherwise the seed and the first difference.
std::string check_case(const random_case& c, test::coverage& covered) {
    std::vector<sim::sample_output> expected;
    std::string difference = test::engine_difference(c, expected);
    covered.add(c, expected);
    return difference;
}

void check_coverage(const test::coverage& covered) {
    CHECK(covered.active_share() >= 0.05);
    CHECK(covered.active_share() <= 0.60);
    CHECK(covered.saturated_share() >= 0.05);
    for (const std::string& feature : test::coverage::required()) {
        CAPTURE(feature);
        CHECK(covered.count(feature) > 0);
    }
}

TEST_CASE("both engines agree on random networks, which cover every feature", "[sim][property]") {
    const std::uint64_t seed = test::seed_from_environment(default_seed);
    const std::size_t cases = test::cases_from_environment(default_cases);
    test::coverage covered;
    std::string first;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < cases; ++i) {
        const std::string difference = check_case(test::make_random_case(seed + i), covered);
        if (difference.empty()) { continue; }
        if (wrong++ == 0) { first = difference; }
    }
    // A warning is Catch2's way to print in a passing test: seed and histogram belong to the log of
    // every run.
    WARN(fmt::format("seed {} cases {}\n{}", seed, cases, covered.histogram()));
    CAPTURE(first);
    CHECK(wrong == 0);
    if (cases >= default_cases) { check_coverage(covered); }
}

TEST_CASE("every instruction set gives the same bits", "[sim][property]") {
    const std::uint64_t seed = test::seed_from_environment(default_seed) + 100000;
    for (std::uint64_t i = 0; i < 40; ++i) {
        const random_case c = test::make_random_case(seed + i);
        CAPTURE(c.seed);
        REQUIRE(test::instruction_set_difference(c).empty());
    }
}

TEST_CASE("nothing of a sample is left when the next one starts", "[sim][property]") {
    const auto engine = GENERATE(sim::engine_kind::event_driven, sim::engine_kind::reference);
    const std::uint64_t seed = test::seed_from_environment(default_seed) + 200000;
    for (std::uint64_t i = 0; i < 30; ++i) {
        const random_case c = test::make_random_case(seed + i);
        CAPTURE(c.seed);
        REQUIRE(test::leftover_difference(c, engine).empty());
    }
}

/// The case's network as one that takes real data: values are the codes themselves.
struct data_case {
    network net;
    std::vector<dataset> data;
};

data_case as_data(const random_case& c) {
    data_case d{c.net, {}};
    std::size_t input = 0;
    for (population& p : d.net.populations) {
        if (p.kind != population_kind::input) { continue; }
        p.input->eight_bit = false;
        p.input->layout = data_layout::channel_last;
        dataset set;
        set.sample_shape = {static_cast<std::int64_t>(p.shape.neurons())};
        for (int repeat = 0; repeat < 11; ++repeat) {
            for (const auto& sample : c.samples) {
                set.reals.insert(set.reals.end(), sample[input].codes.begin(),
                                 sample[input].codes.end());
            }
        }
        d.data.push_back(std::move(set));
        ++input;
    }
    return d;
}

sim::run_result run_with(const data_case& d, sim::engine_kind engine, int threads) {
    std::vector<const dataset*> data;
    for (const dataset& set : d.data) { data.push_back(&set); }
    sim::options how;
    how.engine = engine;
    how.threads = threads;
    how.record = {true, true};  // answers over time are for streaming networks
    return sim::run(d.net, data, how);
}

TEST_CASE("one, two and four threads give the same bits as the reference", "[sim][property]") {
    const std::uint64_t seed = test::seed_from_environment(default_seed) + 300000;
    for (std::uint64_t i = 0; i < 20; ++i) {
        const random_case c = test::make_random_case(seed + i);
        CAPTURE(c.seed);
        const data_case d = as_data(c);
        const sim::run_result expected = run_with(d, sim::engine_kind::reference, 2);
        for (const int threads : {1, 2, 4}) {
            const sim::run_result found = run_with(d, sim::engine_kind::event_driven, threads);
            REQUIRE(found.threads == threads);
            REQUIRE(found.samples == expected.samples);
            REQUIRE(found.counts == expected.counts);
        }
    }
}

}  // namespace
