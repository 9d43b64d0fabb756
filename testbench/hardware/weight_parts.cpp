// SPDX-License-Identifier: Apache-2.0
#include "weight_parts.hpp"

#include <optional>

#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>

#include "engine_bench.hpp"
#include "levels.hpp"

namespace synfire::test {
namespace {

constexpr std::uint64_t first_seed = 20260;
constexpr std::uint64_t most_seeds = 4000;
constexpr std::size_t first_part = 2048;

hardware_family family() { return {8, 20, 0, 7'000, 8, 256, 0, 8, 31, true}; }

std::optional<levelled_case> case_in_parts(std::uint64_t seed, const hw::engine_config& config) {
    random_case made = make_hardware_case(seed, family());
    try {
        const hw::image image = hw::make_image(made.net, config);
        const auto lanes = static_cast<std::size_t>(config.lanes);
        if (image.weights.size() / lanes <= first_part) { return {}; }
        return levelled_case(std::move(made), config);
    } catch (const bad_input&) { return {}; }  // too large for this small engine
}

}  // namespace

hw::engine_config engine_of_two_parts() {
    hw::engine_config config{8, 20, 8, 8, 10, 12, 8, 5, false, 8, 3000, 0, 0};
    hw::check(config);
    return config;
}

std::string difference_in_parts(std::size_t networks) {
    const hw::engine_config config = engine_of_two_parts();
    engine_bench bench(config);
    for (std::uint64_t seed = first_seed; seed < first_seed + most_seeds; ++seed) {
        const std::optional<levelled_case> c = case_in_parts(seed, config);
        if (!c) { continue; }
        std::string d = difference(bench, *c);
        if (!d.empty() || --networks == 0) { return d; }
    }
    return "too few networks have rows in both parts";
}

}  // namespace synfire::test
