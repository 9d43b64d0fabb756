// SPDX-License-Identifier: Apache-2.0
// The judge of the mutation test of streaming networks: random ones on simulator, cycle model and
// core, step by step, and hw's host, without a test framework. Exit status 0: everything agrees.
#include <cstdio>
#include <exception>
#include <string>

#include <fmt/format.h>

#include <hardware/streaming_levels.hpp>
#include <support/streaming_hardware.hpp>

namespace {

using namespace synfire;

constexpr std::uint64_t first_seed = 20260;
constexpr std::uint64_t few_cases = 60;  // biased words at rest are met by three of them

std::string check_random() {
    const hw::engine_config config = hw::streaming_config();
    test::engine_bench bench(config);
    for (std::uint64_t seed = first_seed; seed < first_seed + few_cases; ++seed) {
        const test::streaming_case c(test::make_streaming_hardware_case(seed), config);
        std::string d = test::difference(bench, c);
        if (d.empty()) { d = test::host_difference(bench, c); }
        if (!d.empty()) { return d; }
    }
    return {};
}

}  // namespace

int main() {
    try {
        const std::string difference = check_random();
        if (difference.empty()) { return 0; }
        fmt::print("{}\n", difference);
    } catch (const std::exception& e) { fmt::print("exception: {}\n", e.what()); }
    return 1;
}
