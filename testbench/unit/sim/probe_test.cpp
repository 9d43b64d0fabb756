// SPDX-License-Identifier: Apache-2.0
// Probes: the records of a run are those of its samples, in their order, for any number of threads.
#include <support/catch.hpp>

#include <functional>
#include <map>
#include <stdexcept>

#include <synfire/core/error.hpp>
#include <synfire/core/streaming.hpp>
#include <synfire/sim/simulator.hpp>

#include "small_classifier.hpp"
#include "small_stream.hpp"

namespace {

using namespace synfire;

/// What probes said about one sample, put together again.
struct seen_sample {
    std::map<std::size_t, spike_train> spikes;
    std::map<std::size_t, std::vector<std::int64_t>> values;
    std::map<std::size_t, std::vector<double>> rates;
    std::int32_t pieces = 0;

    bool operator==(const seen_sample&) const = default;
};

dataset pixels(std::size_t samples) {
    dataset d;
    d.name = "pixels";
    d.sample_shape = {2};
    for (std::size_t i = 0; i < 2 * samples; ++i) {
        d.bytes.push_back(static_cast<std::uint8_t>(i * 37 % 256));
    }
    return d;
}

std::vector<seen_sample> look(const network& net, const dataset& data, sim::options how) {
    std::vector<seen_sample> seen;
    std::size_t results = 0;
    how.on_records = [&](const sim::probe_records& r) {
        if (r.sample == seen.size()) { seen.emplace_back(); }
        REQUIRE(r.sample + 1 == seen.size());
        seen_sample& to = seen.back();
        if (r.probe == 0) { to.pieces += 1; }
        to.spikes[r.probe].insert(to.spikes[r.probe].end(), r.spikes.begin(), r.spikes.end());
        to.values[r.probe].insert(to.values[r.probe].end(), r.values.begin(), r.values.end());
        to.rates[r.probe].insert(to.rates[r.probe].end(), r.rates.begin(), r.rates.end());
    };
    how.on_sample = [&](std::size_t sample, const sim::sample_result&) {
        CHECK(sample == results++);
        CHECK(seen.size() == sample + 1);
    };
    how.keep_samples = false;
    CHECK(sim::run(net, data, how).samples.empty());
    CHECK(results == data.size());
    return seen;
}

void check_records(const network& net, const dataset& data, std::vector<sim::probe> probes) {
    sim::options how;
    how.record = {true, true};
    const sim::run_result whole = sim::run(net, data, how);
    how.record = {};
    how.probes = std::move(probes);
    how.threads = 1;
    const std::vector<seen_sample> seen = look(net, data, how);
    REQUIRE(seen.size() == data.size());
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const auto& populations = whole.samples[i].populations;
        CHECK(seen[i].spikes.at(0) == populations[how.probes[0].population].spikes);
        const std::vector<std::int64_t>& values = seen[i].values.at(1);
        const std::vector<std::int64_t>& last = populations[how.probes[1].population].potentials;
        CHECK(std::equal(last.rbegin(), last.rend(), values.rbegin()));
        double rate = 0.0;
        for (const double r : seen[i].rates.at(2)) { rate += r; }
        const population& p = net.populations[how.probes[2].population];
        CHECK(rate * firing_steps(net, p)
              == Approx(populations[how.probes[2].population].spikes.size()));
    }
    for (const int threads : {2, 3}) {
        how.threads = threads;
        CHECK(look(net, data, how) == seen);
    }
    how.engine = sim::engine_kind::reference;
    CHECK(look(net, data, how) == seen);
}

using sim::probe_kind;

TEST_CASE("probes see what samples of a synchronous network did", "[sim][unit]") {
    const network net = test::small_classifier();
    const std::size_t out = net.populations.size() - 1;
    check_records(net, test::byte_pairs(60),
                  {{0, probe_kind::spikes}, {out, probe_kind::potentials}, {0, probe_kind::rates}});
}

TEST_CASE("probes see what samples of a streaming network did", "[sim][unit]") {
    const network net = test::small_stream();
    check_records(net, pixels(30),
                  {{1, probe_kind::spikes}, {2, probe_kind::potentials}, {1, probe_kind::rates}});
}

TEST_CASE("long samples come in pieces of some steps", "[sim][unit]") {
    network net = test::small_stream();
    set_steps(net, 60000);
    sim::options how;
    how.probes = {{1, probe_kind::spikes}, {1, probe_kind::potentials}, {1, probe_kind::rates}};
    how.threads = 2;
    const std::vector<seen_sample> seen = look(net, pixels(3), how);
    for (const seen_sample& s : seen) {
        CHECK(s.pieces > 2);
        CHECK(s.values.at(1).size() == 2 * 60000);
        CHECK(std::is_sorted(s.spikes.at(0).begin(), s.spikes.at(0).end()));
        CHECK(s.rates.at(2).size() == 2);
    }
}

TEST_CASE("steps of long samples share entries of the counts", "[sim][unit]") {
    network net = test::small_stream();
    set_steps(net, 40000);
    for (const auto engine : {sim::engine_kind::reference, sim::engine_kind::event_driven}) {
        sim::options how;
        how.engine = engine;
        const sim::run_result result = sim::run(net, pixels(2), how);
        const population_activity& counts = result.counts.populations[1];
        CHECK(counts.steps_per_entry == 4);
        CHECK(counts.spikes_per_step.size() == 10000);
        std::uint64_t sum = 0;
        for (const std::uint64_t n : counts.spikes_per_step) { sum += n; }
        CHECK(sum == counts.spikes);
    }
}

void check_refused(const sim::probe& p, const char* part) {
    sim::options how;
    how.probes = {p};
    network net = test::small_stream();
    CAPTURE(part);
    try {
        sim::run(net, pixels(1), how);
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(part)); }
}

TEST_CASE("probes at what a population does not have are refused", "[sim][unit]") {
    check_refused({0, probe_kind::potentials}, "population 'in': has no potentials");
    check_refused({2, probe_kind::spikes}, "population 'out': sends no spikes");
    check_refused({2, probe_kind::rates}, "population 'out': sends no spikes");
    check_refused({3, probe_kind::rates}, "no population of that number");
}

TEST_CASE("an exception of whoever takes the results ends the run", "[sim][unit]") {
    for (const int threads : {1, 3}) {
        sim::options how;
        how.threads = threads;
        how.on_sample = [](std::size_t sample, const sim::sample_result&) {
            if (sample == 5) { throw std::runtime_error("enough"); }
        };
        CHECK_THROWS_WITH(sim::run(test::small_stream(), pixels(40), how), "enough");
    }
}

}  // namespace
