// SPDX-License-Identifier: Apache-2.0
// The judge of the mutation test of slices: random networks, cut at random, on the simulator; with
// wide patterns and with those of 8 bits. Exit status 0: all compute what the whole network
// computes.
#include <cstdint>
#include <cstdio>
#include <exception>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <hardware/slices_levels.hpp>
#include <support/random_hardware.hpp>

namespace {

using namespace synfire;

constexpr std::uint64_t first_seed = 41000;

using draw_case = test::random_case (*)(std::uint64_t seed, const test::hardware_family& family);

/// The features have to be met, too: what is refused shows no difference.
std::string first_difference(const hw::engine_config& config, const test::hardware_family& family,
                             std::uint64_t cases, draw_case draw,
                             const std::vector<std::string>& features) {
    std::map<std::string, int> met;
    for (std::uint64_t seed = first_seed; seed < first_seed + cases; ++seed) {
        const test::random_case c = draw(seed, family);
        const auto cut = test::random_slices(c.net, config, seed);
        if (!cut) { continue; }
        test::add_features(*cut, met);
        const std::string d = test::slices_difference(nullptr, c, *cut);
        if (!d.empty()) { return fmt::format("random network {}: {}", seed, d); }
    }
    for (const std::string& feature : features) {
        if (met[feature] == 0) { return fmt::format("no network has {}", feature); }
    }
    return {};
}

std::string check_all() {
    test::hardware_family wide = test::simulated_family();
    wide.tables = true;
    std::string d = first_difference(hw::simulation_config(8), wide, 300, test::make_hardware_case,
                                     {"rows", "columns", "channels", "sums"});
    if (!d.empty()) { return d; }
    hw::engine_config config = hw::simulation_config(8);
    config.pattern_bits = 8;
    test::hardware_family narrow = test::simulated_family();
    narrow.most_steps = 8;
    d = first_difference(config, narrow, 150, test::make_hardware_case,
                         {"sums beside negative codes"});
    if (!d.empty()) { return d; }
    config = hw::simulation_config(8);
    d = first_difference(config, test::simulated_family(), 100, test::make_enlarging_case,
                         {"channels of conv_transpose2d", "sums of sum_pool"});
    if (!d.empty()) { return d; }
    config.shift_bits = 3;
    return first_difference(config, test::simulated_family(), 150, test::make_hardware_case,
                            {"doubled digits"});
}

}  // namespace

int main() {
    std::string difference;
    try {
        difference = check_all();
    } catch (const std::exception& e) { difference = std::string("exception: ") + e.what(); }
    if (difference.empty()) { return 0; }
    fmt::print("{}\n", difference);
    return 1;
}
