// SPDX-License-Identifier: Apache-2.0
// One sample there and back: every answer that is missing or malformed is an error with its facts.
#include <fmt/format.h>

#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

namespace synfire::hw {

std::string error_text(std::uint32_t bits) {
    if (bits == 0) { return "no error bits"; }
    std::string text;
    for (std::size_t i = 0; i < 32; ++i) {
        if (((bits >> i) & 1U) == 0) { continue; }
        if (!text.empty()) { text += "; "; }
        text += i < error_texts.size() ? std::string(error_texts.at(i))
                                       : fmt::format("unknown error bit {}", i);
    }
    return text;
}

std::string host::state() {
    const std::uint32_t status = link_.read(address_of(reg::status));
    const std::uint32_t errors = link_.read(address_of(reg::error));
    return fmt::format("engine {}{}{}; {}", (status & status_running) != 0 ? "running" : "idle",
                       (status & status_input_open) != 0 ? ", in the middle of a sample" : "",
                       (status & status_output_waiting) != 0 ? ", with results waiting" : "",
                       error_text(errors));
}

/// Makes the next sample start afresh. False where the link is broken: the failure that came before
/// says more than that.
bool host::make_idle() {
    try {
        link_.write(address_of(reg::control), control_abort | control_clear_errors);
    } catch (const error&) { return false; }
    return true;
}

/// Leaves the engine idle.
void host::fail(const char* what, std::string found, std::string expected) {
    half_sent_ = !make_idle();
    forget_parts();
    throw device_error({"accelerator", what, std::move(found), std::move(expected),
                        "run the sample again; if it comes back, load the network again"});
}

std::uint32_t host::next_word(const char* wanted) {
    const std::optional<std::uint32_t> word = link_.pop();
    if (!word) { fail("the engine does not answer", state(), wanted); }
    return *word;
}

readout_answer host::read_readout(const expected_readout& expected) {
    const auto mark = [&](word_type type, std::uint32_t low) {
        return stream_word(type, (static_cast<std::uint32_t>(expected.population) << 16) | low);
    };
    const auto count = static_cast<std::uint32_t>(expected.count);
    const std::uint32_t head = next_word("a RESULT word");
    if (type_of(head) == word_type::error) {
        fail("the engine refused the sample", error_text(head & 0xffffU), "no error");
    }
    if (head != mark(word_type::result, count)) {
        fail("the engine's answer has another form", fmt::format("0x{:08x}", head),
             fmt::format("RESULT 0x{:08x}", mark(word_type::result, count)));
    }
    readout_answer answer{expected.population, {}, 0};
    for (std::uint32_t i = 0; i < count; ++i) {
        answer.potentials.push_back(static_cast<std::int32_t>(next_word("a potential")));
    }
    const std::uint32_t label = next_word("a CLASS word");
    answer.label = label & 0xffffU;
    if ((label & 0xffff0000U) != mark(word_type::label, 0) || answer.label >= expected.count) {
        fail("the engine's answer has another form", fmt::format("0x{:08x}", label),
             fmt::format("CLASS 0x{:08x} and an index below {}", mark(word_type::label, 0), count));
    }
    return answer;
}

sample_answer host::answer() {
    sample_answer all;
    for (const expected_readout& expected : readouts_) {
        all.readouts.push_back(read_readout(expected));
    }
    const std::uint32_t done = next_word("DONE");
    if (type_of(done) != word_type::done) {
        fail("the engine's answer does not end", fmt::format("0x{:08x}", done), "DONE");
    }
    return all;
}

sample_answer host::run(std::span<const std::uint32_t> words) {
    if (!loaded_) {
        throw bad_input({"accelerator", "no network is loaded", "", "", "load one first"});
    }
    if (half_sent_) {
        link_.write(address_of(reg::control), control_abort | control_clear_errors);
        half_sent_ = false;
    }
    try {
        return exchange(words);
    } catch (const device_error&) {
        throw;  // it was made idle
    } catch (const error&) {
        half_sent_ = !make_idle();
        forget_parts();
        throw;
    } catch (...) {
        forget_parts();
        half_sent_ = true;  // whoever watches the engine and stopped it may still be watching
        throw;
    }
}

void host::push(std::span<const std::uint32_t> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!link_.push(words[i])) {
            fail("the engine takes no input", fmt::format("word {}: {}", i, state()),
                 "an engine that is ready");
        }
    }
}

}  // namespace synfire::hw
