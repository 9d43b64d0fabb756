// SPDX-License-Identifier: Apache-2.0
#include "engine_bench.hpp"

#include <fmt/format.h>

#include <support/image_interpreter.hpp>

namespace synfire::test {
namespace {

/// Far more than any of the small networks needs; an engine that hangs is found within a second.
constexpr std::uint64_t patience = 2'000'000;
constexpr std::uint64_t counter_round = 64;

cosim::rtl_options with_patience(cosim::rtl_options options) {
    options.patience_cycles = patience;
    return options;
}

/// As many weights as fill a word, from one on.
std::uint32_t word_of(const std::vector<std::int8_t>& weights, std::size_t first, int bits) {
    std::uint32_t word = 0;
    for (std::size_t i = 32 / static_cast<std::size_t>(bits); i-- > 0;) {
        const auto byte = static_cast<std::uint8_t>(weights[first + i]);
        word = word << bits | (byte & ((1U << bits) - 1));
    }
    return word;
}

std::uint32_t shape_word(const hw::input_port& port) {
    return static_cast<std::uint32_t>(port.neurons) | static_cast<std::uint32_t>(port.format) << 20
           | static_cast<std::uint32_t>(port.steps) << 22
           | static_cast<std::uint32_t>(port.is_signed) << 27;
}

}  // namespace

engine_bench::engine_bench(const hw::engine_config& config, const cosim::rtl_options& options)
    : model_(config, with_patience(options)) {
    const hw::capability_words said{read(hw::reg::caps0), read(hw::reg::caps1),
                                    read(hw::reg::caps2)};
    if (said != hw::to_capabilities(config)) {
        throw silent_engine("the core has other parameters than its configuration");
    }
}

void engine_bench::load(const hw::image& image) {
    write(hw::reg::control, hw::control_clear_errors);
    write(hw::reg::window, hw::window_of(hw::memory::descriptors, 0));
    for (const std::uint64_t word : image.descriptors) {
        write(hw::reg::data, static_cast<std::uint32_t>(word));
        write(hw::reg::data, static_cast<std::uint32_t>(word >> 32));
    }
    write(hw::reg::window, hw::window_of(hw::memory::weights, 0));
    const int bits = image.config.weight_bits;
    for (std::size_t i = 0; i < image.weights.size(); i += 32 / static_cast<std::size_t>(bits)) {
        write(hw::reg::data, word_of(image.weights, i, bits));
    }
    if (!image.tables.empty()) { write(hw::reg::window, hw::window_of(hw::memory::tables, 0)); }
    for (const std::uint16_t entry : image.tables) { write(hw::reg::data, entry); }
    configure(image);
}

void engine_bench::configure(const hw::image& image) {
    write(hw::reg::input_base, image.input.act_word | image.input.code_word << 16);
    write(hw::reg::input_shape, shape_word(image.input));
    write(hw::reg::network, image.identity);
    write(hw::reg::length, static_cast<std::uint32_t>(image.descriptors.size()));
}

void engine_bench::send(const hw::image& image, const std::vector<sim::encoded_input>& inputs,
                        std::uint32_t end) {
    write(hw::reg::control, hw::control_clear_counters);
    settle_counters();
    std::vector<std::uint32_t> words = input_words(image, inputs);
    words.back() |= end;
    for (const std::uint32_t word : words) {
        if (!model_.push(word)) { throw silent_engine("an input word is not taken: " + state()); }
    }
}

std::string engine_bench::state() {
    return fmt::format("cycle {}, status {:#x}, errors {:#x}", model_.cycle(),
                       read(hw::reg::status), read(hw::reg::error));
}

std::uint32_t engine_bench::next_word() {
    const auto word = model_.pop();
    if (!word) { throw silent_engine("no answer: " + state()); }
    return *word;
}

std::vector<std::uint32_t> engine_bench::receive() {
    std::vector<std::uint32_t> words;
    for (;;) {
        words.push_back(next_word());
        const hw::word_type type = hw::type_of(words.back());
        if (type == hw::word_type::result) {
            for (std::uint32_t left = words.back() & 0xffffU; left > 0; --left) {
                words.push_back(next_word());
            }
        } else if (type != hw::word_type::label) {
            return words;
        }
    }
}

/// The board's counters are in block RAM and a round behind; they answer in the cycle after.
void engine_bench::settle_counters() {
    if (has_slow_counters()) { model_.run(counter_round); }
}

hw::hardware_counts engine_bench::counters() {
    settle_counters();
    std::array<std::uint64_t, hw::counter_count> values{};
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::size_t address = hw::address_of(hw::reg::counters) + i;
        values[i] = model_.read(static_cast<std::uint8_t>(address));
        if (has_slow_counters()) { values[i] = model_.read(static_cast<std::uint8_t>(address)); }
    }
    return hw::from_array(values);
}

void engine_bench::abort() { write(hw::reg::control, hw::control_abort); }

std::vector<std::uint32_t> input_words(const hw::image& image,
                                       const std::vector<sim::encoded_input>& inputs) {
    std::vector<std::uint32_t> words;
    const std::vector<std::uint32_t> patterns = input_patterns(image, inputs);
    std::size_t cursor = 0;
    for (std::size_t n = 0; n < patterns.size(); ++n) {
        if (patterns[n] == 0) { continue; }
        auto delta = static_cast<std::uint32_t>(n - cursor);
        // SKIP is not needed below 4096 silent neurons; it comes now and then all the same.
        if (delta > hw::largest_delta || delta % 5 == 4) {
            words.push_back(hw::stream_word(hw::word_type::skip, delta));
            delta = 0;
        }
        words.push_back(hw::code_word(delta, patterns[n]));
        cursor = n + 1;
    }
    words.push_back(hw::stream_word(hw::word_type::end));
    return words;
}

}  // namespace synfire::test
