// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/cycle_model.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include <support/catch.hpp>
#include <support/image_parts.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/lane_work.hpp>
#include <synfire/hw/registers.hpp>
#include <synfire/sim/simulator.hpp>

#include "slot_count.hpp"

using namespace synfire;

namespace {

std::string first_difference(const hw::hardware_counts& expected,
                             const hw::hardware_counts& found) {
    const auto a = hw::to_array(expected);
    const auto b = hw::to_array(found);
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (a[i] != b[i]) {
            return fmt::format("{}: {} instead of {}", hw::counter_names.at(i), b[i], a[i]);
        }
    }
    return "";
}

std::vector<std::vector<std::int32_t>> codes_of(const sim::sample_output& output) {
    std::vector<std::vector<std::int32_t>> codes;
    for (const sim::population_record& record : output.result.populations) {
        codes.push_back(record.codes);
    }
    return codes;
}

struct model_case {
    test::random_case c;
    hw::image image;
};

/// Beyond what an adder that also fires can hold.
bool has_large_threshold(const network& net) {
    return std::any_of(net.populations.begin(), net.populations.end(), [](const population& p) {
        return std::any_of(p.theta.begin(), p.theta.end(),
                           [](auto theta) { return theta > 32767; });
    });
}

/// Every fourth one is for the board's engine, whose adder also fires; of the others, two in five
/// are for the dense twins.
model_case make_model_case(std::uint64_t seed) {
    const bool small = seed % 4 == 3;
    const int lanes = 4 << (seed / 5 % 5);
    test::random_case c = test::make_hardware_case(seed, small ? test::board_family()
                                                               : test::simulated_family(lanes));
    const bool board = small && !has_large_threshold(c.net);
    hw::engine_config config = board ? hw::icebreaker_config() : hw::simulation_config(lanes);
    if (!small && seed % 5 >= 3) {
        config.arithmetic = seed % 5 == 3 ? hw::dense_arithmetic : hw::skipping_arithmetic;
    }
    config.descriptor_address_bits = 12;  // long programs are counted like short ones
    hw::image image = hw::make_image(c.net, config);
    return {std::move(c), std::move(image)};
}

}  // namespace

TEST_CASE("the closed form counts what a count slot by slot does", "[hw][property]") {
    const std::uint64_t first = test::seed_from_environment(500);
    const std::size_t cases = test::cases_from_environment(200);
    for (std::uint64_t seed = first; seed < first + cases; ++seed) {
        const model_case m = make_model_case(seed);
        const hw::cycle_model model(m.c.net, m.image);
        sim::simulator simulator(m.c.net);
        for (const auto& sample : m.c.samples) {
            const auto codes = codes_of(simulator.run(sample, {true, true}));
            INFO("SYNFIRE_SEED=" << seed);
            const std::string difference =
                first_difference(test::count_slots(m.image, codes), hw::sum(model.run(codes)));
            CHECK(difference == "");
        }
    }
}

TEST_CASE("the closed form counts networks in parts as a count slot by slot does",
          "[hw][property][parts]") {
    std::size_t in_parts = 0;
    for (std::uint64_t seed = 500; seed < 560; ++seed) {
        const model_case m = make_model_case(seed);
        const auto image = test::image_in_parts(m.c.net, m.image.config, seed);
        if (!image) { continue; }
        sim::simulator simulator(m.c.net);
        const auto codes = codes_of(simulator.run(m.c.samples.front(), {true, true}));
        const auto counts = hw::sum(hw::cycle_model(m.c.net, *image).run(codes), image->runs());
        INFO("SYNFIRE_SEED=" << seed);
        CHECK(first_difference(test::count_slots(*image, codes), counts) == "");
        const auto whole = hw::sum(hw::cycle_model(m.c.net, m.image).run(codes));
        CHECK(counts.adds == whole.adds);
        CHECK(counts.spikes == whole.spikes);
        ++in_parts;
    }
    CHECK(in_parts > 30);
}

TEST_CASE("counts that have a meaning without hardware equal the simulator's", "[hw][property]") {
    for (std::uint64_t seed = 900; seed < 1000; ++seed) {
        const model_case m = make_model_case(seed);
        sim::simulator simulator(m.c.net);
        const sim::sample_output& output = simulator.run(m.c.samples.front(), {true, true});
        const auto counts = hw::sum(hw::cycle_model(m.c.net, m.image).run(codes_of(output)));
        const activity_totals expected = totals(output.counts);
        INFO("SYNFIRE_SEED=" << seed);
        CHECK(counts.adds == hw::lane_work(m.c.net, m.image.config.arithmetic).of(output.counts));
        CHECK(counts.spikes == expected.spikes);
        CHECK(counts.active_sources == expected.active_sources);
        CHECK(counts.neuron_updates == expected.neuron_updates);
    }
}

TEST_CASE("lanes add once per spike, or multiply once per source", "[hw][unit]") {
    const model_case m = make_model_case(2);
    sim::simulator simulator(m.c.net);
    const activity counts = simulator.run(m.c.samples.front(), {true, true}).counts;
    const auto work = [&](int arithmetic) { return hw::lane_work(m.c.net, arithmetic).of(counts); };
    CHECK(work(hw::spiking_arithmetic) == totals(counts).synaptic_events);
    CHECK(work(hw::skipping_arithmetic) <= work(hw::spiking_arithmetic));
    CHECK(work(hw::skipping_arithmetic) < work(hw::dense_arithmetic));
}

TEST_CASE("counts come back from their registers, and add up", "[hw][unit]") {
    std::array<std::uint64_t, hw::counter_count> values{};
    for (std::size_t i = 0; i < values.size(); ++i) { values[i] = 10 + i; }
    hw::hardware_counts counts = hw::from_array(values);
    CHECK(counts.cycles == 10);
    CHECK(counts.spike_words_written == 22);
    CHECK(counts.stall_cycles() == 12 + 13);
    CHECK((hw::to_array(counts) == values));
    counts += counts;
    CHECK(counts.adds == 30);
}

TEST_CASE("codes that are not the network's are refused", "[hw][unit]") {
    const model_case m = make_model_case(3);
    const hw::cycle_model model(m.c.net, m.image);
    std::vector<std::vector<std::int32_t>> codes(m.image.maps.size());
    CHECK_THROWS_AS(model.run(codes), bad_input);
    codes.pop_back();
    CHECK_THROWS_AS(model.run(codes), bad_input);
    network other = m.c.net;
    other.populations.pop_back();
    CHECK_THROWS_AS(hw::cycle_model(other, m.image), bad_input);
}
