// SPDX-License-Identifier: Apache-2.0
// A network as one engine runs it: program, weight rows, places of its maps. Open this header
// first.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include <synfire/core/network.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/hw/descriptor.hpp>

namespace synfire::hw {

/// What the engine's input writer has to know, and what a host has to send.
struct input_port {
    std::size_t population = 0;
    std::int64_t first = 0;       ///< number of its first neuron in the stream
    std::uint32_t act_word = 0;   ///< first word of its active map
    std::uint32_t code_word = 0;  ///< first word of its codes
    std::int64_t neurons = 0;
    int format = 0;
    int steps = 0;
    bool is_signed = false;
    bool weighted = true;  ///< `phase`, and `current` inputs; otherwise `rate`
    input_encoder encoder = input_encoder::code;
    code_range range;
};

/// Where a population is in the memories. Readouts: code_base is the word of the first potential.
struct map_info {
    population_kind kind = population_kind::spiking;
    synfire::shape shape;
    std::int64_t act_base = 0;  ///< bit address, a multiple of 32
    std::int64_t pitch = 0;     ///< bits a position
    int positions = 1;          ///< neighbours in a row that are one word of lanes: a power of two
    std::int64_t columns = 0;   ///< positions that a row takes: the width, in whole words
    std::int64_t code_base = 0;
    int format = 0;
    int steps = 0;
    bool weighted = false;
    bool is_signed = false;
    bool all_active = false;  ///< active bits are set whatever fires: signed pools read it

    std::int64_t row_pitch() const { return columns * pitch; }  ///< bits from row to row
    std::int64_t bits() const { return shape.height * row_pitch(); }
    std::int64_t act_words() const { return (bits() + 31) / 32; }
    std::int64_t code_words() const { return (bits() * pattern_bits_of(format) + 31) / 32; }
    /// Bit address of a neuron in the active map.
    std::int64_t bit_of(std::int64_t neuron) const {
        const std::int64_t position = neuron / shape.channels;
        const std::int64_t y = position / shape.width;
        const std::int64_t x = position % shape.width;
        return act_base + y * row_pitch() + x * pitch + neuron % shape.channels;
    }
    /// Code word that holds the pattern of a bit address of this map, and the pattern's lowest bit.
    std::int64_t code_word_of(std::int64_t bit) const {
        return code_base + ((bit - act_base) >> (3 - format));
    }
    int code_lsb_of(std::int64_t bit) const {
        const std::int64_t place = (bit - act_base) & ((std::int64_t{8} >> format) - 1);
        return static_cast<int>(place) * pattern_bits_of(format);
    }
};

/// Positions of its population that a pass computes: the first one, and the distance to the next.
struct pass_positions {
    std::int64_t first = 0;
    std::int64_t step = 1;

    friend bool operator==(const pass_positions&, const pass_positions&) = default;
};

/// A pass before it was packed.
struct pass_info {
    std::size_t population = 0;
    pass_header header;
    std::vector<term> terms;
    std::vector<std::size_t> sources;  ///< population that each term reads, or no_source
    pass_positions positions{};
    pass_range range{};  ///< where the header is ranged
    /// Row r of its terms and constants is row r + row_offset of the image's weights: 0 but in
    /// parts.
    std::int64_t row_offset = 0;
};
inline constexpr std::size_t no_source = static_cast<std::size_t>(-1);

/// A piece of a network that does not fit the engine's program or weight memory as a whole: it is
/// loaded and run, and the next one takes its place while the maps stay in the engine.
struct image_part {
    std::size_t first_word = 0;  ///< of the image's descriptors; they go to word 0
    std::size_t words = 0;
    std::size_t first_row = 0;  ///< of the image's weights; they go to row image::resident_rows
    std::size_t rows = 0;
    std::size_t first_pass = 0;  ///< of the image's passes
    std::size_t passes = 0;
};
/// All parts but the last one end with an `emit` of one word that means nothing, in the name of
/// this population.
inline constexpr std::size_t part_end_population = 0xfff;

struct image {
    engine_config config;
    std::vector<std::uint64_t> descriptors;
    std::vector<std::int8_t> weights;   ///< rows of one weight per lane, config.weight_bits each
    std::vector<std::uint16_t> tables;  ///< entries of fire tables: patterns
    input_port input;  ///< the stream: all inputs behind each other, the first one's name
    std::vector<input_port> inputs;  ///< one per input population, in file order
    std::uint32_t identity = 0;     ///< FNV-1a of configuration, input, program, weights and tables
    std::vector<map_info> maps;     ///< one per population, in file order
    std::vector<pass_info> passes;  ///< in program order
    std::int64_t act_words = 0;     ///< used of the engine's memories
    std::int64_t code_words = 0;
    std::int64_t state_words = 0;
    std::int32_t steps = 0;  ///< streaming: of a sample, each a run of the program; otherwise 0
    std::vector<readout_rule> answers;  ///< streaming: one per population
    /// In the order in which they run; none where everything is loaded at once.
    std::vector<image_part> parts;
    std::size_t resident_rows = 0;  ///< in parts: the first weight rows, loaded once, to row 0

    std::size_t weight_rows() const {
        return weights.size() / static_cast<std::size_t>(config.lanes);
    }
    /// Runs of a program that a sample takes, or a step of one that streams.
    std::size_t runs() const { return parts.empty() ? 1 : parts.size(); }
    /// What LENGTH says: in parts the longest one's, for all of them.
    std::size_t program_length() const {
        std::size_t length = parts.empty() ? descriptors.size() : 0;
        for (const image_part& part : parts) { length = std::max(length, part.words); }
        return length;
    }
    /// Of 32 bits, that are written to program and weight memory for each sample, in all its steps.
    std::size_t words_a_sample() const {
        std::size_t words = 0;
        for (const image_part& part : parts) {
            words += 2 * part.words + part.rows * static_cast<std::size_t>(config.row_words());
        }
        return words * static_cast<std::size_t>(std::max(steps, 1));
    }
};

/// What one part may take; 0: as much as the engine has.
struct part_limits {
    std::int64_t rows = 0;
    std::int64_t words = 0;
};

/// Streaming networks: whether later steps of a sample pass over words at rest without a spike in
/// their field. Bits and counts of semantics 8 are the same.
enum class words_at_rest : std::uint8_t {
    visited,
    skipped_where_it_pays,  ///< where few spikes are expected to save cycles
    skipped,                ///< wherever the engine can
};

struct image_options {
    /// A map may be overwritten when its last reader is done: big networks fit small memories.
    bool reuse_buffers = false;
    /// Layers with few channels compute neighbouring positions in one word of lanes, where that is
    /// expected to be faster and the weight rows suffice.
    bool share_words = true;
    /// Where weight rows or program are too many for the engine, or for the limits, cuts the
    /// network between passes, so that each part fits.
    bool parts = false;
    part_limits largest_part{};
    /// Places of maps must be their own: where buffers are reused all words are visited, and on
    /// engines of 64 lanes.
    words_at_rest at_rest = words_at_rest::skipped_where_it_pays;
    /// A population whose codes are the answer, beside read-outs if there are any: the words of its
    /// map in the code memory, as they are.
    std::optional<std::size_t> codes_of{};
};

/// Throws bad_input where the engine cannot run the network (naming population or projection), or
/// where something does not fit its memories (naming all that does not).
image make_image(const network& net, const engine_config& config,
                 const image_options& options = {});

}  // namespace synfire::hw
