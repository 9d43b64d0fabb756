// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "rtl_fixture.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

std::vector<std::uint32_t> random_words(std::size_t count, unsigned seed) {
    std::mt19937 dice(seed);
    std::vector<std::uint32_t> words(count);
    for (std::uint32_t& word : words) word = static_cast<std::uint32_t>(dice());
    return words;
}

std::size_t words_of(const hw::engine_config& config, hw::memory m) {
    switch (m) {
    case hw::memory::descriptors:
        return 2 * config.descriptor_words();
    case hw::memory::weights:
        return config.weight_rows() * static_cast<std::size_t>(config.row_words());
    case hw::memory::active:
        return config.act_words();
    case hw::memory::codes:
        return config.code_words();
    case hw::memory::tables:
        return config.table_entries();
    }
    return 0;
}

constexpr hw::memory memories[]{hw::memory::descriptors, hw::memory::weights, hw::memory::active,
                                hw::memory::codes, hw::memory::tables};

}  // namespace

TEST_CASE("every built configuration says who it is and what it was built with",
          "[cosim][facade]") {
    if (!rtl_built()) return;
    for (const hw::engine_config& config : cosim::built_configurations()) {
        cosim::rtl_model model(config);
        CHECK(read(model, hw::reg::id) == hw::engine_id);
        CHECK(read(model, hw::reg::version) == hw::engine_version);
        CHECK(hw::from_capabilities({read(model, hw::reg::caps0), read(model, hw::reg::caps1),
                                     read(model, hw::reg::caps2)})
              == config);
    }
}

TEST_CASE("every configuration that the hardware library names is built", "[cosim][facade]") {
    if (!rtl_built()) return;
    const auto built = cosim::built_configurations();
    for (const hw::engine_config& wanted :
         {hw::simulation_config(8), hw::simulation_config(16), hw::simulation_config(32),
          hw::simulation_config(16, 4), hw::simulation_config(16, 2), hw::icebreaker_config(),
          hw::icebreaker_int4_config(), hw::icebreaker_mlp_config(),
          hw::icebreaker_mlp_int4_config()})
        CHECK(std::find(built.begin(), built.end(), wanted) != built.end());
}

TEST_CASE("registers that can be written keep their value", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    write(model, hw::reg::network, 0xdeadbeef);
    write(model, hw::reg::input_base, 0x12340567);
    write(model, hw::reg::input_shape, 0x08a00310);
    write(model, hw::reg::length, 77);
    write(model, hw::reg::window, 0x20000040);
    CHECK(read(model, hw::reg::network) == 0xdeadbeef);
    CHECK(read(model, hw::reg::input_base) == 0x12340567);
    CHECK(read(model, hw::reg::input_shape) == 0x08a00310);
    CHECK(read(model, hw::reg::length) == 77);
    CHECK(read(model, hw::reg::window) == 0x20000040);
}

TEST_CASE("identity, capabilities and status cannot be written", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    for (const hw::reg r : {hw::reg::id, hw::reg::version, hw::reg::caps0, hw::reg::caps1,
                            hw::reg::caps2, hw::reg::status, hw::reg::error, hw::reg::counters}) {
        const std::uint32_t before = read(model, r);
        write(model, r, ~before);
        CHECK(read(model, r) == before);
    }
}

TEST_CASE("all memories give back what was written, at both ends and in the middle",
          "[cosim][facade]") {
    if (!rtl_built()) return;
    for (const hw::engine_config& config : cosim::built_configurations()) {
        cosim::rtl_model model(config);
        for (const hw::memory m : memories) {
            const auto size = static_cast<std::uint32_t>(words_of(config, m));
            if (size == 0) { continue; }
            for (const std::uint32_t first : {0U, size / 2, size - 64}) {
                auto words = random_words(64, first + static_cast<unsigned>(m));
                for (std::uint32_t& word : words) {
                    if (m == hw::memory::tables) { word &= (1U << config.pattern_bits) - 1; }
                }
                fill(model, m, first, words);
                CHECK(look(model, m, first, 64) == words);
            }
        }
        CHECK(read(model, hw::reg::error) == 0);
    }
}

TEST_CASE("the window moves on by one word with every access", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    fill(model, hw::memory::codes, 10, {1, 2, 3});
    CHECK(read(model, hw::reg::window) == hw::window_of(hw::memory::codes, 13));
    look(model, hw::memory::codes, 10, 2);
    CHECK(read(model, hw::reg::window) == hw::window_of(hw::memory::codes, 12));
}

TEST_CASE("a window beyond its memory reads 0, changes nothing and is an error",
          "[cosim][facade]") {
    if (!rtl_built()) return;
    const hw::engine_config config = hw::simulation_config(8);
    for (const hw::memory m : memories) {
        cosim::rtl_model model(config);
        const auto size = static_cast<std::uint32_t>(words_of(config, m));
        fill(model, m, 0, {0x11, 0x22});
        fill(model, m, size, {0x33, 0x44});
        CHECK(read(model, hw::reg::error) == hw::error_window);
        CHECK((read(model, hw::reg::status) & hw::status_error) != 0);
        CHECK(look(model, m, 0, 2) == std::vector<std::uint32_t>{0x11, 0x22});
        write(model, hw::reg::control, hw::control_clear_errors);
        CHECK(read(model, hw::reg::error) == 0);
        CHECK(look(model, m, size, 1) == std::vector<std::uint32_t>{0});
        CHECK(read(model, hw::reg::error) == hw::error_window);
    }
}

TEST_CASE("a memory number that does not exist is an error", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    write(model, hw::reg::window, 0x70000000);
    write(model, hw::reg::data, 1);
    CHECK(read(model, hw::reg::error) == hw::error_window);
}

TEST_CASE("a reset empties program length, network and errors, and leaves the memories",
          "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    fill(model, hw::memory::weights, 0, {5, 6});
    write(model, hw::reg::length, 9);
    write(model, hw::reg::network, 9);
    write(model, hw::reg::window, 0x70000000);
    write(model, hw::reg::data, 1);
    model.reset();
    CHECK(read(model, hw::reg::length) == 0);
    CHECK(read(model, hw::reg::network) == 0);
    CHECK(read(model, hw::reg::error) == 0);
    CHECK(look(model, hw::memory::weights, 0, 2) == std::vector<std::uint32_t>{5, 6});
}
