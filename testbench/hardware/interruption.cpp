// SPDX-License-Identifier: Apache-2.0
#include "interruption.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include <support/dice.hpp>
#include <synfire/hw/cycle_model.hpp>

namespace synfire::test {
namespace {

enum class place { input, program, answer };

/// Where the engine is, by its own account.
std::string place_of(engine_bench& bench) {
    const std::uint32_t status = bench.model().read(hw::address_of(hw::reg::status));
    if ((status & hw::status_output_waiting) != 0) { return "answer"; }
    if ((status & hw::status_running) != 0) { return "program"; }
    return (status & hw::status_input_open) != 0 ? "input" : "idle engine";
}

std::string kind_of(bool by_pin, const std::string& where) {
    return fmt::format("{} in the {}", by_pin ? "reset" : "abort", where);
}

/// The next word of the answer is there, and nobody takes it.
void wait_for_output(engine_bench& bench) {
    constexpr std::uint64_t turn = 16;
    constexpr int most_turns = 100'000;
    for (int i = 0; i < most_turns; ++i) {
        if (place_of(bench) == "answer") { return; }
        bench.model().run(turn);
    }
    throw silent_engine("no answer");
}

void stop_at(engine_bench& bench, const levelled_case& c, dice& d, place where,
             std::size_t sample) {
    std::vector<std::uint32_t> words = input_words(c.image, c.c.samples[sample]);
    if (!c.ends.empty()) { words.back() |= c.ends[sample]; }
    if (where == place::input) {
        const auto most = static_cast<std::int64_t>(words.size()) - 1;
        words.resize(static_cast<std::size_t>(d.between(std::min<std::int64_t>(1, most), most)));
    }
    for (const std::uint32_t word : words) {
        if (!bench.model().push(word)) { throw silent_engine("an input word is not taken"); }
    }
    if (where == place::program) {
        const auto cycles = static_cast<std::int64_t>(hw::sum(c.counts[sample]).cycles);
        bench.model().run(static_cast<std::uint64_t>(d.between(1, cycles)));
    }
    if (where == place::answer) {
        const auto all =
            static_cast<std::int64_t>(expected_words(c.c.net, c.simulated[sample]).size());
        for (std::int64_t taken = d.between(0, all - 1); taken > 0; --taken) {
            if (!bench.model().pop()) { throw silent_engine("no answer"); }
        }
        wait_for_output(bench);
    }
}

std::string not_idle(engine_bench& bench) {
    const std::uint32_t status = bench.model().read(hw::address_of(hw::reg::status));
    if (status != 0) { return fmt::format("status {:#x} afterwards", status); }
    if (const auto word = bench.model().pop()) {
        return fmt::format("the word {:#010x} comes afterwards", *word);
    }
    return {};
}

}  // namespace

interruption interrupt_and_repeat(engine_bench& bench, const levelled_case& c, std::size_t steps) {
    dice d(c.c.seed ^ 0x1e7U);
    const auto where = static_cast<place>(d.between(0, 2));
    const bool by_pin = d.chance(50);
    interruption made;
    const std::size_t stopped =
        steps < 2 ? 0
                  : static_cast<std::size_t>(d.between(0, static_cast<std::int64_t>(steps) - 1));
    for (std::size_t s = 0; s < stopped && made.difference.empty(); ++s) {
        made.difference = core_difference(bench, c, s);
    }
    if (!made.difference.empty()) { return made; }
    try {
        stop_at(bench, c, d, where, stopped);
        made.kind = kind_of(by_pin, place_of(bench));
        if (by_pin) {
            bench.model().reset();
        } else {
            bench.abort();
        }
        made.difference = not_idle(bench);
    } catch (const silent_engine& found) { made.difference = found.what(); }
    if (by_pin) { bench.configure(c.image); }
    for (std::size_t s = 0; s < steps && made.difference.empty(); ++s) {
        made.difference = core_difference(bench, c, s);
    }
    if (made.difference.empty()) { return made; }
    made.difference = repeat_text(c, 0) + fmt::format("after {}: {}", made.kind, made.difference);
    return made;
}

std::vector<std::string> interruption_kinds() {
    std::vector<std::string> kinds;
    for (const bool by_pin : {false, true}) {
        for (const char* where : {"input", "program", "answer"}) {
            kinds.push_back(kind_of(by_pin, where));
        }
    }
    return kinds;
}

}  // namespace synfire::test
