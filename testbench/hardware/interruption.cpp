// SPDX-License-Identifier: Apache-2.0
#include "interruption.hpp"

#include <vector>

#include <fmt/format.h>

#include <support/dice.hpp>
#include <synfire/hw/cycle_model.hpp>

namespace synfire::test {
namespace {

enum class place { input, program, answer };

std::string text_of(place where) {
    return where == place::input ? "input" : where == place::program ? "program" : "answer";
}

void stop_at(engine_bench& bench, const levelled_case& c, dice& d, place where) {
    std::vector<std::uint32_t> words =
        input_words(c.image.input, c.c.samples.front().front().spikes);
    if (where == place::input) {
        words.resize(
            static_cast<std::size_t>(d.between(0, static_cast<std::int64_t>(words.size()) - 1)));
    }
    for (const std::uint32_t word : words) {
        if (!bench.model().push(word)) { throw silent_engine("an input word is not taken"); }
    }
    if (where == place::program) {
        const auto cycles = static_cast<std::int64_t>(hw::sum(c.counts.front()).cycles);
        bench.model().run(static_cast<std::uint64_t>(d.between(1, cycles)));
    }
    if (where == place::answer) {
        const auto all =
            static_cast<std::int64_t>(expected_words(c.c.net, c.simulated.front()).size());
        for (std::int64_t taken = d.between(0, all - 1); taken > 0; --taken) {
            if (!bench.model().pop()) { throw silent_engine("no answer"); }
        }
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

std::string interrupted_difference(engine_bench& bench, const levelled_case& c) {
    dice d(c.c.seed ^ 0x1e7U);
    const auto where = static_cast<place>(d.between(0, 2));
    const bool by_pin = d.chance(50);
    std::string difference;
    try {
        stop_at(bench, c, d, where);
        if (by_pin) {
            bench.model().reset();
        } else {
            bench.abort();
        }
        difference = not_idle(bench);
    } catch (const silent_engine& found) { difference = found.what(); }
    if (by_pin) { bench.configure(c.image); }
    if (difference.empty()) { difference = core_difference(bench, c, 0); }
    if (difference.empty()) { return {}; }
    return repeat_text(c, 0)
           + fmt::format("after {} in the {}: {}", by_pin ? "a reset" : "an abort", text_of(where),
                         difference);
}

}  // namespace synfire::test
