// SPDX-License-Identifier: Apache-2.0
// Recognising an engine, loading it, counters.
#include <synfire/hw/host.hpp>

#include <fmt/format.h>

#include <algorithm>

#include <synfire/hw/registers.hpp>

#include "../image/register_words.hpp"

namespace synfire::hw {
namespace {

std::uint32_t read(link& l, reg r) { return l.read(address_of(r)); }
void write(link& l, reg r, std::uint32_t value) { l.write(address_of(r), value); }

[[noreturn]] void refuse(const char* what, std::uint32_t found, std::uint32_t expected,
                         const char* hint) {
    throw bad_input({"accelerator", what, fmt::format("0x{:08x}", found),
                     fmt::format("0x{:08x}", expected), hint});
}

std::string text_of(const engine_config& c) {
    return fmt::format(
        "{} lanes, potentials of {} bits, patterns of {} bits, memories of {} active, {} "
        "code and {} program words, {} weight rows; weights of {} bits, arithmetic {}, firing {}, "
        "streaming {}, vectors {}, {} entries of fire tables",
        c.lanes, c.accumulator_bits, c.pattern_bits, c.act_words(), c.code_words(),
        c.descriptor_words(), c.weight_rows(), c.weight_bits, c.arithmetic, c.firing, c.streaming,
        c.vectors, c.table_entries());
}

constexpr std::size_t words_at_once = 1024;  ///< read back; a multiple of every row's words

}  // namespace

engine_config host::identify() {
    const std::uint32_t id = read(link_, reg::id);
    if (id != engine_id) {
        refuse("what answers is no Synfire engine", id, engine_id,
               "check the port, its speed and the bitstream");
    }
    const std::uint32_t version = read(link_, reg::version);
    if (major_version(version) != major_version(engine_version)) {
        refuse("the engine has another version", version, engine_version,
               "load a bitstream that belongs to this program");
    }
    return from_capabilities(
        {read(link_, reg::caps0), read(link_, reg::caps1), read(link_, reg::caps2)});
}

void host::identify(const engine_config& expected) {
    const engine_config found = identify();
    if (found != expected) {
        throw bad_input({"accelerator",
                         "the engine is not the one that the network was laid out for",
                         text_of(found), text_of(expected), "lay the network out for this engine"});
    }
}

/// In parts nothing of the program stays.
host::piece host::residents_of(const image& made) {
    const bool whole = made.parts.empty();
    return {.words = whole ? made.descriptors.size() : 0,
            .rows = whole ? made.weight_rows() : made.resident_rows};
}

host::piece host::part_of(const image& made, std::size_t number) {
    const image_part& part = made.parts[number];
    return {part.first_word, part.words, part.first_row, part.rows, made.resident_rows};
}

void host::write_memories(const image& made, const piece& what) {
    write(link_, reg::window, window_of(memory::descriptors, 0));
    for (std::size_t i = 0; i < what.words; ++i) {
        const std::uint64_t word = made.descriptors[what.first_word + i];
        write(link_, reg::data, low(word));
        write(link_, reg::data, high(word));
    }
    const auto a_row = static_cast<std::size_t>(made.config.row_words());
    write(link_, reg::window,
          window_of(memory::weights, static_cast<std::uint32_t>(what.at_row * a_row)));
    for (std::size_t i = 0; i < what.rows * a_row; ++i) {
        write(link_, reg::data, row_word(made, what.first_row * a_row + i));
    }
}

/// They stay, whatever part runs.
void host::write_tables(const image& made) {
    if (made.tables.empty()) { return; }
    write(link_, reg::window, window_of(memory::tables, 0));
    for (const std::uint16_t entry : made.tables) { write(link_, reg::data, entry); }
}

void host::write_input(const input_port& port) {
    write(link_, reg::input_base, base_word(port));
    write(link_, reg::input_shape, shape_word(port));
}

void host::check_program(const image& made, const piece& what) {
    write(link_, reg::window, window_of(memory::descriptors, 0));
    const std::vector<std::uint32_t> words =
        link_.read_block(address_of(reg::data), 2 * what.words);
    for (std::size_t i = 0; i < what.words; ++i) {
        const std::uint64_t found = words[2 * i] | (std::uint64_t{words[2 * i + 1]} << 32);
        const std::uint64_t expected = made.descriptors[what.first_word + i];
        if (found != expected) {
            fail("the program does not read back", fmt::format("word {}: 0x{:016x}", i, found),
                 fmt::format("0x{:016x}", expected));
        }
    }
    const std::uint32_t errors = read(link_, reg::error);
    if (errors != 0) { fail("loading left errors", error_text(errors), "none"); }
}

void host::check_tables(const image& made) {
    if (made.tables.empty()) { return; }
    write(link_, reg::window, window_of(memory::tables, 0));
    const std::vector<std::uint32_t> words =
        link_.read_block(address_of(reg::data), made.tables.size());
    const auto [found, expected] = std::mismatch(words.begin(), words.end(), made.tables.begin());
    if (found != words.end()) {
        fail("the fire tables do not read back",
             fmt::format("entry {}: 0x{:04x}", found - words.begin(), *found),
             fmt::format("0x{:04x}", *expected));
    }
}

/// Small boards leave out the way back of these registers: they read 0, which no shape is.
void host::check_input(const input_port& port) {
    const std::uint32_t base = read(link_, reg::input_base);
    const std::uint32_t shape = read(link_, reg::input_shape);
    if (base == 0 && shape == 0) { return; }
    if (base != base_word(port) || shape != shape_word(port)) {
        fail("place or shape of the input does not read back",
             fmt::format("0x{:08x}, 0x{:08x}", base, shape),
             fmt::format("0x{:08x}, 0x{:08x}", base_word(port), shape_word(port)));
    }
}

void host::check_weights(const image& made, const piece& what) {
    const auto a_row = static_cast<std::size_t>(made.config.row_words());
    write(link_, reg::window,
          window_of(memory::weights, static_cast<std::uint32_t>(what.at_row * a_row)));
    const std::size_t count = what.rows * a_row;
    for (std::size_t first = 0; first < count; first += words_at_once) {
        const std::vector<std::uint32_t> words =
            link_.read_block(address_of(reg::data), std::min(words_at_once, count - first));
        for (std::size_t i = 0; i < words.size(); ++i) {
            const std::uint32_t expected = row_word(made, what.first_row * a_row + first + i);
            if (words[i] != expected) {
                fail("the weights do not read back",
                     fmt::format("word {}: 0x{:08x}", first + i, words[i]),
                     fmt::format("0x{:08x}", expected));
            }
        }
    }
}

void host::take(const image& made) {
    readouts_.clear();
    for (const readout_place& r : readouts_of(made)) {
        readouts_.push_back({r.population, r.count});
    }
    length_ = made.program_length();
    in_parts_ = made.parts.empty() ? nullptr : &made;
    forget_parts();
}

bool host::holds_program() { return loaded_ && read(link_, reg::length) == length_; }

void host::load(const image& made) {
    loaded_ = false;
    const piece what = residents_of(made);
    identify(made.config);
    write(link_, reg::control, control_abort | control_clear_counters | control_clear_errors);
    write(link_, reg::length, 0);
    write(link_, reg::network, 0);
    write_memories(made, what);
    write_tables(made);
    write_input(made.input);
    check_tables(made);
    check_program(made, what);
    check_input(made.input);
    if (options_.verify) { check_weights(made, what); }
    take(made);
    if (in_parts_ != nullptr) { load_part(0); }
    write(link_, reg::network, made.identity);
    write(link_, reg::length, static_cast<std::uint32_t>(length_));
    if (read(link_, reg::length) != length_) {
        fail("the length of the program does not read back",
             fmt::format("{}", read(link_, reg::length)), fmt::format("{}", length_));
    }
    loaded_ = true;
}

bool host::attach(const image& made) {
    identify(made.config);
    if (read(link_, reg::network) != made.identity
        || read(link_, reg::length) != made.program_length()) {
        return false;
    }
    write(link_, reg::control, control_abort | control_clear_errors);
    take(made);
    loaded_ = true;
    return true;
}

hardware_counts host::counters() {
    std::array<std::uint64_t, counter_count> values{};
    const std::vector<std::uint32_t> words =
        link_.read_registers(address_of(reg::counters), counter_count);
    std::copy(words.begin(), words.end(), values.begin());
    return from_array(values);
}

void host::clear_counters() { write(link_, reg::control, control_clear_counters); }

}  // namespace synfire::hw
