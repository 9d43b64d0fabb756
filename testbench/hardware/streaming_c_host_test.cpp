// SPDX-License-Identifier: Apache-2.0
// Streaming networks by the host in C: an image's words, a sample's steps one by one, and after
// each the potentials that the simulator has then. The same for networks with fire tables, whole
// and in parts.
#include <cstdint>
#include <vector>

#include <support/catch.hpp>
#include <support/image_parts.hpp>
#include <support/random_hardware.hpp>
#include <support/streaming_hardware.hpp>
#include <synfire.h>
#include <synfire/cosim/rtl_model.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/load_words.hpp>
#include <synfire/sim/simulator.hpp>

#include "streaming_levels.hpp"

namespace {

using namespace synfire;

const synfire_bus* bus_of(hw::link& engine) {
    static synfire_bus bus;
    bus.context = &engine;
    bus.read = [](void* context, std::uint8_t address) {
        return static_cast<hw::link*>(context)->read(address);
    };
    bus.write = [](void* context, std::uint8_t address, std::uint32_t value) {
        static_cast<hw::link*>(context)->write(address, value);
    };
    bus.push = [](void* context, const std::uint32_t* words, std::size_t) {
        return static_cast<hw::link*>(context)->push(*words) ? std::size_t{1} : std::size_t{0};
    };
    bus.pop = [](void* context, std::uint32_t* word) {
        const auto found = static_cast<hw::link*>(context)->pop();
        if (found) { *word = *found; }
        return found ? 1 : 0;
    };
    return &bus;
}

/// One network on one engine, with room for its answers.
struct c_host {
    synfire_board board{};
    synfire_image image{};
    std::vector<synfire_answer> answers{};
    std::vector<std::int32_t> potentials = std::vector<std::int32_t>(4096);

    c_host(hw::link& engine, const std::vector<std::uint32_t>& words) {
        REQUIRE(synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_OK);
        synfire_open_bus(&board, bus_of(engine));
        REQUIRE(synfire_load(&board, &image) == SYNFIRE_OK);
        answers.resize(image.readout_count);
    }

    synfire_status run(const std::vector<std::int32_t>& codes, bool later) {
        std::vector<std::uint32_t> words(2 * codes.size() + 1);
        std::size_t used = 0;
        REQUIRE(synfire_encode(&image, codes.data(), words.data(), words.size(), &used)
                == SYNFIRE_OK);
        if (later) { synfire_later_step(words.data(), used); }
        words.resize(used);
        return run(words);
    }
    synfire_status run(const std::vector<std::uint32_t>& words) {
        return synfire_run(&board, &image, words.data(), words.size(), answers.data(),
                           potentials.data(), potentials.size());
    }
};

/// Steps that were compared; the first difference fails the test.
std::size_t compare(hw::link& engine, const test::streaming_case& c) {
    const test::levelled_case& steps = c.steps;
    const std::vector<std::uint32_t> words = hw::load_words(steps.image);
    c_host host(engine, words);
    for (std::size_t s = 0; s < steps.c.samples.size(); ++s) {
        CAPTURE(c.samples.seed, s);
        REQUIRE(host.run(steps.c.samples[s][0].codes, steps.ends[s] != 0) == SYNFIRE_OK);
        for (const synfire_answer& a : host.answers) {
            const std::vector<std::int64_t> found(a.potentials, a.potentials + a.count);
            REQUIRE(found == steps.simulated[s].result.populations[a.population].potentials);
        }
    }
    return steps.c.samples.size();
}

void compare(hw::link& engine, const test::random_case& c, const hw::image& made) {
    CAPTURE(c.seed, made.parts.size(), made.tables.size());
    const std::vector<std::uint32_t> words = hw::load_words(made);
    c_host host(engine, words);
    sim::simulator simulator(c.net);
    for (const auto& sample : c.samples) {
        std::vector<spike_train> spikes;
        for (const sim::encoded_input& in : sample) { spikes.push_back(in.spikes); }
        const hw::sample_words sent = hw::encode(made, spikes);
        REQUIRE(host.run(sent) == SYNFIRE_OK);
        const sim::sample_output out = simulator.run(sample, {true, true});
        for (const synfire_answer& a : host.answers) {
            const std::vector<std::int64_t> found(a.potentials, a.potentials + a.count);
            REQUIRE(found == out.result.populations[a.population].potentials);
        }
    }
}

}  // namespace

TEST_CASE("the host in C runs streaming networks step by step", "[hardware][streaming][c]") {
    if (!cosim::rtl_available()) {
        WARN("SKIPPED: no Verilator");
        return;
    }
    const hw::engine_config config = hw::streaming_config();
    test::engine_bench bench(config);
    std::size_t compared = 0;
    for (std::uint64_t seed = 8100; compared < 40; ++seed) {
        const test::streaming_case c(test::make_streaming_hardware_case(seed), config);
        if (c.steps.image.inputs.size() > 1) { continue; }  // codes are those of one input
        compared += compare(bench.model(), c);
    }
}

TEST_CASE("the host in C loads fire tables, which stay where a network runs in parts",
          "[hardware][parts][c]") {
    if (!cosim::rtl_available()) {
        WARN("SKIPPED: no Verilator");
        return;
    }
    const hw::engine_config config = hw::simulation_config(8);
    test::hardware_family family = test::simulated_family();
    family.tables = true;
    cosim::rtl_model model(config);
    int whole = 0;
    int in_parts = 0;
    for (std::uint64_t seed = 8200; whole < 8 || in_parts < 8; ++seed) {
        const test::random_case c = test::make_hardware_case(seed, family);
        const hw::image made = hw::make_image(c.net, config);
        if (made.tables.empty()) { continue; }
        compare(model, c, made);
        ++whole;
        const auto cut = test::image_in_parts(c.net, config, seed);
        if (!cut) { continue; }
        compare(model, c, *cut);
        ++in_parts;
    }
}

TEST_CASE("images whose fire tables do not fit their words are refused by the host in C",
          "[hardware][c]") {
    network net = test::make_hardware_case(8202, test::simulated_family()).net;
    hw::image made = hw::make_image(net, hw::simulation_config(8));
    made.tables = {1, 2, 3};
    std::vector<std::uint32_t> words = hw::load_words(made);
    synfire_image image{};
    REQUIRE(synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_OK);
    CHECK(image.table_words == 3);
    CHECK(image.tables[2] == 3);
    CHECK(image.part_count == 0);
    // The number of entries is the word before them.
    std::uint32_t& number = words[words.size() - 5];
    REQUIRE(number == 3);
    const auto refused = [&](std::uint32_t entries) {
        number = entries;
        words.pop_back();
        std::uint32_t hash = 0x811c9dc5;
        for (const std::uint32_t word : words) {
            for (int shift = 0; shift < 32; shift += 8) {
                hash = (hash ^ ((word >> shift) & 0xffU)) * 0x01000193U;
            }
        }
        words.push_back(hash);
        return synfire_open_image(&image, words.data(), words.size()) == SYNFIRE_BAD_IMAGE;
    };
    CHECK(refused(0));
    CHECK(refused(2));
    CHECK(refused(4));
    CHECK(refused(0xffffffff));
    CHECK_FALSE(refused(3));
}
