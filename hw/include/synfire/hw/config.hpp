// SPDX-License-Identifier: Apache-2.0
// What an engine was built with: the parameters of its RTL, and how it says them in its CAPS
// registers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace synfire::hw {

/// Values of engine_config::arithmetic: what a lane does with a source
/// (docs/reference/dense-twin.md).
inline constexpr int spiking_arithmetic = 0;   ///< adds its weight once for each spike
inline constexpr int dense_arithmetic = 1;     ///< multiplies every code, 0 as well
inline constexpr int skipping_arithmetic = 2;  ///< multiplies the codes that are not 0

/// Numbers of lanes that an engine can have.
inline constexpr std::array<int, 5> lane_counts{4, 8, 16, 32, 64};

/// Parameters of one engine. Memories are 2^x words deep, unless the weight rows are counted.
struct engine_config {
    int lanes = 8;  ///< one of lane_counts
    int accumulator_bits = 32;
    int pattern_bits = 16;             ///< widest spike pattern of a neuron: 8 or 16
    int act_address_bits = 12;         ///< words of 32 bits
    int code_address_bits = 14;        ///< words of 32 bits
    int row_address_bits = 16;         ///< rows of one byte per lane
    int descriptor_address_bits = 10;  ///< words of 64 bits
    int shift_bits = 5;                ///< weights are shifted by up to largest_shift()
    /// The adder that gathers also fires (lanes in DSP blocks, 8 with weights of 8 bits or 16 with
    /// weights of 4): constants are stored whole, thresholds as they are, with few bits.
    bool shared_adder = false;
    int weight_bits = 8;           ///< of a weight, and of a digit of a constant: 8, 4 or 2
    std::size_t counted_rows = 0;  ///< weight rows, where they are fewer than 2^row_address_bits
    int arithmetic = spiking_arithmetic;
    int firing = 0;  ///< 0: codes from 0 to what the window can send; 1: negative codes and limits
    int streaming = 0;  ///< address bits of the memory of states; 0: no streaming networks
    /// Dense layers alone: a layer is one position, a term one run, and there are no pools.
    bool vectors = false;
    int fire_tables = 0;  ///< address bits of the memory of fire tables; 0: none

    std::size_t act_words() const { return std::size_t{1} << act_address_bits; }
    std::size_t code_words() const { return std::size_t{1} << code_address_bits; }
    std::size_t weight_rows() const {
        return counted_rows != 0 ? counted_rows : std::size_t{1} << row_address_bits;
    }
    /// Words of potentials, one for each lane, that are kept from step to step.
    std::size_t state_words() const { return streaming == 0 ? 0 : std::size_t{1} << streaming; }
    /// Entries of fire tables, each a pattern.
    std::size_t table_entries() const {
        return fire_tables == 0 ? 0 : std::size_t{1} << fire_tables;
    }
    std::size_t descriptor_words() const { return std::size_t{1} << descriptor_address_bits; }

    bool multiplies() const { return arithmetic != spiking_arithmetic; }
    bool reads_every_code() const { return arithmetic == dense_arithmetic; }

    /// What an adder that also fires multiplies: 16 bits, or with short weights 8.
    bool has_wide_factor() const { return weight_bits == 8; }
    int largest_shift() const {
        return shared_adder ? (has_wide_factor() ? 14 : 7) : (1 << shift_bits) - 1;
    }
    /// Of an adder that also fires.
    int theta_bits() const { return has_wide_factor() ? 16 : 8; }
    int constant_bytes() const { return has_wide_factor() ? 4 : 2; }

    /// The lowest number of a weight, which no weight is: in a row it leaves its lane out.
    std::int8_t no_weight() const { return static_cast<std::int8_t>(-(1 << (weight_bits - 1))); }

    /// A byte of a constant has so many digits.
    int digits_a_byte() const { return 8 / weight_bits; }
    /// 32-bit words of a weight row.
    int row_words() const { return lanes * weight_bits / 32; }

    friend bool operator==(const engine_config&, const engine_config&) = default;
};

/// Room for every network of the tests; not a board.
engine_config simulation_config(int lanes = 8, int weight_bits = 8);
/// The simulated engine with potentials that are kept: for streaming networks. With 8 lanes it has
/// fire tables, too.
engine_config streaming_config(int lanes = 16, int weight_bits = 8);
/// As models/boards/icebreaker.json says.
engine_config icebreaker_config();
/// The simulated engine with another arithmetic: the dense twin.
engine_config twin_config(int arithmetic, int lanes = 8);
/// The same board with 16 lanes for weights of 4 bits (icebreaker_int4.json).
engine_config icebreaker_int4_config();
/// The same two engines for dense layers alone (icebreaker_mlp.json, icebreaker_mlp_int4.json).
engine_config icebreaker_mlp_config();
engine_config icebreaker_mlp_int4_config();

/// Throws bad_input for parameters that no engine can have.
void check(const engine_config& config);

/// The registers CAPS0, CAPS1 and CAPS2.
struct capability_words {
    std::uint32_t caps0 = 0;
    std::uint32_t caps1 = 0;
    std::uint32_t caps2 = 0;

    friend bool operator==(const capability_words&, const capability_words&) = default;
};
capability_words to_capabilities(const engine_config& config);
/// Throws bad_input for words that no engine can say.
engine_config from_capabilities(const capability_words& words);

}  // namespace synfire::hw
