// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/load_words.hpp>

#include "register_words.hpp"

namespace synfire::hw {

namespace {

constexpr std::uint32_t weighted_bit = 256;

/// Streams of several inputs are beyond hosts that know one encoder.
std::uint32_t encoder_word(const image& made) {
    const input_port& port = made.input;
    std::uint32_t number = 2;
    if (made.inputs.size() > 1) { return number; }
    // The codes of a `current` input are sent as those of the encoder `code`.
    const bool steps = made.steps != 0;  // a spike is the code 1
    if (steps || port.encoder == input_encoder::code || port.encoder == input_encoder::current) {
        number = 0;
    }
    if (!steps && port.encoder == input_encoder::rate) { number = 1; }
    return number | (port.weighted ? weighted_bit : 0);
}

/// What stays in the engine first, then each part.
void add_parts(const image& made, std::vector<std::uint32_t>& words) {
    const auto a_row = static_cast<std::uint32_t>(made.config.row_words());
    const auto add = [&](std::size_t program, std::size_t rows) {
        words.push_back(static_cast<std::uint32_t>(program));
        words.push_back(static_cast<std::uint32_t>(rows) * a_row);
    };
    add(0, made.resident_rows);
    for (const image_part& part : made.parts) { add(part.words, part.rows); }
}

std::uint32_t version_of(const image& made) {
    if (!made.tables.empty()) { return load_version_of_tables; }
    return made.parts.empty() ? load_version : load_version_of_parts;
}

std::uint32_t hash_of(const std::vector<std::uint32_t>& words) {
    std::uint32_t hash = 0x811c9dc5;
    for (const std::uint32_t word : words) {
        for (int shift = 0; shift < 32; shift += 8) {
            hash = (hash ^ ((word >> shift) & 0xffU)) * 0x01000193U;
        }
    }
    return hash;
}

}  // namespace

std::vector<std::uint32_t> load_words(const image& made) {
    const capability_words caps = to_capabilities(made.config);
    const std::vector<readout_place> readouts = readouts_of(made);
    std::vector<std::uint32_t> words{load_mark,
                                     version_of(made),
                                     0,
                                     caps.caps0,
                                     caps.caps1,
                                     caps.caps2,
                                     made.identity,
                                     base_word(made.input),
                                     shape_word(made.input),
                                     encoder_word(made),
                                     static_cast<std::uint32_t>(made.input.range.lo),
                                     static_cast<std::uint32_t>(made.input.range.hi),
                                     static_cast<std::uint32_t>(readouts.size()),
                                     static_cast<std::uint32_t>(made.descriptors.size()),
                                     static_cast<std::uint32_t>(row_words(made))};
    for (const readout_place& r : readouts) {
        words.push_back(static_cast<std::uint32_t>((r.population << 16) | r.count));
    }
    for (const std::uint64_t word : made.descriptors) {
        words.push_back(low(word));
        words.push_back(high(word));
    }
    for (std::size_t i = 0; i < row_words(made); ++i) { words.push_back(row_word(made, i)); }
    if (!made.tables.empty()) {
        words.push_back(static_cast<std::uint32_t>(made.tables.size()));
        words.insert(words.end(), made.tables.begin(), made.tables.end());
    }
    if (!made.parts.empty()) { add_parts(made, words); }
    words[2] = static_cast<std::uint32_t>(words.size() + 1);
    words.push_back(hash_of(words));
    return words;
}

}  // namespace synfire::hw
