// SPDX-License-Identifier: Apache-2.0
#include "rtl_fixture.hpp"

using namespace synfire;
using namespace synfire::test;

namespace {

/// An input of `neurons` neurons with T = 4, in 4-bit patterns.
void describe_input(hw::link& link, std::uint32_t neurons) {
    write(link, hw::reg::input_base, 0);
    write(link, hw::reg::input_shape, neurons | (4U << 22));
}

/// A program that is only its end: an emit pass of one potential.
void load_empty_program(hw::link& link) {
    const std::uint64_t header = 3 | (std::uint64_t{1} << 54);
    const std::uint64_t one_potential = std::uint64_t{1} << 40;
    const auto low = [](std::uint64_t word) { return static_cast<std::uint32_t>(word); };
    fill(link, hw::memory::descriptors, 0,
         {low(header), low(header >> 32), 0, 0, low(one_potential), low(one_potential >> 32)});
    write(link, hw::reg::length, 3);
}

std::vector<std::uint32_t> send(hw::link& link, const std::vector<std::uint32_t>& words) {
    for (const std::uint32_t word : words) REQUIRE(link.push(word));
    REQUIRE(link.push(hw::stream_word(hw::word_type::end)));
    return answers(link);
}

std::uint32_t error_answer(std::uint32_t bits) {
    return hw::stream_word(hw::word_type::error, bits);
}

}  // namespace

TEST_CASE("END without a program is answered with an error", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 16);
    CHECK(send(model, {}) == std::vector<std::uint32_t>{error_answer(hw::error_no_program)});
    CHECK(read(model, hw::reg::error) == hw::error_no_program);
}

TEST_CASE("every malformed stream word is answered with its error, and the next sample runs",
          "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 16);
    load_empty_program(model);
    const std::vector<std::uint32_t> good = send(model, {hw::code_word(3, 0x9)});
    REQUIRE_FALSE(good.empty());
    CHECK(hw::type_of(good.back()) == hw::word_type::done);

    struct malformed {
        const char* name;
        std::uint32_t word;
        std::uint32_t error;
    };
    const auto type = [](std::uint32_t t) { return t << 28; };
    for (const malformed& bad :
         {malformed{"type 0", type(0), hw::error_unknown_word},
          malformed{"type 4", type(4), hw::error_unknown_word},
          malformed{"type 15", type(15), hw::error_unknown_word},
          malformed{"neuron 16 of 16", hw::code_word(16, 1), hw::error_neuron_range},
          malformed{"neuron 4095 of 16", hw::code_word(4095, 1), hw::error_neuron_range},
          malformed{"no spikes", hw::code_word(0, 0), hw::error_bad_pattern},
          malformed{"a spike before the window", hw::code_word(0, 0x10), hw::error_bad_pattern}}) {
        INFO(bad.name);
        CHECK(send(model, {bad.word}) == std::vector<std::uint32_t>{error_answer(bad.error)});
        CHECK(read(model, hw::reg::error) == bad.error);
        CHECK((read(model, hw::reg::status) & ~hw::status_error) == 0);
        write(model, hw::reg::control, hw::control_clear_errors);
        CHECK(send(model, {hw::code_word(3, 0x9)}) == good);
    }
}

TEST_CASE("errors stay until they are cleared but do not stop a clean sample", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 16);
    load_empty_program(model);
    send(model, {hw::code_word(0, 0)});
    const auto good = send(model, {hw::code_word(0, 1)});
    REQUIRE_FALSE(good.empty());
    CHECK(hw::type_of(good.back()) == hw::word_type::done);
    CHECK(read(model, hw::reg::error) == hw::error_bad_pattern);
}

TEST_CASE("a SKIP beyond the last neuron makes the next CODE an error", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 16);
    load_empty_program(model);
    for (const std::uint32_t skip : {16U, 0x100000U, 0xfffffffU}) {
        INFO("skip " << skip);
        CHECK(send(model, {hw::stream_word(hw::word_type::skip, skip), hw::code_word(0, 1)})
              == std::vector<std::uint32_t>{error_answer(hw::error_neuron_range)});
    }
}

TEST_CASE("a program that runs past its length ends with an error and an idle engine",
          "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 16);
    load_empty_program(model);
    write(model, hw::reg::length, 2);
    CHECK(send(model, {hw::code_word(0, 1)})
          == std::vector<std::uint32_t>{error_answer(hw::error_program)});
    CHECK((read(model, hw::reg::status) & hw::status_running) == 0);
}

TEST_CASE("abort forgets an open sample", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 16);
    load_empty_program(model);
    REQUIRE(model.push(hw::code_word(0, 0)));
    model.run(4);
    CHECK((read(model, hw::reg::status) & hw::status_input_open) != 0);
    write(model, hw::reg::control, hw::control_abort | hw::control_clear_errors);
    CHECK(read(model, hw::reg::status) == 0);
    const auto good = send(model, {hw::code_word(0, 1)});
    REQUIRE_FALSE(good.empty());
    CHECK(hw::type_of(good.back()) == hw::word_type::done);
}

TEST_CASE("abort drops output that nobody took", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 16);
    load_empty_program(model);
    REQUIRE(model.push(hw::stream_word(hw::word_type::end)));
    model.run(200);
    CHECK((read(model, hw::reg::status) & hw::status_output_waiting) != 0);
    CHECK_FALSE(model.clock(50, hw::code_word(0, 1), false).pushed);
    write(model, hw::reg::control, hw::control_abort);
    CHECK(read(model, hw::reg::status) == 0);
    CHECK(answers(model).empty());
}

TEST_CASE("a sample without a spike is answered however large its input is", "[cosim][facade]") {
    if (!rtl_built()) return;
    cosim::rtl_model model(hw::simulation_config(8));
    describe_input(model, 1U << 16);
    load_empty_program(model);
    REQUIRE(model.push(hw::stream_word(hw::word_type::end)));
    CHECK_FALSE(model.idle());
    const auto heard = answers(model);
    REQUIRE_FALSE(heard.empty());
    CHECK(hw::type_of(heard.back()) == hw::word_type::done);
    CHECK(model.idle());
}
