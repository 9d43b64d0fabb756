// SPDX-License-Identifier: Apache-2.0
// Both engines against the vectors of an independent implementation of the semantics.
#include <support/catch.hpp>
#include <support/golden_vectors.hpp>

#include <algorithm>

#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>
#include <synfire/sim/simulator.hpp>

namespace {

using namespace synfire;

void check_population(const test::golden_population& expected, const sim::population_record& found,
                      const population_activity& counts) {
    CHECK(found.potentials == expected.potentials);
    CHECK(found.codes == expected.codes);
    CHECK(found.spikes == expected.spikes);
    CHECK(found.currents == expected.currents);
    CHECK(found.flags == expected.flags);
    CHECK(counts == expected.counts);
}

void check_sample(const test::golden_case& c, const test::golden_sample& expected,
                  const sim::sample_output& found) {
    const std::vector<std::int32_t> starts = window_starts(c.net);
    for (std::size_t i = 0; i < c.net.populations.size(); ++i) {
        CAPTURE(c.net.populations[i].name);
        CHECK(starts[i] == expected.populations[i].start);
        check_population(expected.populations[i], found.result.populations.at(i),
                         found.counts.populations.at(i));
    }
    for (std::size_t i = 0; i < c.net.projections.size(); ++i) {
        CAPTURE(i);
        CHECK(found.counts.projections.at(i).synaptic_events
              == expected.projections.at(i).synaptic_events);
        CHECK(found.counts.projections.at(i).synaptic_events_nonzero
              == expected.projections.at(i).synaptic_events_nonzero);
    }
    CHECK(totals(found.counts) == expected.totals);
    CHECK(latency_steps(c.net) == expected.latency_steps);
    for (const sim::readout_result& r : found.result.readouts) {
        CHECK(r.arg_max == expected.populations[r.population].arg_max);
        CHECK(r.potentials == expected.populations[r.population].answer);
    }
}

std::vector<std::filesystem::path> all_files() {
    std::vector<std::filesystem::path> files = test::golden_files();
    const auto streaming = test::golden_files(execution::streaming);
    files.insert(files.end(), streaming.begin(), streaming.end());
    return files;
}

TEST_CASE("all sixty golden vectors are there", "[sim][golden]") {
    CHECK(test::golden_files().size() == 40);
    CHECK(test::golden_files(execution::streaming).size() == 20);
}

TEST_CASE("both engines give the golden vectors bit for bit, samples in order on one instance",
          "[sim][golden]") {
    const auto engine = GENERATE(sim::engine_kind::reference, sim::engine_kind::event_driven);
    for (const auto& file : all_files()) {
        const test::golden_case c = test::read_golden(file);
        CAPTURE(c.name, to_string(engine));
        CHECK(proven_widths(c.net) == c.widths);
        CHECK_NOTHROW(validate(c.net));
        sim::simulator simulator(c.net, engine);
        REQUIRE(c.samples.size() == 2);
        for (const test::golden_sample& sample : c.samples) {
            check_sample(c, sample, simulator.run(sample.inputs, {true, true}));
        }
    }
}

TEST_CASE("the golden vectors do not depend on the instruction set", "[sim][golden]") {
    const auto simd = GENERATE(sim::simd_level::baseline, sim::simd_level::sse4,
                               sim::simd_level::avx2, sim::simd_level::avx512);
    for (const auto& file : all_files()) {
        const test::golden_case c = test::read_golden(file);
        CAPTURE(c.name, static_cast<int>(simd));
        sim::simulator simulator(c.net, sim::engine_kind::event_driven, simd);
        for (const test::golden_sample& sample : c.samples) {
            check_sample(c, sample, simulator.run(sample.inputs, {true, true}));
        }
    }
}

}  // namespace
