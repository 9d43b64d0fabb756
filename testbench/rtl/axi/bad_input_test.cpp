// SPDX-License-Identifier: Apache-2.0
// What should never come through AXI, and does: the core says what was wrong, and the next
// inference is right.
#include <random>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

#include "../icebreaker/board_case.hpp"
#include "axi_bench.hpp"

namespace {

using namespace synfire;
using test::axi_bench;
using packet = std::vector<std::uint32_t>;

constexpr std::uint32_t end_word = hw::stream_word(hw::word_type::end);
constexpr int short_patience = 2000;  // cycles
constexpr int long_patience = 200'000;

/// A core that has a network and has answered once; channels stall in a fifth of the cycles.
struct loaded_core {
    explicit loaded_core(unsigned seed)
        : c(test::find_case(6500, test::axi_config(), 500)),
          bench(seed, 20),
          host(bench) {
        host.load(c.image);
        right = answer();
    }

    std::uint32_t read(hw::reg r) { return bench.read(hw::address_of(r)); }
    void write(hw::reg r, std::uint32_t value) { bench.write(hw::address_of(r), value); }
    void send(const packet& words) {
        for (const std::uint32_t word : words) { REQUIRE(bench.push(word)); }
    }
    packet answer() {
        send(c.words);
        const auto whole = bench.packet();
        REQUIRE(whole);
        return *whole;
    }

    /// Sends one sample that must be refused; the bits of the ERROR word, which is the packet.
    std::uint32_t refusal_of(const packet& words) {
        send(words);
        const auto refusal = bench.packet();
        REQUIRE(refusal);
        REQUIRE(refusal->size() == 1);
        REQUIRE(hw::type_of(refusal->front()) == hw::word_type::error);
        return refusal->front() & 0xffffU;
    }

    /// The network that was loaded before is still there, and answers as it did.
    void check_recovered() {
        write(hw::reg::control, hw::control_abort | hw::control_clear_errors);
        CHECK(host.holds_program());
        CHECK(answer() == right);
        CHECK(read(hw::reg::error) == 0);
        CHECK(bench.broken() == "");
    }

    test::fitting_case c;
    axi_bench bench;
    hw::host host;
    packet right;
};

}  // namespace

TEST_CASE("stream words of unknown types are answered by an error packet", "[rtl][axi]") {
    loaded_core b(30);
    for (const std::uint32_t type : {0U, 4U, 7U, 8U, 15U}) {
        INFO("type " << type);
        CHECK(b.refusal_of({b.c.words.front(), type << 28 | 1, end_word})
              == hw::error_unknown_word);
        b.check_recovered();
    }
}

TEST_CASE("samples that are cut short wait until they are aborted", "[rtl][axi]") {
    loaded_core b(31);
    for (std::size_t sent = 1; sent < b.c.words.size(); sent += 1 + b.c.words.size() / 8) {
        INFO(sent << " words");
        b.send(packet(b.c.words.begin(), b.c.words.begin() + static_cast<std::ptrdiff_t>(sent)));
        b.bench.patience = short_patience;
        CHECK_FALSE(b.bench.packet());
        b.bench.patience = long_patience;
        CHECK((b.read(hw::reg::status) & hw::status_input_open) != 0);
        b.check_recovered();
    }
}

TEST_CASE("samples longer than the input are answered by an error packet", "[rtl][axi]") {
    loaded_core b(32);
    packet words(static_cast<std::size_t>(b.c.image.input.neurons) + 1, hw::code_word(0, 1));
    words.push_back(end_word);
    CHECK((b.refusal_of(words) & hw::error_neuron_range) != 0);
    b.check_recovered();
    CHECK(b.refusal_of(
              {hw::stream_word(hw::word_type::skip, 0xfffffff), hw::code_word(0, 1), end_word})
          == hw::error_neuron_range);
    b.check_recovered();
}

TEST_CASE("registers that are not there answer with 0 and take nothing", "[rtl][axi]") {
    loaded_core b(33);
    for (unsigned address = 0x0e; address <= 0xff; ++address) {
        if (address >= 0x20 && address < 0x30) { continue; }  // counters
        INFO("register " << address);
        CHECK(b.bench.write_response({4 * address, 0xffffffff}) == 0);
        CHECK(b.bench.read(static_cast<std::uint8_t>(address)) == 0);
    }
    b.check_recovered();
}

TEST_CASE("a network larger than a memory is refused at the word behind its end", "[rtl][axi]") {
    loaded_core b(34);
    const hw::engine_config e = test::axi_config();
    const auto row_words = static_cast<std::uint32_t>(e.lanes / 4);
    const auto rows = static_cast<std::uint32_t>(e.weight_rows());
    for (const auto& [memory, words] :
         {std::pair{hw::memory::descriptors, 2U << e.descriptor_address_bits},
          std::pair{hw::memory::weights, rows * row_words},
          std::pair{hw::memory::active, 1U << e.act_address_bits},
          std::pair{hw::memory::codes, 1U << e.code_address_bits}}) {
        INFO("memory " << static_cast<int>(memory));
        b.write(hw::reg::window, hw::window_of(memory, words - 1));
        const std::uint32_t last = b.read(hw::reg::data);
        CHECK(b.read(hw::reg::error) == 0);
        b.write(hw::reg::window, hw::window_of(memory, words - 1));
        b.write(hw::reg::data, last);
        b.write(hw::reg::data, 0x12345678);  // one too many
        CHECK(b.read(hw::reg::error) == hw::error_window);
        b.check_recovered();
    }
    // A host does not get so far: the image of a larger engine is not this engine's.
    hw::engine_config larger = e;
    larger.counted_rows = 0;
    larger.row_address_bits = 14;
    const test::fitting_case other = test::find_case(6500, larger, 500);
    CHECK_THROWS_AS(b.host.load(other.image), bad_input);
    b.host.load(b.c.image);
    b.check_recovered();
}

TEST_CASE("a program cut short ends in an error packet, one of no words too", "[rtl][axi]") {
    loaded_core b(35);
    b.write(hw::reg::length, static_cast<std::uint32_t>(b.c.image.descriptors.size()) - 1);
    b.send(b.c.words);
    const auto failed = b.bench.packet();
    REQUIRE(failed);
    CHECK(failed->back() == (hw::stream_word(hw::word_type::error) | hw::error_program));
    b.write(hw::reg::control, hw::control_clear_errors);
    b.write(hw::reg::length, 0);
    CHECK(b.refusal_of(b.c.words) == hw::error_no_program);
    b.host.load(b.c.image);
    b.check_recovered();
}

TEST_CASE("after any words on the stream and any accesses the core runs again", "[rtl][axi]") {
    loaded_core b(36);
    std::mt19937 numbers(36);
    const auto dice = [&] { return static_cast<std::uint32_t>(numbers()); };
    for (int round = 0; round < 10; ++round) {
        INFO("round " << round);
        b.bench.patience = short_patience;  // a core that runs takes no words
        for (int i = 0; i < 60; ++i) {
            const std::uint32_t word = dice();
            switch (dice() % 4) {
            case 0:
                b.bench.push(word);
                break;
            case 1:
                b.bench.pop();
                break;
            case 2:
                b.bench.write_response({word & 0x3ffU, dice(), dice() & 0xfU});
                break;
            default:
                b.bench.read_response(word & 0x3ffU);
            }
        }
        b.bench.patience = long_patience;
        b.write(hw::reg::control, hw::control_abort | hw::control_clear_errors);
        b.bench.patience = short_patience;
        while (b.bench.packet()) {}
        b.bench.patience = long_patience;
        b.host.load(b.c.image);
        b.check_recovered();
    }
}

TEST_CASE("an address without data, and data without an address, are gone after a reset",
          "[rtl][axi]") {
    loaded_core b(37);
    for (const bool address : {true, false}) {
        b.bench.patience = short_patience;
        axi_bench& bench = b.bench;
        // The other half would come after the patience is over.
        CHECK_THROWS_AS(bench.write_response({4U * hw::address_of(hw::reg::network), 7, 0xf,
                                              address ? 0 : 2 * short_patience,
                                              address ? 2 * short_patience : 0}),
                        bad_input);
        bench.reset();
        bench.patience = long_patience;
        b.host.load(b.c.image);
        b.write(hw::reg::network, 5);
        CHECK(b.read(hw::reg::network) == 5);
        b.host.load(b.c.image);
        b.check_recovered();
    }
}
