// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>

#include <synfire/core/error.hpp>

#include "rtl_fixture.hpp"

using namespace synfire;
using namespace synfire::test;

TEST_CASE("a model that was not built is refused with those that were", "[cosim][facade]") {
    hw::engine_config config = hw::simulation_config(8);
    config.accumulator_bits = 11;
    try {
        cosim::rtl_model model(config);
        FAIL("accepted");
    } catch (const bad_input& refused) {
        if (cosim::rtl_available()) {
            CHECK_THAT(refused.facts().found, contains_text("11 accumulator bits"));
            CHECK_THAT(refused.facts().expected, contains_text("16 lanes"));
        } else {
            CHECK_THAT(refused.facts().hint, contains_text("Debian package verilator"));
        }
    }
}

TEST_CASE("a probability that lets nothing through is refused", "[cosim][facade]") {
    if (!rtl_built()) return;
    for (const double p : {-0.1, 1.0}) {
        cosim::rtl_options options;
        options.pressure.output = p;
        CHECK_THROWS_AS(cosim::rtl_model(hw::simulation_config(8), options), bad_input);
    }
}

TEST_CASE("a waveform file that cannot be written is refused", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_options options;
    options.waveform.file = "no/such/folder/wave.fst";
    CHECK_THROWS_AS(cosim::rtl_model(hw::simulation_config(8), options), bad_input);
}

TEST_CASE("the seed decides what the memories hold at the start", "[cosim][facade]") {
    if (!rtl_built()) return;
    const auto start = [](std::uint64_t seed) {
        cosim::rtl_options options;
        options.seed = seed;
        cosim::rtl_model model(hw::simulation_config(8), options);
        return look(model, hw::memory::codes, 100, 50);
    };
    CHECK(start(1) == start(1));
    CHECK(start(1) != start(2));
}

TEST_CASE("reset leaves the same registers whatever the state at power-up", "[cosim][facade]") {
    if (!rtl_built()) return;
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        cosim::rtl_options options;
        options.seed = seed;
        cosim::rtl_model model(hw::simulation_config(8), options);
        INFO("seed " << seed);
        CHECK(read(model, hw::reg::status) == 0);
        CHECK(read(model, hw::reg::error) == 0);
        CHECK(read(model, hw::reg::length) == 0);
        CHECK(read(model, hw::reg::network) == 0);
        for (std::size_t i = 0; i < hw::counter_count; ++i)
            CHECK(model.read(static_cast<std::uint8_t>(hw::address_of(hw::reg::counters) + i))
                  == 0);
        CHECK(answers(model).empty());
    }
}

TEST_CASE("pop gives up at once on an idle engine", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    const std::uint64_t before = model.cycle();
    CHECK_FALSE(model.pop().has_value());
    CHECK(model.cycle() - before < 10000);
}

TEST_CASE("clock runs as long as it is told and says what moved", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    const std::uint64_t before = model.cycle();
    CHECK(model.clock(17, std::nullopt, true).cycles == 17);
    model.run(3);
    CHECK(model.cycle() == before + 20);
    const cosim::clocked seen = model.clock(100, hw::code_word(0, 1), true);
    CHECK(seen.pushed);
    CHECK(seen.cycles == 1);
    CHECK_FALSE(seen.popped.has_value());
}

TEST_CASE("two models live side by side", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model a(hw::simulation_config(8));
    cosim::rtl_model b(hw::simulation_config(16));
    write(a, hw::reg::network, 1);
    write(b, hw::reg::network, 2);
    CHECK(read(a, hw::reg::network) == 1);
    CHECK(read(b, hw::reg::network) == 2);
}
