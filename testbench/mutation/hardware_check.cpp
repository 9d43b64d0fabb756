// SPDX-License-Identifier: Apache-2.0
// The judge of the accelerator's mutation test: random networks on simulator, cycle model and core
// of 8 lanes, without a test framework; `twins` judges the dense twins. Exit status 0: everything
// agrees.
#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>

#include <hardware/interruption.hpp>
#include <hardware/levels.hpp>
#include <support/random_hardware.hpp>

namespace {

using namespace synfire;

constexpr std::uint64_t first_seed = 20260;
constexpr std::uint64_t few_cases = 60;

/// Every other case with streams that stall, on one instance each.
std::string check_random(const hw::engine_config& config) {
    test::engine_bench smooth(config);
    cosim::rtl_options stalling;
    stalling.pressure = {0.4, 0.4, 3};
    test::engine_bench rough(config, stalling);
    for (std::uint64_t seed = first_seed; seed < first_seed + few_cases; ++seed) {
        const test::levelled_case c(test::make_hardware_case(seed, test::simulated_family()),
                                    config);
        test::engine_bench& bench = seed % 2 == 0 ? smooth : rough;
        std::string d = test::difference(bench, c);
        if (d.empty()) { d = test::interrupt_and_repeat(bench, c).difference; }
        if (!d.empty()) { return d; }
    }
    return {};
}

std::string check_twins() {
    const std::string d = check_random(hw::twin_config(hw::dense_arithmetic));
    return d.empty() ? check_random(hw::twin_config(hw::skipping_arithmetic)) : d;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const bool twins = argc > 1 && std::string(argv[1]) == "twins";
        const std::string difference =
            twins ? check_twins() : check_random(hw::simulation_config(8));
        if (difference.empty()) { return 0; }
        fmt::print("{}\n", difference);
    } catch (const std::exception& e) { fmt::print("exception: {}\n", e.what()); }
    return 1;
}
