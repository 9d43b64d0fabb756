// SPDX-License-Identifier: Apache-2.0
// The two links through SystemC do what the plain one does, register by register and word by word.
#include <functional>

#include <synfire/core/error.hpp>
#include <synfire/cosim/systemc_link.hpp>

#include "cosim/rtl_fixture.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

/// Windows, registers, a sample that is refused and one that runs through an empty program.
std::vector<std::uint32_t> conversation(hw::link& link) {
    std::vector<std::uint32_t> heard;
    const auto hear = [&](const std::vector<std::uint32_t>& words) {
        heard.insert(heard.end(), words.begin(), words.end());
    };
    for (const hw::reg r :
         {hw::reg::id, hw::reg::version, hw::reg::caps0, hw::reg::caps1, hw::reg::caps2})
        heard.push_back(read(link, r));
    for (std::uint32_t m = 0; m < 4; ++m) {
        fill(link, static_cast<hw::memory>(m), 8, {m, 2 * m, 3 * m, ~m});
        hear(look(link, static_cast<hw::memory>(m), 8, 4));
    }
    // One emit pass of one potential, the last.
    fill(link, hw::memory::descriptors, 0, {3, 1U << 22, 0, 0, 0, 1U << 8});
    fill(link, hw::memory::codes, 0, {12345});
    write(link, hw::reg::length, 3);
    write(link, hw::reg::input_base, 4U << 16);
    write(link, hw::reg::input_shape, 16U | (4U << 22));
    for (const std::uint32_t pattern : {0U, 5U}) {
        REQUIRE(link.push(hw::code_word(2, pattern)));
        REQUIRE(link.push(hw::stream_word(hw::word_type::end)));
        hear(answers(link));
        heard.push_back(read(link, hw::reg::error));
        write(link, hw::reg::control, hw::control_clear_errors);
    }
    return heard;
}

/// Pushes words without giving the engine time to take them all, then aborts.
void abort_after(hw::link& link, const std::vector<std::uint32_t>& words) {
    for (const std::uint32_t word : words) REQUIRE(link.push(word));
    write(link, hw::reg::control, hw::control_abort);
}

}  // namespace

TEST_CASE("the TLM link hears what the plain model says", "[systemc][link]") {
    cosim::rtl_model plain(hw::simulation_config(8));
    const auto link = cosim::make_systemc_link(hw::simulation_config(8));
    CHECK(conversation(*link) == conversation(plain));
}

TEST_CASE("the pin-level link hears what the plain model says", "[systemc][link]") {
    cosim::rtl_model plain(cosim::pin_config());
    const auto link = cosim::make_pin_link();
    CHECK(conversation(*link) == conversation(plain));
}

TEST_CASE("the TLM link is usable after a reset in the middle of a sample", "[systemc][link]") {
    const auto link = cosim::make_systemc_link(hw::simulation_config(8));
    const auto first = conversation(*link);
    REQUIRE(link->push(hw::code_word(2, 1)));
    link->reset();
    CHECK(read(*link, hw::reg::status) == 0);
    CHECK(conversation(*link) == first);
}

TEST_CASE("the pin-level link is usable after a reset in the middle of a sample",
          "[systemc][link]") {
    const auto link = cosim::make_pin_link();
    const auto first = conversation(*link);
    REQUIRE(link->push(hw::code_word(2, 1)));
    link->reset();
    CHECK(read(*link, hw::reg::status) == 0);
    CHECK(conversation(*link) == first);
}

TEST_CASE("an abort through the TLM link forgets words that the engine has not taken",
          "[systemc][link]") {
    const auto link = cosim::make_systemc_link(hw::simulation_config(8));
    const auto first = conversation(*link);
    const std::vector<std::uint32_t> half(10, hw::code_word(0, 1));
    abort_after(*link, half);
    CHECK(read(*link, hw::reg::status) == 0);
    CHECK(conversation(*link) == first);
    std::vector<std::uint32_t> whole = half;
    whole.push_back(hw::stream_word(hw::word_type::end));
    abort_after(*link, whole);
    CHECK(answers(*link).empty());
    CHECK(read(*link, hw::reg::status) == 0);
    CHECK(conversation(*link) == first);
}

TEST_CASE("an abort through the TLM link drops an answer that nobody has taken",
          "[systemc][link]") {
    const auto link = cosim::make_systemc_link(hw::simulation_config(8));
    const auto first = conversation(*link);
    REQUIRE(link->push(hw::code_word(2, 5)));
    REQUIRE(link->push(hw::stream_word(hw::word_type::end)));
    REQUIRE(link->pop());
    // The rest of the answer waits in the FIFO, and the next sample behind it.
    abort_after(*link, {hw::code_word(0, 1), hw::stream_word(hw::word_type::end)});
    CHECK(answers(*link).empty());
    CHECK(read(*link, hw::reg::status) == 0);
    CHECK(conversation(*link) == first);
}

TEST_CASE("a second simulation in one process is refused", "[systemc][link]") {
    const auto link = cosim::make_systemc_link(hw::simulation_config(8));
    CHECK_THROWS_AS(cosim::make_pin_link(), bad_input);
    CHECK_THROWS_AS(cosim::make_systemc_link(hw::simulation_config(8)), bad_input);
}
