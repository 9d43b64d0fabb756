// SPDX-License-Identifier: Apache-2.0
// Networks in parts on the Verilog core: what fits as a whole must come out the same when the host
// loads it part by part. Every spike, read-outs, counters per layer and in all, and cycles.
#include <algorithm>
#include <cstddef>
#include <map>
#include <string>

#include <support/catch.hpp>
#include <support/image_parts.hpp>
#include <support/random_hardware.hpp>
#include <support/streaming_hardware.hpp>
#include <synfire/cosim/cosimulation.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/sim/simulator.hpp>

#include "streaming_levels.hpp"

namespace {

using namespace synfire;

constexpr std::uint64_t default_seed = 31000;
constexpr std::size_t default_cases = 60;

/// All samples of a case; empty, or the first difference.
std::string difference_of(hw::link& engine, const test::random_case& c, const hw::image& image) {
    sim::simulator simulator(c.net);
    cosim::cosimulation runner(engine, c.net, image);
    for (const auto& sample : c.samples) {
        const sim::sample_output& out = simulator.run(sample, {true, true});
        cosim::sample_record record;
        for (const sim::population_record& p : out.result.populations) {
            record.push_back({p.codes, p.spikes, p.potentials});
        }
        if (runner.run(record).equal) { continue; }
        const cosim::cosimulation_result& found = runner.result();
        return found.difference ? cosim::to_text(*found.difference)
                                : cosim::to_text(*found.counter);
    }
    return "";
}

std::ptrdiff_t readouts_of(const network& net) {
    return std::count_if(net.populations.begin(), net.populations.end(),
                         [](const population& p) { return p.kind == population_kind::readout; });
}

/// Runs the networks that can be cut, and says how.
std::map<std::string, int> run_in_parts(const hw::engine_config& config,
                                        const test::hardware_family& family, std::size_t cases,
                                        const cosim::rtl_options& options = {}) {
    std::map<std::string, int> met;
    cosim::rtl_model model(config, options);
    const std::uint64_t seed = test::seed_from_environment(default_seed);
    for (std::uint64_t i = seed; i < seed + test::cases_from_environment(cases); ++i) {
        const test::random_case c = test::make_hardware_case(i, family);
        const auto image = test::image_in_parts(c.net, config, i);
        if (!image) { continue; }
        ++met["networks"];
        met["in three parts or more"] += image->parts.size() > 2 ? 1 : 0;
        met["rows that stay"] += image->resident_rows > 0 ? 1 : 0;
        met["no rows that stay"] += image->resident_rows == 0 ? 1 : 0;
        met["layer in several parts"] += test::cuts_a_layer(*image) ? 1 : 0;
        met["several read-outs"] += readouts_of(c.net) > 1 ? 1 : 0;
        INFO("SYNFIRE_SEED=" << i << " SYNFIRE_CASES=1, lanes " << config.lanes << ", parts "
                             << image->parts.size());
        CHECK(difference_of(model, c, *image) == "");
    }
    return met;
}

void require_met(const std::map<std::string, int>& met) {
    for (const auto& [feature, count] : met) {
        INFO(feature << ": " << count);
        CHECK((count > 0 || test::cases_from_environment(default_cases) < default_cases));
    }
}

bool rtl_built() {
    if (cosim::rtl_available()) { return true; }
    WARN("SKIPPED: no Verilator");
    return false;
}

TEST_CASE("networks in parts give the spikes, potentials, counters and cycles of simulator and cycle "
          "model",
          "[hardware][random][parts]") {
    if (!rtl_built()) { return; }
    const int lanes = GENERATE(8, 16, 32);
    require_met(run_in_parts(hw::simulation_config(lanes), test::simulated_family(), default_cases));
}

TEST_CASE("networks in parts run on the iCEBreaker's engine, whatever its memories held before",
          "[hardware][random][parts]") {
    if (!rtl_built()) { return; }
    cosim::rtl_options options;
    options.seed = 5;
    run_in_parts(hw::icebreaker_config(), test::board_family(), default_cases, options);
}

TEST_CASE("networks in parts run on a dense twin and with weights of 4 bits",
          "[hardware][random][parts]") {
    if (!rtl_built()) { return; }
    run_in_parts(hw::twin_config(hw::dense_arithmetic), test::simulated_family(),
                 default_cases / 2);
    run_in_parts(hw::simulation_config(16, 4), test::short_family(4), default_cases / 2);
}

TEST_CASE("streaming networks in parts answer as the simulator, step by step",
          "[hardware][random][parts][streaming]") {
    if (!rtl_built()) { return; }
    const hw::engine_config config = hw::streaming_config();
    test::engine_bench bench(config);
    std::size_t run = 0;
    for (std::uint64_t seed = default_seed; seed < default_seed + default_cases / 2; ++seed) {
        test::streaming_case c(test::make_streaming_hardware_case(seed), config);
        const auto image = test::image_in_parts(c.net, config, seed);
        if (!image) { continue; }
        c.steps.image = *image;
        INFO("seed " << seed);
        CHECK(test::host_difference(bench, c) == "");
        ++run;
    }
    CHECK(run > 10);
}

}  // namespace
