// SPDX-License-Identifier: Apache-2.0
// The golden vectors that the accelerator covers, on the core: an implementation that knows nothing
// of this repository says what must come out.
#include <iostream>
#include <map>
#include <optional>
#include <set>

#include <support/catch.hpp>
#include <support/golden_vectors.hpp>
#include <synfire/core/error.hpp>
#include <synfire/cosim/spike_checker.hpp>

#include "levels.hpp"

namespace {

using namespace synfire;

std::vector<cosim::expected_population> expectation_of(const test::golden_sample& sample) {
    std::vector<cosim::expected_population> all;
    for (const test::golden_population& p : sample.populations) {
        all.push_back({p.codes, p.spikes, p.potentials});
    }
    return all;
}

/// What the simulator would say, made from the vector: words and counters are compared with it.
sim::sample_output as_simulated(const test::golden_case& c, const test::golden_sample& sample) {
    sim::sample_output out;
    for (std::size_t i = 0; i < c.net.populations.size(); ++i) {
        const test::golden_population& p = sample.populations[i];
        out.result.populations.push_back({p.potentials, p.codes, p.spikes});
        out.counts.populations.push_back(p.counts);
        if (c.net.populations[i].kind == population_kind::readout) {
            out.result.readouts.push_back({i, p.potentials, p.arg_max.value()});
        }
    }
    out.counts.projections = sample.projections;
    return out;
}

void check_totals(const test::golden_sample& sample, const hw::hardware_counts& found) {
    CHECK(found.spikes == sample.totals.spikes);
    CHECK(found.active_sources == sample.totals.active_sources);
    CHECK(found.adds == sample.totals.synaptic_events);
    CHECK(found.neuron_updates == sample.totals.neuron_updates);
}

void run_vector(test::engine_bench& bench, const test::golden_case& c, const hw::image& image) {
    bench.load(image);
    cosim::spike_checker checker(c.net, image.passes, image.maps);
    for (const test::golden_sample& sample : c.samples) {
        const auto expectation = expectation_of(sample);
        checker.begin(expectation);
        bench.model().set_observer(&checker);
        CHECK_NOTHROW(bench.send(image, sample.inputs));
        CHECK(bench.receive() == test::expected_words(c.net, as_simulated(c, sample)));
        CHECK_NOTHROW(checker.finish());
        bench.model().set_observer(nullptr);
        check_totals(sample, bench.counters());
    }
}

struct vectors {
    std::set<std::string> ran;
    std::map<std::string, std::string> refused;  ///< with the reason
};

vectors run_all(test::engine_bench& bench) {
    vectors all;
    for (const auto& file : test::golden_files()) {
        const test::golden_case c = test::read_golden(file);
        CAPTURE(c.name);
        std::optional<hw::image> image;
        try {
            image = hw::make_image(c.net, bench.config());
        } catch (const bad_input& e) {
            all.refused[c.name] = e.facts().what;
            continue;
        }
        all.ran.insert(c.name);
        run_vector(bench, c, *image);
    }
    return all;
}

TEST_CASE("the golden vectors that the engine can run come out of the core bit for bit",
          "[hardware][golden]") {
    if (!cosim::rtl_available()) {
        WARN("SKIPPED: no Verilator");
        return;
    }
    const int lanes = GENERATE(4, 8, 16, 32, 64);
    CAPTURE(lanes);
    test::engine_bench bench(hw::simulation_config(lanes));
    const vectors all = run_all(bench);
    for (const auto& [name, reason] : all.refused) {
        if (lanes == 8) { std::cout << name << " is refused: " << reason << "\n"; }
    }
    // The others have codes that the engine refuses.
    CHECK(all.ran
          == std::set<std::string>{
              "synchronous_03_indexed", "synchronous_05_pooled_signed", "synchronous_07_table",
              "synchronous_10_rate_codes", "synchronous_11_border", "synchronous_13_ladder",
              "synchronous_15_mlp", "synchronous_23_indexed", "synchronous_27_table",
              "synchronous_28_signed_leaky", "synchronous_30_rate_codes", "synchronous_31_border",
              "synchronous_33_ladder", "synchronous_35_mlp", "synchronous_37_pooled"});
    CHECK(all.refused.size() == 25);
}

}  // namespace
