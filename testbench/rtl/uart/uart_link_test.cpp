// SPDX-License-Identifier: Apache-2.0
// Frames of the UART link, and its way out of everything that can happen to a line.
#include <support/catch.hpp>
#include <support/dice.hpp>

#include "link_bench.hpp"

using synfire::test::dice;
using synfire::test::link_bench;
using synfire::test::link_cycles_per_bit;
using synfire::test::link_timeout_cycles;
using bytes = std::vector<int>;

namespace {

constexpr int silence = link_timeout_cycles + 64;

/// The status of an empty read: whether the parser is in step, and the errors so far.
bytes ping(link_bench& bench) { return bench.exchange({0x3d, 0}); }

bool in_step_without_errors(link_bench& bench) { return ping(bench) == bytes{0xa0}; }

}  // namespace

TEST_CASE("a register is written and read in little-endian words", "[rtl][uart]") {
    link_bench bench;
    CHECK(bench.exchange({0x87, 1, 0x78, 0x56, 0x34, 0x12}) == bytes{0xa0, 1});
    CHECK(bench.registers[7] == 0x12345678);
    CHECK(bench.exchange({0x07, 1}) == bytes{0xa0, 0x78, 0x56, 0x34, 0x12});
}

TEST_CASE("every register address reaches the bus", "[rtl][uart]") {
    link_bench bench;
    for (int address = 0; address <= 0x2c; ++address) {
        bench.registers[static_cast<std::size_t>(address)] =
            0x01010101U * static_cast<unsigned>(address);
        CHECK(bench.exchange({address, 1}) == bytes{0xa0, address, address, address, address});
    }
}

TEST_CASE("frames of no words are answered", "[rtl][uart]") {
    link_bench bench;
    CHECK(bench.exchange({0x8c, 0}) == bytes{0xa0, 0});
    CHECK(bench.exchange({0x0c, 0}) == bytes{0xa0});
    CHECK(bench.exchange({0xbe, 0}) == bytes{0xa0, 0});
    CHECK(bench.exchange({0x3f, 0}) == bytes{0xa0});
    CHECK(bench.written.empty());
}

TEST_CASE("bulk writes run at line rate without a pause between frames", "[rtl][uart]") {
    link_bench bench;
    std::vector<std::uint8_t> sent;
    for (int frame = 0; frame < 4; ++frame) {
        sent.insert(sent.end(), {0x8c, 255});
        for (int i = 0; i < 4 * 255; ++i) {
            sent.push_back(static_cast<std::uint8_t>(i * 7 + frame));
        }
    }
    bench.pin.send(sent);
    bench.run(static_cast<int>(sent.size() + 4) * 10 * link_cycles_per_bit);
    CHECK(bench.written.size() == std::size_t{4 * 255});
    CHECK(bench.written.back()
          == ((1019U * 7 + 3) << 24 | ((1018U * 7 + 3) & 255U) << 16 | ((1017U * 7 + 3) & 255U) << 8
              | ((1016U * 7 + 3) & 255U)));
    bench.settle();
    CHECK(bench.pin.take_all()
          == std::vector<std::uint8_t>{0xa0, 255, 0xa0, 255, 0xa0, 255, 0xa0, 255});
}

TEST_CASE("a slow bus holds a frame up and loses nothing", "[rtl][uart]") {
    link_bench bench;
    bench.bus_wait = 100;
    CHECK(bench.exchange({0x8c, 2, 1, 0, 0, 0, 2, 0, 0, 0}) == bytes{0xa0, 2});
    CHECK(bench.written == std::vector<std::uint32_t>{1, 2});
}

TEST_CASE("a bus that never answers ends the frame, not the link", "[rtl][uart]") {
    link_bench bench;
    bench.bus_wait = -1;
    CHECK(bench.exchange({0x05, 1}) == bytes{0xa0});
    bench.run(silence);
    bench.bus_wait = 0;
    CHECK(ping(bench) == bytes{0xa8});
}

TEST_CASE("pushed words reach the input stream, and those refused are counted", "[rtl][uart]") {
    link_bench bench;
    CHECK(bench.exchange({0xbe, 2, 1, 0, 0, 0x10, 0, 0, 0, 0x30}) == bytes{0xa0, 2});
    CHECK(bench.input == std::vector<std::uint32_t>{0x10000001, 0x30000000});
    bench.input_ready = false;
    CHECK(bench.exchange({0xbe, 2, 5, 0, 0, 0x10, 0, 0, 0, 0x30}) == bytes{0xa0, 0});
    bench.input_ready = true;
    CHECK(bench.exchange({0xbe, 1, 6, 0, 0, 0x10}) == bytes{0xa0, 1});
    CHECK(bench.input.size() == 3);
}

TEST_CASE("behind a refused word of a frame nothing is taken", "[rtl][uart]") {
    link_bench bench;
    bench.input_ready = false;
    bench.send({0xbe, 3, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0});
    // The first word waits its 64 cycles in vain; the stream is ready again for the next ones.
    bench.run((6 * 10) * link_cycles_per_bit + 80);
    bench.input_ready = true;
    bench.settle();
    CHECK(bench.input.empty());
    CHECK(bench.pin.take_all() == std::vector<std::uint8_t>{0xa0, 0});
}

TEST_CASE("popping says after each word whether another follows", "[rtl][uart]") {
    link_bench bench;
    CHECK(bench.exchange({0x3f, 4}) == bytes{0xa0, 0});
    bench.output = {0x60000000, 0x04030201};
    CHECK(bench.exchange({0x3f, 4}) == bytes{0xa0, 1, 0, 0, 0, 0x60, 1, 1, 2, 3, 4, 0});
    bench.output = {7, 8};
    CHECK(bench.exchange({0x3f, 1}) == bytes{0xa0, 1, 7, 0, 0, 0});
    CHECK(bench.output.size() == 1);
}

TEST_CASE("an unknown operation silences the link until the line was quiet", "[rtl][uart]") {
    const int operation = GENERATE(0x40, 0xc0, 0x7f, 0x3e, 0xbf);
    link_bench bench;
    CHECK(bench.exchange({operation, 1, 0x07, 1}).empty());
    CHECK(bench.error());
    bench.run(silence);
    CHECK(ping(bench) == bytes{0xa4});
    CHECK(bench.exchange({0xbd, 1, 4, 0, 0, 0}) == bytes{0xa0, 1});
    CHECK(in_step_without_errors(bench));
}

TEST_CASE("a frame that stops short is dropped after the time-out", "[rtl][uart]") {
    link_bench bench;
    CHECK(bench.exchange({0x8c, 2, 1, 2, 3}).empty());
    bench.run(silence);
    CHECK(bench.written.empty());
    CHECK(ping(bench) == bytes{0xa8});
    CHECK(bench.exchange({0x3d, 1}) == bytes{0xa8, 8, 0, 0, 0});
}

TEST_CASE("a break drops a frame at once", "[rtl][uart]") {
    link_bench bench;
    bench.send({0x8c, 2, 1, 2, 3});
    bench.pin.send_break();
    bench.pin.send_level(true, 2 * link_cycles_per_bit);
    CHECK(bench.exchange({0x3d, 0}) == bytes{0xa8});
    CHECK(bench.written.empty());
}

TEST_CASE("a break between frames is no error", "[rtl][uart]") {
    link_bench bench;
    bench.pin.send_break();
    bench.pin.send_level(true, 2 * link_cycles_per_bit);
    CHECK(in_step_without_errors(bench));
}

TEST_CASE("a bad stop bit drops the frame and what follows, until a break", "[rtl][uart]") {
    link_bench bench;
    bench.send({0x8c, 1, 1});
    bench.pin.send_level(false, link_cycles_per_bit);  // a byte of ones ...
    bench.pin.send_level(true, 8 * link_cycles_per_bit);
    bench.pin.send_level(false, link_cycles_per_bit);  // ... without stop bit
    bench.pin.send_level(true, 4 * link_cycles_per_bit);
    CHECK(bench.exchange({2, 3, 4, 0x3d, 0}).empty());
    CHECK(bench.written.empty());
    bench.pin.send_break();
    bench.pin.send_level(true, 2 * link_cycles_per_bit);
    CHECK(ping(bench) == bytes{0xa1});
}

TEST_CASE("pulses shorter than half a bit are no start bits", "[rtl][uart]") {
    link_bench bench;
    for (int i = 0; i < 5; ++i) {
        bench.pin.send_level(false, 1);
        bench.pin.send_level(true, 3 * link_cycles_per_bit);
    }
    CHECK(in_step_without_errors(bench));
}

TEST_CASE("bytes that the link has no room for are an overrun", "[rtl][uart]") {
    link_bench bench;
    bench.registers[1] = 0x00010000;
    bench.send({0x01, 255});
    for (int i = 0; i < 100; ++i) { bench.send({0x3d, 0}); }  // while 1021 bytes of answer go out
    bench.settle();
    bench.pin.take_all();
    bench.run(silence);
    CHECK(ping(bench) == bytes{0xa2});
}

TEST_CASE("after any noise and a silence the link answers", "[rtl][uart]") {
    const auto seed = GENERATE(range(1, 21));
    INFO("seed " << seed);
    dice random(static_cast<std::uint64_t>(seed));
    link_bench bench;
    for (int i = 0; i < 300; ++i) {
        bench.pin.send_level(random.between(0, 1) != 0, static_cast<int>(random.between(1, 30)));
    }
    bench.settle();
    bench.run(3 * silence + 255 * 4 * 10 * link_cycles_per_bit);
    bench.settle();
    bench.pin.take_all();
    REQUIRE(ping(bench).size() == 1);
    bench.exchange({0xbd, 1, 15, 0, 0, 0});
    CHECK(in_step_without_errors(bench));
}
