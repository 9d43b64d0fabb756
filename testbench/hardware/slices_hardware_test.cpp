// SPDX-License-Identifier: Apache-2.0
// Networks in slices: whatever is cut, codes and potentials of all populations are those of the
// network as a whole, on the simulator and on the Verilog core.
#include <map>
#include <string>
#include <vector>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/does_not_fit.hpp>

#include "slices_levels.hpp"

namespace {

using namespace synfire;

constexpr std::uint64_t default_seed = 41000;
constexpr std::size_t fewest_cases = 40;  // of a test that is not cut short

using draw_case = test::random_case (*)(std::uint64_t seed, const test::hardware_family& family);

/// On the simulator where there is no engine.
std::map<std::string, int> run_slices(hw::link* engine, const hw::engine_config& config,
                                      const test::hardware_family& family, std::size_t cases,
                                      draw_case draw = test::make_hardware_case) {
    std::map<std::string, int> met;
    const std::uint64_t seed = test::seed_from_environment(default_seed);
    for (std::uint64_t i = seed; i < seed + test::cases_from_environment(cases); ++i) {
        const test::random_case c = draw(i, family);
        const auto cut = test::random_slices(c.net, config, i);
        if (!cut) { continue; }
        test::add_features(*cut, met);
        INFO("SYNFIRE_SEED=" << i << " SYNFIRE_CASES=1, lanes " << config.lanes << ", slices "
                             << cut->slices.size());
        CHECK(test::slices_difference(engine, c, *cut) == "");
    }
    return met;
}

void require_met(const std::map<std::string, int>& met, const std::vector<std::string>& features) {
    if (test::cases_from_environment(fewest_cases) < fewest_cases) { return; }
    for (const std::string& feature : features) {
        const auto found = met.find(feature);
        INFO(feature);
        CHECK((found != met.end() && found->second > 0));
    }
}

bool rtl_built() {
    if (cosim::rtl_available()) { return true; }
    WARN("SKIPPED: no Verilator");
    return false;
}

TEST_CASE("slices of a network compute what the network computes", "[hardware][random][slices]") {
    test::hardware_family family = test::simulated_family();
    family.tables = true;
    require_met(run_slices(nullptr, hw::simulation_config(8), family, 400),
                {"networks",
                 "rows",
                 "columns",
                 "channels",
                 "sums",
                 "several digits",
                 "max-pools",
                 "groups",
                 "rows of conv2d",
                 "columns of conv2d",
                 "rows of conv_transpose2d",
                 "columns of conv_transpose2d",
                 "rows of sum_pool",
                 "columns of sum_pool",
                 "rows of one_to_one",
                 "columns of one_to_one",
                 "rows of index",
                 "columns of index",
                 "rows of sparse",
                 "rows of dense",
                 "rows of window",
                 "columns of window"});
}

TEST_CASE("slices through channels of transposed convolutions, and sums of averages",
          "[hardware][random][slices]") {
    const hw::engine_config config = hw::simulation_config(8);
    require_met(
        run_slices(nullptr, config, test::simulated_family(), 100, test::make_enlarging_case),
        {"channels of conv_transpose2d", "rows of conv_transpose2d", "columns of conv_transpose2d",
         "sums of sum_pool"});
}

TEST_CASE("slices for lanes that shift little compute the same", "[hardware][random][slices]") {
    hw::engine_config config = hw::simulation_config(8);
    config.shift_bits = 3;
    require_met(run_slices(nullptr, config, test::simulated_family(), 150),
                {"networks", "sums", "several digits", "doubled digits"});
}

TEST_CASE("slices for patterns of 8 bits, with and without negative codes, compute the same",
          "[hardware][random][slices]") {
    hw::engine_config config = hw::simulation_config(8);
    config.pattern_bits = 8;
    test::hardware_family family = test::simulated_family();
    family.most_steps = 8;
    require_met(run_slices(nullptr, config, family, 150),
                {"networks", "sums", "several digits", "sums beside negative codes"});
}

TEST_CASE("slices run on the Verilog core, with the counters of the cycle model",
          "[hardware][random][slices]") {
    if (!rtl_built()) { return; }
    const int lanes = GENERATE(8, 32);
    const hw::engine_config config = hw::simulation_config(lanes);
    cosim::rtl_model engine(config, {});
    require_met(run_slices(&engine, config, test::simulated_family(lanes), 40),
                {"networks", "rows", "channels", "sums"});
}

TEST_CASE("slices run on the iCEBreaker's engine", "[hardware][random][slices]") {
    if (!rtl_built()) { return; }
    const hw::engine_config config = hw::icebreaker_config();
    cosim::rtl_options options;
    options.seed = 6;
    cosim::rtl_model engine(config, options);
    require_met(run_slices(&engine, config, test::board_family(), 40),
                {"networks", "rows", "channels"});
}

}  // namespace
