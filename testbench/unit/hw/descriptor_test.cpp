// SPDX-License-Identifier: Apache-2.0
#include <synfire/hw/descriptor.hpp>

#include <cstdint>
#include <limits>

#include <fstream>
#include <sstream>
#include <string>

#include <support/catch.hpp>
#include <support/dice.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/config.hpp>

using namespace synfire;

namespace {

std::int64_t any_value(test::dice& d, int bits, bool is_signed) {
    if (bits == 64) {  // kept in a signed number
        constexpr std::int64_t ones = 0xffffffff;
        const auto high = static_cast<std::uint64_t>(d.between(0, ones)) << 32;
        return static_cast<std::int64_t>(high | static_cast<std::uint64_t>(d.between(0, ones)));
    }
    const std::int64_t span = std::int64_t{1} << bits;
    const std::int64_t lo = is_signed ? -span / 2 : 0;
    return d.chance(20) ? lo : d.chance(20) ? lo + span - 1 : d.between(lo, lo + span - 1);
}

hw::pass_header any_header(test::dice& d) {
    hw::pass_header h;
#define SYNFIRE_HEADER_FIELD(name, word, lsb, bits, is_signed, meaning)                            \
    h.name = any_value(d, bits, (is_signed) != 0);
#include <synfire/hw/descriptor_fields.inc>
    return h;
}

hw::term any_term(test::dice& d) {
    hw::term t;
#define SYNFIRE_TERM_FIELD(name, word, lsb, bits, is_signed, meaning)                              \
    t.name = any_value(d, bits, (is_signed) != 0);
#include <synfire/hw/descriptor_fields.inc>
    return t;
}

template <class Make>
std::string message_of(const Make& make) {
    try {
        make();
    } catch (const bad_input& e) { return e.what(); }
    return "";
}

}  // namespace

TEST_CASE("headers and terms come back from their words unchanged", "[hw][unit]") {
    test::dice d(7);
    for (int i = 0; i < 500; ++i) {
        const hw::pass_header h = any_header(d);
        const hw::term t = any_term(d);
        CHECK((hw::unpack_header(hw::pack(h)) == h));
        CHECK((hw::unpack_term(hw::pack(t)) == t));
    }
}

TEST_CASE("a few fields are where the specification has them", "[hw][unit]") {
    hw::pass_header h;
    h.end = 1;
    h.code_step = 3;
    CHECK((hw::pack(h) == hw::packed_header{std::uint64_t{1} << 54, 0, std::uint64_t{3} << 20}));
    hw::term t;
    t.x_first = -1;
    t.last = 1;
    t.lane_mask = std::numeric_limits<std::int64_t>::min();
    CHECK((hw::pack(t)
           == hw::packed_term{0, 0xfffff, 0, 0, std::uint64_t{1} << 53, std::uint64_t{1} << 63}));
}

TEST_CASE("a value that does not fit its field is refused by the field's name", "[hw][unit]") {
    hw::pass_header h;
    h.width = 1024;
    const std::string wide = message_of([&] { hw::pack(h); });
    CHECK_THAT(wide, Catch::Contains("header.width") && Catch::Contains("0 .. 1023"));
    hw::term t;
    t.y_first = -524289;
    CHECK_THAT(message_of([&] { hw::pack(t); }), Catch::Contains("term.y_first"));
}

TEST_CASE("an engine says its configuration in three words", "[hw][unit]") {
    for (const hw::engine_config& config :
         {hw::simulation_config(8), hw::simulation_config(32), hw::icebreaker_config(),
          hw::streaming_config(), hw::icebreaker_mlp_config(), hw::icebreaker_mlp_int4_config()}) {
        CHECK((hw::from_capabilities(hw::to_capabilities(config)) == config));
    }
    CHECK(hw::to_capabilities(hw::icebreaker_config()).caps0 == 0x14081808);
    CHECK(hw::to_capabilities(hw::icebreaker_config()).caps1 == 0x080e0b09);
    CHECK(hw::to_capabilities(hw::icebreaker_config()).caps2 == 0x03fff008);
    CHECK(hw::to_capabilities(hw::streaming_config()).caps2 == 0x0ffff0c8);
    CHECK(hw::to_capabilities(hw::icebreaker_mlp_config()).caps0 == 0x94081808);
    hw::engine_config counted;
    counted.counted_rows = 10240;
    CHECK(hw::to_capabilities(counted).caps2 == 0x027ff008);
    CHECK((hw::from_capabilities(hw::to_capabilities(counted)) == counted));
}

TEST_CASE("impossible configurations are refused", "[hw][unit]") {
    const auto with = [](auto change) {
        hw::engine_config config;
        change(config);
        return message_of([&] { hw::check(config); });
    };
    CHECK_THAT(with([](auto& c) { c.lanes = 12; }), Catch::Contains("lanes"));
    for (const int bits : {4, 5}) {
        CHECK_THAT(with([&](auto& c) { c.pattern_bits = bits; }), Catch::Contains("pattern"));
    }
    CHECK_THAT(with([](auto& c) { c.accumulator_bits = 33; }), Catch::Contains("accumulator"));
    CHECK_THAT(with([](auto& c) { c.accumulator_bits = 8; }), Catch::Contains("accumulator"));
    CHECK_THAT(with([](auto& c) { c.act_address_bits = 14; }), Catch::Contains("active map"));
    CHECK_THAT(with([](auto& c) { c.act_address_bits = 1; }), Catch::Contains("active map"));
    CHECK_THAT(with([](auto& c) { c.code_address_bits = 5; }), Catch::Contains("code memory"));
    CHECK_THAT(with([](auto& c) { c.code_address_bits = 16; }), Catch::Contains("code memory"));
    CHECK_THAT(with([](auto& c) { c.row_address_bits = 21; }), Catch::Contains("weight memory"));
    CHECK_THAT(with([](auto& c) { c.row_address_bits = 5; }), Catch::Contains("weight memory"));
    CHECK_THAT(with([](auto& c) { c.counted_rows = c.weight_rows(); }),
               Catch::Contains("weight rows"));
    CHECK_THAT(with([](auto& c) { c.weight_bits = 7; }), Catch::Contains("width of a weight"));
    CHECK_THAT(with([](auto& c) { c.arithmetic = 3; }), Catch::Contains("arithmetic"));
    CHECK_THAT(with([](auto& c) {
                   c.arithmetic = hw::dense_arithmetic;
                   c.shared_adder = true;
               }),
               Catch::Contains("do not multiply"));
    CHECK_THAT(with([](auto& c) { c.firing = 2; }), Catch::Contains("way of firing"));
    CHECK_THAT(with([](auto& c) { c.shared_adder = true, c.firing = 1; }),
               Catch::Contains("way of firing"));
    CHECK_THAT(with([](auto& c) { c.firing = 1, c.streaming = 16; }),
               Catch::Contains("state memory"));
    CHECK_THAT(with([](auto& c) { c.vectors = true; }), Catch::Contains("engine for vectors"));
    CHECK_THAT(with([](auto& c) { c.streaming = 8; }), Catch::Contains("fires in its own bank"));
    CHECK_THAT(with([](auto& c) { c.firing = 1, c.fire_tables = 16; }),
               Catch::Contains("fire tables"));
    CHECK_THAT(with([](auto& c) { c.fire_tables = 8; }), Catch::Contains("sign and the limits"));
    CHECK_THAT(with([](auto& c) { c.row_address_bits = 12; }), Catch::Contains("window"));
    CHECK_THAT(with([](auto& c) { c.descriptor_address_bits = 1; }), Catch::Contains("program"));
    CHECK_THAT(message_of([] {
                   hw::from_capabilities({0xff081a08, 0x090e0b09});
               }),
               Catch::Contains("shift"));
}

TEST_CASE("the corners of what is accepted are engines that the Verilog elaborates", "[hw][unit]") {
    // hdl/lint elaborates every line of this file.
    std::ifstream file(SYNFIRE_CORNERS);
    REQUIRE(file);
    int engines = 0;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.front() == '#') { continue; }
        INFO(line);
        hw::engine_config c;
        std::istringstream numbers(line);
        REQUIRE((numbers >> c.lanes >> c.accumulator_bits >> c.pattern_bits >> c.act_address_bits
                 >> c.code_address_bits >> c.row_address_bits >> c.descriptor_address_bits
                 >> c.shift_bits >> c.shared_adder >> c.weight_bits >> c.counted_rows
                 >> c.arithmetic >> c.firing >> c.streaming));
        if (numbers >> c.vectors) { numbers >> c.fire_tables; }
        CHECK_NOTHROW(hw::check(c));
        ++engines;
    }
    CHECK(engines >= 8);
}
