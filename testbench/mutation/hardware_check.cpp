// SPDX-License-Identifier: Apache-2.0
// The judge of the accelerator's mutation test: random networks on simulator, cycle model and core
// of 8 lanes (SYNFIRE_JUDGE 4: of 16 lanes with weights of 4 bits, 5: of the iCEBreaker with
// these; 6: the dense twins; 7: of 8 lanes whose weight memory has two parts; 8: networks in
// parts; 64, 14: of 64 and of 4 lanes), without a test framework. Exit status 0: everything agrees.
#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>

#include <hardware/interruption.hpp>
#include <hardware/levels.hpp>
#include <hardware/parts_levels.hpp>
#include <hardware/weight_parts.hpp>
#include <support/random_hardware.hpp>

namespace {

using namespace synfire;

#if defined(SYNFIRE_JUDGE) && SYNFIRE_JUDGE == 7
std::string check_all() { return test::difference_in_parts(4); }
#elif defined(SYNFIRE_JUDGE) && SYNFIRE_JUDGE == 8
std::string check_all() { return test::difference_of_networks_in_parts(31000, 40); }
#else
constexpr std::uint64_t first_seed = 20260;
constexpr std::uint64_t few_cases = 60;

#if !defined(SYNFIRE_JUDGE)
hw::engine_config engine() { return hw::simulation_config(8); }
test::hardware_family family() { return test::simulated_family(); }
#elif SYNFIRE_JUDGE == 4
hw::engine_config engine() { return hw::simulation_config(16, 4); }
test::hardware_family family() { return test::short_family(4); }
#elif SYNFIRE_JUDGE == 64 || SYNFIRE_JUDGE == 14
constexpr int lanes = SYNFIRE_JUDGE == 64 ? 64 : 4;
hw::engine_config engine() { return hw::simulation_config(lanes); }
test::hardware_family family() { return test::simulated_family(lanes); }
#elif SYNFIRE_JUDGE == 6
hw::engine_config engine() { return hw::twin_config(hw::dense_arithmetic); }
test::hardware_family family() { return test::simulated_family(); }
#else
hw::engine_config engine() { return hw::icebreaker_int4_config(); }
test::hardware_family family() { return test::int4_board_family(); }
#endif

/// Every other case with streams that stall, on one instance each.
std::string check_random(const hw::engine_config& config) {
    test::engine_bench smooth(config);
    cosim::rtl_options stalling;
    stalling.pressure = {0.4, 0.4, 3};
    test::engine_bench rough(config, stalling);
    for (std::uint64_t seed = first_seed; seed < first_seed + few_cases; ++seed) {
        test::hardware_family drawn = family();
        drawn.currents = true;
        drawn.tables = config.fire_tables != 0;
        const test::levelled_case c(test::make_hardware_case(seed, drawn), config);
        test::engine_bench& bench = seed % 2 == 0 ? smooth : rough;
        std::string d = test::difference(bench, c);
        if (d.empty()) { d = test::interrupt_and_repeat(bench, c).difference; }
        if (!d.empty()) { return d; }
    }
    return {};
}

/// Both twins: a fault in C++ may show in one of them only.
std::string check_all() {
    hw::engine_config config = engine();
    std::string d = check_random(config);
    if (d.empty() && config.multiplies()) {
        config.arithmetic = hw::skipping_arithmetic;
        d = check_random(config);
    }
    return d;
}
#endif

}  // namespace

int main() {
    try {
        const std::string difference = check_all();
        if (difference.empty()) { return 0; }
        fmt::print("{}\n", difference);
    } catch (const std::exception& e) { fmt::print("exception: {}\n", e.what()); }
    return 1;
}
