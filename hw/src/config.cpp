// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/config.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <synfire/core/error.hpp>

namespace synfire::hw {
namespace {

constexpr int shared_adder_bit = 0x10;  // of the highest byte of CAPS0
constexpr int firing_lsb = 5;
constexpr int firing_mask = 3;
constexpr int vectors_bit = 0x80;
constexpr int streaming_lsb = 4;  // of the lowest byte of CAPS2
constexpr int tables_lsb = 4;     // of the lowest byte of CAPS1

[[noreturn]] void refuse(const char* what, int found, const char* expected) {
    throw bad_input({"engine configuration", what, fmt::format("{}", found), expected, ""});
}

void check_range(const char* what, int found, int lo, int hi) {
    if (found < lo || found > hi) { refuse(what, found, fmt::format("{} to {}", lo, hi).c_str()); }
}

std::uint32_t byte(int value, int place) {
    return (static_cast<std::uint32_t>(value) & 0xffU) << (8 * place);
}

int byte_of(std::uint32_t word, int place) {
    return static_cast<int>((word >> (8 * place)) & 0xffU);
}

void check_weights(const engine_config& config) {
    if (config.weight_bits != 8 && config.weight_bits != 4 && config.weight_bits != 2) {
        refuse("impossible width of a weight", config.weight_bits, "8, 4 or 2 bits");
    }
    const int row_bits = config.lanes * config.weight_bits;
    if (row_bits < 32) {
        refuse("impossible width of a weight row, which is written by words", row_bits,
               "at least 32 bits");
    }
    if (config.shared_adder && row_bits != 64) {
        refuse("impossible width of a weight row, for lanes that fire in their adders", row_bits,
               "64 bits");
    }
    check_range("unknown arithmetic", config.arithmetic, spiking_arithmetic, skipping_arithmetic);
    if (config.multiplies() && config.shared_adder) {
        refuse("lanes that fire in their adders do not multiply: impossible arithmetic",
               config.arithmetic, "0 (spikes)");
    }
    const std::size_t reach = std::size_t{1} << config.row_address_bits;
    if (config.counted_rows >= reach) {
        refuse("impossible number of weight rows", static_cast<int>(config.counted_rows),
               fmt::format("0 (all {}) or fewer than that", reach).c_str());
    }
}

void check_firing(const engine_config& config) {
    const int most = config.shared_adder ? 0 : 1;
    check_range("unknown way of firing", config.firing, 0, most);
    if (config.vectors && !config.shared_adder) {
        refuse("an engine for vectors has lanes that fire in their adders: impossible lanes",
               config.lanes, "8 or 16 of that kind");
    }
    check_range("impossible address width of the state memory", config.streaming, 0, 15);
    if (config.streaming != 0 && (config.firing == 0 || config.reads_every_code())) {
        refuse("an engine that keeps potentials fires in its own bank, and skips silent sources: "
               "impossible "
               "address width of the state memory",
               config.streaming, "0, or firing 1 and an arithmetic that skips");
    }
    check_range("impossible address width of the fire tables", config.fire_tables, 0, 15);
    if (config.fire_tables != 0 && config.firing == 0) {
        refuse("fire tables need the sign and the limits of what fires: impossible address width",
               config.fire_tables, "0, or firing 1");
    }
}

/// One window reaches all memories, and is as wide as the weight rows need it.
void check_window(const engine_config& config) {
    int reach = config.row_address_bits;
    for (int words = config.row_words(); words > 1; words /= 2) { ++reach; }
    const int longest = std::max({config.act_address_bits, config.code_address_bits,
                                  config.descriptor_address_bits + 1, config.fire_tables});
    if (longest > reach) {
        refuse("the window of the weight memory does not reach the end of another memory (address "
               "bits of 32-bit words)",
               reach, fmt::format("at least {}", longest).c_str());
    }
}

}  // namespace

engine_config simulation_config(int lanes, int weight_bits) {
    engine_config config;
    config.lanes = lanes;
    config.weight_bits = weight_bits;
    config.firing = 1;
    config.fire_tables = 12;
    check(config);
    return config;
}

engine_config streaming_config(int lanes, int weight_bits) {
    constexpr int state_bits = 12;
    engine_config config = simulation_config(lanes, weight_bits);
    config.pattern_bits = 8;  // windows of one step
    config.streaming = state_bits;
    // One of them has both memories.
    if (lanes != 8 || weight_bits != 8) { config.fire_tables = 0; }
    check(config);
    return config;
}

engine_config twin_config(int arithmetic, int lanes) {
    engine_config config = simulation_config(lanes);
    config.arithmetic = arithmetic;
    check(config);
    return config;
}

void check(const engine_config& config) {
    if (std::find(lane_counts.begin(), lane_counts.end(), config.lanes) == lane_counts.end()) {
        refuse("impossible number of lanes", config.lanes, "4, 8, 16, 32 or 64");
    }
    if (config.pattern_bits != 8 && config.pattern_bits != 16) {
        refuse("impossible pattern width", config.pattern_bits, "8 or 16 bits");
    }
    // What the Verilog elaborates with; hdl/lint/corners.txt has engines at these corners.
    check_range("impossible accumulator width", config.accumulator_bits, 9, 32);
    check_range("impossible width of a shift", config.shift_bits, 1, 5);
    // Signed offsets need 7 bits more than a word address, and descriptor fields have 20.
    check_range("impossible address width of the active map", config.act_address_bits, 2, 13);
    const int word_of_codes = config.lanes > 32 ? 7 : 6;  // of the widest word of lanes, and more
    check_range("impossible address width of the code memory", config.code_address_bits,
                word_of_codes, 15);
    check_range("impossible address width of the weight memory", config.row_address_bits, 6, 20);
    check_range("impossible address width of the program", config.descriptor_address_bits, 2, 16);
    check_weights(config);
    check_firing(config);
    check_window(config);
}

capability_words to_capabilities(const engine_config& config) {
    return {byte(config.lanes, 0) | byte(config.accumulator_bits, 1) | byte(config.pattern_bits, 2)
                | byte(config.shift_bits | (config.shared_adder ? shared_adder_bit : 0)
                           | config.firing << firing_lsb | (config.vectors ? vectors_bit : 0),
                       3),
            byte(config.act_address_bits | config.fire_tables << tables_lsb, 0)
                | byte(config.code_address_bits, 1) | byte(config.row_address_bits, 2)
                | byte(config.descriptor_address_bits, 3),
            byte(config.weight_bits | config.streaming << streaming_lsb, 0)
                | static_cast<std::uint32_t>(config.arithmetic) << 8
                | static_cast<std::uint32_t>(config.weight_rows() - 1) << 12};
}

engine_config from_capabilities(const capability_words& words) {
    const int adder = byte_of(words.caps0, 3);
    const std::size_t rows = (words.caps2 >> 12) + 1;
    const bool all_rows = rows == std::size_t{1} << (byte_of(words.caps1, 2) & 31);
    const engine_config config{byte_of(words.caps0, 0),
                               byte_of(words.caps0, 1),
                               byte_of(words.caps0, 2),
                               byte_of(words.caps1, 0) & ((1 << tables_lsb) - 1),
                               byte_of(words.caps1, 1),
                               byte_of(words.caps1, 2),
                               byte_of(words.caps1, 3),
                               adder & (shared_adder_bit - 1),
                               (adder & shared_adder_bit) != 0,
                               byte_of(words.caps2, 0) & ((1 << streaming_lsb) - 1),
                               all_rows ? 0 : rows,
                               static_cast<int>(words.caps2 >> 8 & 15U),
                               adder >> firing_lsb & firing_mask,
                               byte_of(words.caps2, 0) >> streaming_lsb,
                               (adder & vectors_bit) != 0,
                               byte_of(words.caps1, 0) >> tables_lsb};
    check(config);
    return config;
}

}  // namespace synfire::hw
