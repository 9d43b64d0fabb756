// SPDX-License-Identifier: Apache-2.0
// What should never come through the pin, and does: the board says what was wrong, and the next
// inference is right.
#include <random>
#include <vector>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

#include "board_case.hpp"
#include "boards.hpp"

namespace {

using namespace synfire;
using bytes = std::vector<std::uint8_t>;

constexpr std::uint8_t push = 0xbe;
constexpr std::uint8_t write_data = 0x8c;

std::vector<std::vector<std::int32_t>> potentials_of(const hw::sample_answer& answer) {
    std::vector<std::vector<std::int32_t>> all;
    for (const hw::readout_answer& r : answer.readouts) { all.push_back(r.potentials); }
    return all;
}

/// A board that has a network and has answered once.
struct loaded_board {
    explicit loaded_board(std::uint64_t seed)
        : c(test::find_case(4300, hw::icebreaker_config(), 1000)),
          line(test::make_fast_board(seed), test::fast_line),
          link(line, {.patience = std::chrono::microseconds(c.cycles / 10 + 1000)}),
          board(link) {
        board.load(c.image);
        right = potentials_of(board.run(c.words));
    }

    /// Bytes as they are, then silence for longer than the time-out.
    void send(const bytes& raw) {
        line.line().send(raw);
        line.run(raw.size() * 10 * 4 + 2 * line.timing().timeout_cycles());
    }
    std::uint32_t read(hw::reg r) { return link.read(hw::address_of(r)); }
    void write(hw::reg r, std::uint32_t value) { link.write(hw::address_of(r), value); }

    /// The network that was loaded before is still there, and answers as it did.
    void check_recovered(std::uint8_t errors) {
        CHECK(int{link.resynchronise()} == int{errors});
        write(hw::reg::control, hw::control_abort | hw::control_clear_errors);
        CHECK(board.holds_program());
        CHECK(potentials_of(board.run(c.words)) == right);
        CHECK(read(hw::reg::error) == 0);
    }

    /// Sends one sample that must be refused; the bits of the ERROR word that comes back.
    std::uint32_t refusal_of(const hw::sample_words& words) {
        for (const std::uint32_t word : words) { REQUIRE(link.push(word)); }
        const auto answer = link.pop();
        REQUIRE(answer.has_value());
        REQUIRE(hw::type_of(*answer) == hw::word_type::error);
        return *answer & 0xffffU;
    }

    test::fitting_case c;
    test::board_line line;
    hw::uart_link link;
    hw::host board;
    std::vector<std::vector<std::int32_t>> right;
};

constexpr std::uint32_t end_word = hw::stream_word(hw::word_type::end);

}  // namespace

TEST_CASE("frames that stop at any byte are dropped", "[rtl][bad_input]") {
    loaded_board b(20);
    const bytes frame{push, 2, 0x01, 0x00, 0x00, 0x10, 0x01, 0x00, 0x00, 0x10};
    for (std::size_t length = 1; length < frame.size(); ++length) {
        INFO(length << " bytes of a frame");
        b.send(bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length)));
        b.check_recovered(hw::uart_short_frame);
    }
}

TEST_CASE("a frame longer than it says ends in an unknown operation", "[rtl][bad_input]") {
    loaded_board b(21);
    // One word announced, two sent; 0x40 is no operation.
    b.send({0x89, 1, 0, 0, 0, 0, 0x40, 0x40, 0x40, 0x40});
    b.check_recovered(hw::uart_unknown_operation);
}

TEST_CASE("after noise of any length the network is still there", "[rtl][bad_input]") {
    loaded_board b(22);
    std::mt19937 dice(22);
    for (int i = 0; i < 12; ++i) {
        bytes noise;
        const std::size_t length = 1 + dice() % 150;
        // Writes would do what they say: only their announcements and everything that is no
        // operation.
        for (std::size_t k = 0; k < length; ++k) {
            noise.push_back(static_cast<std::uint8_t>(0x40 | dice()));
        }
        INFO("noise " << i << " of " << length << " bytes");
        b.send(noise);
        b.check_recovered(hw::uart_unknown_operation);
    }
}

TEST_CASE("stream words of unknown types refuse the sample", "[rtl][bad_input]") {
    loaded_board b(23);
    for (const std::uint32_t type : {0U, 4U, 7U, 8U, 15U}) {
        INFO("type " << type);
        CHECK(b.refusal_of({b.c.words.front(), type << 28 | 1, end_word})
              == hw::error_unknown_word);
        b.check_recovered(0);
    }
}

TEST_CASE("samples longer than the input are refused", "[rtl][bad_input]") {
    loaded_board b(24);
    hw::sample_words words(static_cast<std::size_t>(b.c.image.input.neurons) + 1,
                           hw::code_word(0, 1));
    words.push_back(end_word);
    CHECK((b.refusal_of(words) & hw::error_neuron_range) != 0);
    b.check_recovered(0);
    CHECK(b.refusal_of(
              {hw::stream_word(hw::word_type::skip, 0xfffffff), hw::code_word(0, 1), end_word})
          == hw::error_neuron_range);
    b.check_recovered(0);
}

TEST_CASE("registers that are not there answer and take nothing", "[rtl][bad_input]") {
    loaded_board b(25);
    for (std::uint8_t address = 0x2d; address < 0x3d; ++address) {
        INFO("register " << int{address});
        b.link.write(address, 0xffffffffU);
        // The counters are the lower part of a memory of sixteen words.
        const std::uint32_t value = b.link.read(address);
        if (address >= 0x30) { CHECK(value == 0); }
    }
    b.check_recovered(0);
}

TEST_CASE("words behind the end of a memory are refused", "[rtl][bad_input]") {
    loaded_board b(26);
    const std::uint32_t rows = 1U << 14;
    const std::uint32_t program = 1U << 8;
    for (const auto& [memory, words] : {std::pair{hw::memory::weights, 2 * rows},
                                        std::pair{hw::memory::descriptors, 2 * program}}) {
        b.write(hw::reg::window, hw::window_of(memory, words - 1));
        const std::uint32_t last = b.read(hw::reg::data);
        CHECK(b.read(hw::reg::error) == 0);
        b.write(hw::reg::window, hw::window_of(memory, words - 1));
        b.write(hw::reg::data, last);
        b.write(hw::reg::data, 0x12345678);  // one too many
        CHECK(b.read(hw::reg::error) == hw::error_window);
        b.check_recovered(0);
    }
}

TEST_CASE("a program cut short ends in an error, one of no words too", "[rtl][bad_input]") {
    loaded_board b(27);
    b.write(hw::reg::length, static_cast<std::uint32_t>(b.c.image.descriptors.size()) - 1);
    for (const std::uint32_t word : b.c.words) { REQUIRE(b.link.push(word)); }
    std::uint32_t last = 0;  // answers before the end of the program come first
    while (const auto word = b.link.pop()) { last = *word; }
    CHECK(last == (hw::stream_word(hw::word_type::error) | hw::error_program));
    b.write(hw::reg::control, hw::control_clear_errors);
    b.write(hw::reg::length, 0);
    CHECK_FALSE(b.board.holds_program());
    CHECK(b.refusal_of(b.c.words) == hw::error_no_program);
    b.board.load(b.c.image);
    b.check_recovered(0);
}

TEST_CASE("memories that are used while a sample is open stay as they are", "[rtl][bad_input]") {
    loaded_board b(28);
    REQUIRE(b.link.push(b.c.words.front()));
    REQUIRE(b.link.flush());
    b.write(hw::reg::window, hw::window_of(hw::memory::weights, 0));
    b.write(hw::reg::data, 0xffffffffU);
    CHECK(b.read(hw::reg::error) == hw::error_window);
    b.check_recovered(0);
}

TEST_CASE("a long frame that breaks off writes what had come, and loading mends it",
          "[rtl][bad_input]") {
    loaded_board b(29);
    b.write(hw::reg::window, hw::window_of(hw::memory::weights, 0));
    bytes frame{write_data, 200};
    frame.resize(301, 0x55);
    b.send(frame);
    CHECK(b.link.resynchronise() == hw::uart_short_frame);
    b.board.load(b.c.image);
    b.check_recovered(0);
}

TEST_CASE("a reset between two samples is seen, and loading mends it", "[rtl][bad_input]") {
    loaded_board b(30);
    CHECK(b.board.holds_program());
    b.line.reset();
    CHECK_FALSE(b.board.holds_program());
    CHECK_THROWS_AS(b.board.run(b.c.words), hw::device_error);
    b.board.load(b.c.image);
    b.check_recovered(0);
}
