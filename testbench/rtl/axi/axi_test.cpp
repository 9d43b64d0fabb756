// SPDX-License-Identifier: Apache-2.0
// The core behind AXI4-Lite and AXI4-Stream: the same networks, answers and counts as in the
// simulator, whatever the channels do.
#include <algorithm>

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
using test::axi_config;

constexpr int okay = 0;
constexpr int slave_error = 2;

constexpr std::uint8_t network_number = hw::address_of(hw::reg::network);
constexpr std::uint8_t window_register = hw::address_of(hw::reg::window);
constexpr std::uint8_t data_word = hw::address_of(hw::reg::data);
constexpr std::uint32_t aborted = 0x70008000;

std::size_t ends(const std::vector<std::uint32_t>& packet) {
    return static_cast<std::size_t>(std::count(packet.begin(), packet.end(), 0x60000000U));
}

void send(axi_bench& bench, const std::vector<std::uint32_t>& words) {
    for (const std::uint32_t word : words) { REQUIRE(bench.push(word)); }
}

}  // namespace

TEST_CASE("registers are read and written in any order of the channels", "[rtl][axi]") {
    for (const int stalls : {0, 50, 90}) {
        INFO(stalls << " % of cycles stalled");
        axi_bench bench(7, stalls);
        CHECK(hw::host(bench).identify() == axi_config());
        for (const int address_delay : {0, 1, 5}) {
            for (const int data_delay : {0, 1, 5}) {
                const auto value =
                    static_cast<std::uint32_t>(0x9e3779b9 * (address_delay + 7 * data_delay));
                CHECK(bench.write_response(
                          {4U * network_number, value, 0xf, address_delay, data_delay})
                      == okay);
                CHECK(bench.read(network_number) == value);
            }
        }
        CHECK(bench.broken() == "");
    }
}

TEST_CASE("partial and unaligned accesses are refused and change nothing", "[rtl][axi]") {
    axi_bench bench(8, 30);
    bench.write(network_number, 0x12345678);
    for (std::uint32_t strobes = 0; strobes < 15; ++strobes) {
        CHECK(bench.write_response({4U * network_number, 0xffffffff, strobes}) == slave_error);
    }
    for (const std::uint32_t part : {1U, 2U, 3U}) {
        CHECK(bench.write_response({4U * network_number + part, 0xffffffff}) == slave_error);
        CHECK(bench.read_response(4U * network_number + part) == slave_error);
    }
    CHECK(bench.read(network_number) == 0x12345678);
    CHECK(bench.read(hw::address_of(hw::reg::error)) == 0);
    CHECK(bench.broken() == "");
}

TEST_CASE("memories keep what was written, also where reads and writes come at once",
          "[rtl][axi]") {
    axi_bench bench(9);
    constexpr std::uint32_t words = 300;
    bench.write(window_register, hw::window_of(hw::memory::weights, 0));
    for (std::uint32_t i = 0; i < words; ++i) {
        CHECK(bench.write_and_read(data_word, i * 0x9e3779b9U, hw::address_of(hw::reg::id))
              == hw::engine_id);
    }
    bench.write(window_register, hw::window_of(hw::memory::weights, 0));
    std::uint32_t wrong = 0;
    for (std::uint32_t i = 0; i < words; ++i) {
        wrong += bench.write_and_read(network_number, i, data_word) == i * 0x9e3779b9U ? 0 : 1;
    }
    CHECK(wrong == 0);
    CHECK(bench.read(network_number) == words - 1);
    CHECK(bench.broken() == "");
}

TEST_CASE("random networks behind AXI give the simulator's answers and counts", "[rtl][axi]") {
    const std::uint64_t seed = test::seed_from_environment(6100);
    const std::size_t wanted = test::cases_from_environment(60);
    std::size_t run = 0;
    for (const int stalls : {0, 40, 85}) {
        axi_bench bench(static_cast<unsigned>(seed), stalls);
        hw::host board(bench);
        for (std::size_t i = 0; i < wanted / 3; ++i) {
            const std::uint64_t number = seed + 1000 * static_cast<unsigned>(stalls) + i;
            INFO("seed " << number << ", " << stalls << " % of cycles stalled");
            const auto d = test::run_case(board, axi_config(),
                                          test::make_hardware_case(number, test::board_family()));
            if (!d) { continue; }
            ++run;
            CHECK(*d == "");
        }
        CHECK(bench.broken() == "");
    }
    CHECK(run >= wanted / 3);
}

TEST_CASE("an answer is one packet, and TLAST is on the word that ends it", "[rtl][axi]") {
    const test::fitting_case c = test::find_case(6200, axi_config(), 100);
    for (const int stalls : {0, 70}) {
        axi_bench bench(10, stalls);
        hw::host(bench).load(c.image);
        for (int i = 0; i < 3; ++i) {
            send(bench, c.words);
            const auto packet = bench.packet();
            REQUIRE(packet);
            // The last word says DONE; potentials that look like it end nothing.
            CHECK(packet->back() == 0x60000000);
            CHECK(packet->front() >> 28 == 4);
            CHECK(ends(*packet) >= 1);
        }
        bench.write(hw::address_of(hw::reg::length), 0);
        send(bench, c.words);
        const auto refusal = bench.packet();
        REQUIRE(refusal);
        CHECK(refusal->size() == 1);
        CHECK(refusal->front() >> 28 == 7);
        bench.patience = 2000;
        CHECK_FALSE(bench.packet());
        CHECK(bench.broken() == "");
    }
}

TEST_CASE("an abort ends an open packet, and the next answer is whole", "[rtl][axi]") {
    const test::fitting_case c = test::find_case(6300, axi_config(), 100);
    axi_bench bench(11);
    hw::host(bench).load(c.image);
    send(bench, c.words);
    const auto whole = bench.packet();
    REQUIRE(whole);
    std::size_t cut_packets = 0;
    for (std::size_t taken = 0; taken <= whole->size(); ++taken) {
        for (const int pause : {0, 1, 3, 40}) {
            INFO(taken << " words taken, then " << pause << " cycles");
            send(bench, c.words);
            for (std::size_t i = 0; i < taken; ++i) { CHECK(bench.pop() == (*whole)[i]); }
            bench.run(pause);
            bench.write(hw::address_of(hw::reg::control), hw::control_abort);
            bench.patience = 300;
            const auto rest = bench.packet();
            bench.patience = 200'000;
            if (rest) {
                // What the wrapper held goes out first.
                CHECK((rest->back() == aborted || rest->back() == 0x60000000));
                CHECK(rest->size() <= 2);
                cut_packets += rest->back() == aborted ? 1 : 0;
            } else {
                CHECK((taken == 0 || taken == whole->size()));
            }
            send(bench, c.words);
            CHECK(bench.packet() == whole);
        }
    }
    CHECK(cut_packets >= whole->size());
    CHECK(bench.broken() == "");
}

TEST_CASE("a reset in the middle of anything leaves a core that runs the next sample",
          "[rtl][axi]") {
    const test::fitting_case c = test::find_case(6400, axi_config(), 200);
    axi_bench bench(12, 20);
    std::optional<std::vector<std::uint32_t>> whole;
    for (int cycles = 0; cycles < 400; cycles += 23) {
        hw::host(bench).load(c.image);
        send(bench, c.words);
        const auto packet = bench.packet();
        REQUIRE(packet);
        if (!whole) { whole = packet; }
        CHECK(packet == whole);
        send(bench, c.words);
        bench.run(cycles);
        bench.reset();
        CHECK(bench.input_ready());
    }
    CHECK(bench.broken() == "");
}
