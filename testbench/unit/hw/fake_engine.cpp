// SPDX-License-Identifier: Apache-2.0
#include "fake_engine.hpp"

#include <support/image_interpreter.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/readout.hpp>

namespace synfire::test {

using hw::address_of;
using hw::reg;
using hw::word_type;

fake_engine::fake_engine(const hw::image& image) : image_(image) {
    const hw::capability_words caps = hw::to_capabilities(image.config);
    registers[address_of(reg::id)] = hw::engine_id;
    registers[address_of(reg::version)] = hw::engine_version + 7;  // a newer minor version will do
    registers[address_of(reg::caps0)] = caps.caps0;
    registers[address_of(reg::caps1)] = caps.caps1;
    registers[address_of(reg::caps2)] = caps.caps2;
    for (std::uint32_t i = 0; i < hw::counter_count; ++i) {
        registers[static_cast<std::uint8_t>(address_of(reg::counters) + i)] = 1000 + i;
    }
}

std::uint32_t fake_engine::read(std::uint8_t address) {
    if (address != address_of(reg::data)) {
        const bool of_host = address >= address_of(reg::input_base)
                             && address <= address_of(reg::window)
                             && address != address_of(reg::length);
        return of_host && !keeps_registers ? 0 : registers[address];
    }
    const std::uint32_t place = registers[address_of(reg::window)]++;
    return memory[place] ^ (read_back && place != bad_word ? 0U : 4U);
}

/// A line that breaks: some transfers fail, then it is whole again.
void fake_engine::use_way() {
    if (broken_after != 0 || broken_transfers == 0) { return; }
    if (--broken_transfers == 0) { broken_after = -1; }
    throw bad_input({"serial link", "the device stopped answering", "", "", ""});
}

void fake_engine::write(std::uint8_t address, std::uint32_t value) {
    use_way();
    if (address == address_of(reg::data)) {
        memory[registers[address_of(reg::window)]++] = value;
        return;
    }
    if (address != address_of(reg::control)) {
        const bool flipped = address == address_of(reg::input_shape);
        registers[address] = value ^ (flipped ? changed_shape : 0);
        return;
    }
    if ((value & hw::control_abort) != 0) {
        ++aborts;
        input.clear();
        output.clear();
    }
    if ((value & hw::control_clear_errors) != 0) { registers[address_of(reg::error)] = 0; }
    for (std::uint32_t i = 0; i < hw::counter_count && (value & hw::control_clear_counters) != 0;
         ++i) {
        registers[static_cast<std::uint8_t>(address_of(reg::counters) + i)] = 0;
    }
}

bool fake_engine::push(std::uint32_t word) {
    use_way();
    if (!ready) { return false; }
    if (broken_after > 0) { --broken_after; }
    input.push_back(word);
    if (hw::type_of(word) == word_type::end) {
        answer();
        input.clear();
    }
    return true;
}

std::optional<std::uint32_t> fake_engine::pop() {
    if (output.empty()) { return std::nullopt; }
    const std::uint32_t word = output.front();
    output.pop_front();
    return word;
}

std::vector<std::uint32_t> fake_engine::patterns() const {
    std::vector<std::uint32_t> all(static_cast<std::size_t>(image_.input.neurons), 0);
    std::size_t cursor = 0;
    for (const std::uint32_t word : input) {
        if (hw::type_of(word) == word_type::skip) { cursor += word & 0x0fffffffU; }
        if (hw::type_of(word) == word_type::code) {
            cursor += (word >> 16) & 0xfffU;
            all.at(cursor++) = word & 0xffffU;
        }
    }
    return all;
}

void fake_engine::answer() {
    const image_result result = interpret(image_, patterns());
    for (const hw::pass_info& pass : image_.passes) {
        if (pass.header.kind_of() != hw::pass_kind::emit) { continue; }
        const auto who = static_cast<std::uint32_t>(pass.population) << 16;
        const std::vector<std::int32_t>& potentials = result.potentials[pass.population];
        output.push_back(hw::stream_word(word_type::result,
                                         who | static_cast<std::uint32_t>(potentials.size())));
        for (const std::int32_t x : potentials) { output.push_back(static_cast<std::uint32_t>(x)); }
        output.push_back(hw::stream_word(word_type::label,
                                         who | static_cast<std::uint32_t>(arg_max(potentials))));
    }
    output.push_back(hw::stream_word(word_type::done));
    if (change_answer) { change_answer(output); }
}

}  // namespace synfire::test
