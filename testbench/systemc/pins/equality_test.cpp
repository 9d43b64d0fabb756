// SPDX-License-Identifier: Apache-2.0
// Small networks through the pins of the core, and through TLM, against the simulator, the cycle
// model and the plain model.
#include <synfire/cosim/systemc_link.hpp>

#include "cosim/rtl_fixture.hpp"
#include "cosim/simulated.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

constexpr std::uint64_t first_seed = 300;

void check_equal(cosim::traced_link& link, const hw::engine_config& config, std::size_t count) {
    const auto cases = simulate_cases(first_seed, count, config);
    REQUIRE(cases.size() == count);
    cosim::rtl_model plain(config);
    for (const simulated_case& s : cases) {
        INFO("SYNFIRE_SEED=" << s.c.seed);
        const auto found = cosim::cosimulate(link, s.c.net, s.image, s.records);
        if (found.difference) FAIL_CHECK(cosim::to_text(*found.difference));
        if (found.counter) FAIL_CHECK(cosim::to_text(*found.counter));
        CHECK(found.counts == cosim::cosimulate(plain, s.c.net, s.image, s.records).counts);
        CHECK(found.equal_samples == s.records.size());
    }
}

/// A planted difference leaves SystemC's processes as an exception and is reported.
void check_finds(cosim::traced_link& link, const hw::engine_config& config) {
    const auto cases = simulate_cases(first_seed, 1, config);
    const simulated_case& s = cases.front();
    sim::sample_result spoilt = s.results.front();
    const std::size_t readout = spoilt.readouts.front().population;
    spoilt.populations[readout].potentials.front() += 3;
    cosim::sample_record record;
    for (const sim::population_record& p : spoilt.populations)
        record.push_back({p.codes, p.spikes, p.potentials});
    cosim::cosimulation runner(link, s.c.net, s.image);
    CHECK_FALSE(runner.run(record).equal);
    REQUIRE(runner.result().difference.has_value());
    CHECK(runner.result().difference->layer == s.c.net.populations[readout].name);
    CHECK(runner.run(s.records.front()).equal);
}

}  // namespace

TEST_CASE("random networks are equal through the pins", "[systemc][pins]") {
    const auto link = cosim::make_pin_link();
    check_equal(*link, cosim::pin_config(), 6);
    check_finds(*link, cosim::pin_config());
}

TEST_CASE("random networks are equal through TLM", "[systemc][link]") {
    const auto link = cosim::make_systemc_link(hw::simulation_config(16));
    check_equal(*link, hw::simulation_config(16), 6);
    check_finds(*link, hw::simulation_config(16));
}
