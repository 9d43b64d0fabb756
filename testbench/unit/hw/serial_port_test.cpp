// SPDX-License-Identifier: Apache-2.0
// A port of this machine, served through a pseudo-terminal by a device without RTL.
#include <synfire/hw/serial_port.hpp>

#include <array>
#include <chrono>
#include <string>

#include <support/catch.hpp>
#include <support/pty.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/registers.hpp>

#include "fake_uart.hpp"

using namespace synfire;
using namespace std::chrono_literals;
using test::fake_uart;
using test::served_port;

namespace {

/// Long enough for a machine that is busy with other things.
constexpr hw::serial_options patient{.patience = 2000ms};
constexpr hw::serial_options hasty{.patience = 20ms};

std::vector<std::uint8_t> serve(fake_uart& device, const std::vector<std::uint8_t>& heard) {
    if (heard.empty()) { return {}; }
    device.write(heard);
    return device.take_answers();
}

template <class Run>
std::string message_of(const Run& run) {
    try {
        run();
    } catch (const bad_input& e) { return e.what(); }
    return "no exception of this type";
}

}  // namespace

TEST_CASE("words travel through a serial port", "[hw][unit]") {
    fake_uart device;
    served_port far_end([&](const auto& heard) { return serve(device, heard); });
    hw::serial_port port(far_end.path(), patient);
    hw::uart_link link(port);
    std::vector<std::uint32_t> words;
    for (std::uint32_t i = 0; i < 700; ++i) { words.push_back(i * 0x9e3779b9U); }
    for (const std::uint32_t word : words) { link.write(hw::address_of(hw::reg::data), word); }
    CHECK(link.read_block(hw::address_of(hw::reg::data), words.size()) == words);
    // Bytes that terminals give a meaning: CR, LF, XON, XOFF, end of file, interrupt.
    link.write(hw::address_of(hw::reg::network), 0x0d0a1113);
    CHECK(link.read(hw::address_of(hw::reg::network)) == 0x0d0a1113);
    link.write(hw::address_of(hw::reg::network), 0x0304ff1a);
    CHECK(link.read(hw::address_of(hw::reg::network)) == 0x0304ff1a);
}

TEST_CASE("a silent port ends a read after its patience", "[hw][unit]") {
    served_port far_end([](const auto&) { return std::vector<std::uint8_t>{}; });
    hw::serial_port port(far_end.path(), hasty);
    std::array<std::uint8_t, 4> bytes{};
    const auto before = port.now();
    CHECK(port.read(bytes) == 0);
    CHECK(port.now() - before >= 20ms);
    hw::uart_link link(port);
    CHECK_THAT(message_of([&] { link.read(0); }), Catch::Contains("does not answer"));
}

TEST_CASE("a board that is unplugged is an error", "[hw][unit]") {
    served_port far_end([](const auto&) { return std::vector<std::uint8_t>{}; });
    hw::serial_port port(far_end.path(), hasty);
    far_end.unplug();
    std::array<std::uint8_t, 4> bytes{};
    CHECK_THAT(message_of([&] { port.read(bytes); }), Catch::Contains("the device is gone"));
    CHECK_THAT(message_of([&] { port.write(bytes); }), Catch::Contains("the device is gone"));
}

TEST_CASE("what is no serial port, or none with this speed, is refused", "[hw][unit]") {
    CHECK_THAT(message_of([] { hw::serial_port("/dev/no-such-port"); }),
               Catch::Contains("/dev/no-such-port") && Catch::Contains("cannot be opened")
                   && Catch::Contains("dialout"));
    CHECK_THAT(message_of([] { hw::serial_port("/dev/null"); }), Catch::Contains("no serial port"));
    served_port far_end([](const auto&) { return std::vector<std::uint8_t>{}; });
    CHECK_THAT(message_of([&] { hw::serial_port(far_end.path(), {.baud = 12345}); }),
               Catch::Contains("12345") && Catch::Contains("1000000"));
}
