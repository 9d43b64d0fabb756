// SPDX-License-Identifier: Apache-2.0
// Images of random networks, executed word by word, against the simulator: the proof of the image
// before the RTL.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>

#include <support/catch.hpp>
#include <support/dice.hpp>
#include <support/engine_network.hpp>
#include <support/image_interpreter.hpp>
#include <support/image_parts.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/image.hpp>
#include <synfire/sim/simulator.hpp>

using namespace synfire;

namespace {

/// The code that a pattern means.
std::int32_t code_of(const hw::map_info& m, std::uint32_t pattern) {
    const std::uint32_t sign = m.is_signed ? 1U << (hw::pattern_bits_of(m.format) - 1) : 0;
    const std::uint32_t spikes = pattern & ~sign;
    const std::int32_t size =
        m.weighted ? static_cast<std::int32_t>(spikes) : __builtin_popcount(spikes);
    return (pattern & sign) != 0 ? -size : size;
}

std::string first_difference(const network& net, const hw::image& image,
                             const test::image_result& found, const sim::sample_output& expected) {
    for (std::size_t i = 0; i < net.populations.size(); ++i) {
        const sim::population_record& record = expected.result.populations[i];
        for (std::size_t n = 0; n < found.potentials[i].size(); ++n) {
            if (found.potentials[i][n] != record.potentials[n]) {
                return fmt::format("read-out {} neuron {}: {} instead of {}",
                                   net.populations[i].name, n, found.potentials[i][n],
                                   record.potentials[n]);
            }
        }
        if (net.populations[i].kind == population_kind::input) { continue; }
        for (std::size_t n = 0; n < found.patterns[i].size(); ++n) {
            const std::int32_t code = code_of(image.maps[i], found.patterns[i][n]);
            if (code != record.codes[n]) {
                return fmt::format("population {} neuron {}: code {} instead of {}",
                                   net.populations[i].name, n, code, record.codes[n]);
            }
        }
    }
    return "";
}

struct tally {
    int run = 0;
    std::map<std::string, int> refused;
};

hw::image_options options_of(std::uint64_t seed) { return {seed % 2 == 0}; }

/// Runs all samples; empty where every code and potential is equal.
std::string run_case(const test::random_case& c, const hw::image& image) {
    sim::simulator simulator(c.net);
    for (const auto& sample : c.samples) {
        const sim::sample_output& expected = simulator.run(sample, {true, true});
        const auto found = test::interpret(image, test::input_patterns(image, sample));
        std::string difference = first_difference(c.net, image, found, expected);
        if (!difference.empty()) { return difference; }
    }
    return "";
}

void try_case(const test::random_case& c, std::uint64_t seed, const hw::engine_config& config,
              tally& count) {
    try {
        const hw::image image = hw::make_image(c.net, config, options_of(seed));
        INFO("SYNFIRE_SEED=" << seed << ", lanes " << config.lanes);
        const std::string difference = run_case(c, image);
        CHECK(difference == "");
        ++count.run;
    } catch (const bad_input& e) { ++count.refused[e.facts().what]; }
}

void report(const tally& count, std::size_t cases) {
    std::string refusals;
    for (const auto& [what, number] : count.refused) {
        refusals += fmt::format("\n  {:5} {}", number, what);
    }
    WARN(fmt::format("{} of {} networks ran; refused:{}", count.run, cases, refusals));
}

}  // namespace

TEST_CASE("images of random networks give the simulator's codes and potentials", "[hw][property]") {
    const std::uint64_t seed = test::seed_from_environment(100);
    const std::size_t cases = test::cases_from_environment(300);
    tally count;
    for (std::uint64_t i = 0; i < cases; ++i) {
        const int lanes = 4 << (i % 5);
        test::hardware_family family = test::simulated_family(lanes);
        family.currents = family.tables = true;
        try_case(test::make_hardware_case(seed + i, family), seed + i, hw::simulation_config(lanes),
                 count);
    }
    report(count, cases);
    CHECK(count.run == static_cast<int>(cases));
}

TEST_CASE("images of networks that were not made for the engine are right, or refused",
          "[hw][property]") {
    const std::uint64_t seed = test::seed_from_environment(100);
    const std::size_t cases = test::cases_from_environment(300);
    tally count;
    for (std::uint64_t i = 0; i < cases; ++i) {
        const auto c = test::make_engine_case(seed + i);
        if (c) { try_case(*c, seed + i, hw::simulation_config(4 << (i % 5)), count); }
    }
    report(count, cases);
    CHECK(count.run >= static_cast<int>(cases / 5));
}

TEST_CASE("images for an adder that also fires give the simulator's codes, or are refused",
          "[hw][property]") {
    const std::uint64_t seed = test::seed_from_environment(100);
    const std::size_t cases = test::cases_from_environment(300);
    tally count;
    for (std::uint64_t i = 0; i < cases; ++i) {
        try_case(test::make_hardware_case(seed + i, test::board_family()), seed + i,
                 hw::icebreaker_config(), count);
    }
    report(count, cases);
    CHECK(count.run >= static_cast<int>(cases / 2));
}

TEST_CASE("images with weights of 4 and 2 bits give the simulator's codes and potentials",
          "[hw][property]") {
    const int bits = GENERATE(4, 2);
    const std::uint64_t seed = test::seed_from_environment(100);
    const std::size_t cases = test::cases_from_environment(200);
    tally count;
    for (std::uint64_t i = 0; i < cases; ++i) {
        const int lanes = i % 6 == 0 ? 64 : i % 3 == 0 ? 32 : i % 3 == 1 && bits == 4 ? 8 : 16;
        try_case(test::make_hardware_case(seed + i, test::short_family(bits)), seed + i,
                 hw::simulation_config(lanes, bits), count);
    }
    report(count, cases);
    CHECK(count.run == static_cast<int>(cases));
}

TEST_CASE("images for 16 lanes that also fire give the simulator's codes", "[hw][property]") {
    const std::uint64_t seed = test::seed_from_environment(100);
    const std::size_t cases = test::cases_from_environment(200);
    tally count;
    for (std::uint64_t i = 0; i < cases; ++i) {
        try_case(test::make_hardware_case(seed + i, test::int4_board_family()), seed + i,
                 hw::icebreaker_int4_config(), count);
    }
    report(count, cases);
    CHECK(count.run == static_cast<int>(cases));
}

TEST_CASE("images in parts give the simulator's codes and potentials, each with its own rows",
          "[hw][property][parts]") {
    const std::uint64_t seed = test::seed_from_environment(100);
    const std::size_t cases = test::cases_from_environment(200);
    std::size_t in_parts = 0;
    for (std::uint64_t i = seed; i < seed + cases; ++i) {
        const bool small = i % 4 == 3;
        const hw::engine_config config =
            small ? hw::icebreaker_config() : hw::simulation_config(8 << (i % 3));
        const auto c =
            test::make_hardware_case(i, small ? test::board_family() : test::simulated_family());
        const auto image = test::image_in_parts(c.net, config, i);
        if (!image) { continue; }
        INFO("SYNFIRE_SEED=" << i << ", lanes " << config.lanes);
        CHECK(run_case(c, *image) == "");
        ++in_parts;
    }
    CHECK(in_parts > cases / 2);
}
