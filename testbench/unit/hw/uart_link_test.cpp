// SPDX-License-Identifier: Apache-2.0
// The host's end of the serial line: frames, and its way out of everything that a line or a device
// can do. The device's end has a test of its own (testbench/rtl/uart).
#include <synfire/hw/uart_link.hpp>

#include <functional>
#include <string>

#include <support/catch.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/hw/registers.hpp>

#include "fake_uart.hpp"

using namespace synfire;
using test::fake_uart;
using words = std::vector<std::uint32_t>;

namespace {

constexpr std::uint8_t data = hw::address_of(hw::reg::data);
constexpr std::uint8_t network_register = hw::address_of(hw::reg::network);
constexpr std::uint32_t end_word = hw::stream_word(hw::word_type::end);
constexpr double patience_s = 2;  ///< of the link, by default

std::string message_of(const std::function<void()>& run) {
    try {
        run();
    } catch (const bad_input& e) { return e.what(); }
    return "no exception of this type";
}

words ascending(std::uint32_t count) {
    words all;
    for (std::uint32_t i = 0; i < count; ++i) { all.push_back(hw::code_word(0, i + 1)); }
    return all;
}

bool push_all(hw::link& link, const words& all) {
    bool taken = true;
    for (const std::uint32_t word : all) { taken = link.push(word) && taken; }
    return taken;
}

/// After a failure both ends are in step again.
void check_usable(fake_uart& device, hw::uart_link& link) {
    device.registers[network_register] = 0x12345678;
    CHECK(link.read(network_register) == 0x12345678);
    CHECK(device.errors == 0);
}

}  // namespace

TEST_CASE("words go out in frames and come back in blocks", "[hw][unit]") {
    fake_uart device;
    hw::uart_link link(device);
    const words all = ascending(600);
    for (const std::uint32_t word : all) { link.write(data, word); }
    CHECK(device.memory.size() == 510);  // two whole frames; the rest waits for company
    CHECK(link.read_block(data, 600) == all);
    link.write(network_register, 77);
    CHECK(link.read(network_register) == 77);
}

TEST_CASE("a device that says nothing ends in an error within seconds", "[hw][unit]") {
    fake_uart device;
    device.silent = true;
    hw::uart_link link(device);
    hw::host host(link);
    CHECK_THAT(message_of([&] { host.identify(); }),
               Catch::Contains("does not answer") && Catch::Contains("check port"));
    CHECK(device.seconds() < 1);
}

TEST_CASE("a device that sends without end ends in an error too", "[hw][unit]") {
    fake_uart device;
    device.babbles = true;
    hw::uart_link link(device);
    hw::host host(link);
    CHECK_THAT(message_of([&] { host.identify(); }),
               Catch::Contains("sends without being asked") && Catch::Contains("4096 bytes"));
    CHECK(device.seconds() < 5);
}

TEST_CASE("another kind of device is refused", "[hw][unit]") {
    fake_uart device;
    device.status_mark = 0x50;
    hw::uart_link link(device);
    CHECK_THAT(message_of([&] { link.read(network_register); }),
               Catch::Contains("does not answer"));
}

TEST_CASE("a byte that is lost on its way to the device is an error of the line", "[hw][unit]") {
    const int which = GENERATE(0, 1, 3);
    fake_uart device;
    hw::uart_link link(device);
    device.lose_sent = which;
    CHECK_THAT(message_of([&] { link.write(network_register, 0x04030201); }),
               Catch::Contains("frame that stopped short"));
    check_usable(device, link);
}

TEST_CASE("a byte that is lost on its way back is an error", "[hw][unit]") {
    const int which = GENERATE(0, 1, 4);
    fake_uart device;
    hw::uart_link link(device);
    device.lose_answer = which;
    CHECK_THAT(message_of([&] { link.read(network_register); }),
               Catch::Contains("serial link") && Catch::Contains("lower the speed"));
    check_usable(device, link);
}

TEST_CASE("errors that the device remembers are reported in words and cleared", "[hw][unit]") {
    fake_uart device;
    device.errors = hw::uart_framing_error | hw::uart_overrun;
    hw::uart_link link(device);
    CHECK_THAT(message_of([&] { link.read(network_register); }),
               Catch::Contains("framing error, overrun"));
    check_usable(device, link);
}

TEST_CASE("a device that counts other words than were sent is an error", "[hw][unit]") {
    fake_uart device;
    hw::uart_link link(device);
    device.miscount = -1;
    const auto write_two = [&] {
        link.write(data, 1);
        link.write(data, 2);
        link.flush();
    };
    CHECK_THAT(message_of(write_two),
               Catch::Contains("did not write all words") && Catch::Contains("1 of 2"));
    device.miscount = 1;
    CHECK_THAT(message_of([&] { link.push(end_word); }), Catch::Contains("more words"));
    device.miscount = 0;
    check_usable(device, link);
}

TEST_CASE("words that the engine refuses are sent again in their order", "[hw][unit]") {
    fake_uart device;
    hw::uart_link link(device);
    words sample = ascending(600);
    sample.push_back(end_word);
    device.refusals = 5;
    device.room_a_frame = 100;
    CHECK(push_all(link, sample));
    CHECK(device.input == sample);
    // While the engine is busy it is asked with one word.
    CHECK(std::vector<std::size_t>(device.pushes.begin(), device.pushes.begin() + 6)
          == std::vector<std::size_t>{255, 1, 1, 1, 1, 1});
}

TEST_CASE("an engine that takes nothing is given up after the patience, once", "[hw][unit]") {
    fake_uart device;
    hw::uart_link link(device);
    device.room = 3;
    words sample = ascending(10);
    CHECK(push_all(link, sample));
    CHECK_FALSE(link.push(end_word));
    CHECK(device.input == ascending(3));
    CHECK(device.seconds() >= patience_s);
    CHECK(device.seconds() < 1.1 * patience_s);
    // Looking at the engine's state is not held up by words that it does not take.
    link.read(hw::address_of(hw::reg::status));
    link.read(hw::address_of(hw::reg::error));
    CHECK(device.seconds() < 1.2 * patience_s);
    // The word that was not taken is the caller's again.
    device.room = 100;
    CHECK(link.push(end_word));
    sample.push_back(end_word);
    CHECK(device.input == sample);
}

TEST_CASE("answers are fetched while the next sample's words wait for them", "[hw][unit]") {
    fake_uart device;
    hw::uart_link link(device);
    device.room = 0;
    device.output = {7};
    push_all(link, ascending(3));
    CHECK(link.pop() == 7);
    CHECK(device.input.empty());
    CHECK(device.seconds() < 0.1);
    device.room = 100;
    CHECK(link.push(end_word));
    CHECK(device.input.size() == 4);
}

TEST_CASE("an abort forgets words that were gathered or refused", "[hw][unit]") {
    fake_uart device;
    hw::uart_link link(device);
    const bool refused = GENERATE(false, true);
    device.room = refused ? 0 : 100;
    push_all(link, ascending(10));
    if (refused) { CHECK_FALSE(link.push(end_word)); }
    link.write(hw::address_of(hw::reg::control), hw::control_abort);
    CHECK(device.aborts == 1);
    CHECK(device.input.empty());
    device.room = 100;
    CHECK(link.push(end_word));
    CHECK(device.input == words{end_word});
}

TEST_CASE("answers are fetched ahead, and missing ones end the waiting", "[hw][unit]") {
    fake_uart device;
    hw::uart_link link(device);
    device.output = {1, 2, 3};
    CHECK(link.pop() == 1);
    CHECK(device.output.empty());
    CHECK(link.pop() == 2);
    CHECK(link.pop() == 3);
    device.registers[hw::address_of(hw::reg::status)] = hw::status_running;
    const double before = device.seconds();
    CHECK_FALSE(link.pop());
    CHECK(device.seconds() - before >= patience_s);
    CHECK(device.seconds() - before < 1.1 * patience_s);
    // An engine that was reset says nothing, ever.
    device.registers[hw::address_of(hw::reg::status)] = 0;
    const double after = device.seconds();
    CHECK_FALSE(link.pop());
    CHECK(device.seconds() - after < 0.01);
}
