// SPDX-License-Identifier: Apache-2.0
// The registers as data (hdl/package/registers.json) say what the C++ headers say.
#include <fmt/format.h>

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include <support/catch.hpp>
#include <synfire/hw/config.hpp>
#include <synfire/hw/registers.hpp>
#include <unit/io/scratch_folder.hpp>

namespace {

using namespace synfire;
using hw::reg;

nlohmann::json described() {
    return nlohmann::json::parse(test::slurp(SYNFIRE_SOURCE_DIR "/hdl/package/registers.json"));
}

std::string hexadecimal(unsigned value) { return fmt::format("{:02X}", value); }

}  // namespace

TEST_CASE("registers as data have the addresses of the program", "[hw][unit]") {
    const std::map<std::string, reg> known{{"ID", reg::id},
                                           {"VERSION", reg::version},
                                           {"CAPS0", reg::caps0},
                                           {"CAPS1", reg::caps1},
                                           {"CAPS2", reg::caps2},
                                           {"CONTROL", reg::control},
                                           {"STATUS", reg::status},
                                           {"ERROR", reg::error},
                                           {"INPUT_BASE", reg::input_base},
                                           {"INPUT_SHAPE", reg::input_shape},
                                           {"NETWORK", reg::network},
                                           {"LENGTH", reg::length},
                                           {"WINDOW", reg::window},
                                           {"DATA", reg::data}};
    const nlohmann::json all = described();
    CHECK(all["registers"].size() == known.size());
    for (const auto& r : all["registers"]) {
        const std::string name = r["name"];
        CAPTURE(name);
        REQUIRE(known.count(name) == 1);
        CHECK(r["address"] == hexadecimal(hw::address_of(known.at(name))));
    }
    CHECK(all["version"]
          == fmt::format("{}.{}", hw::major_version(hw::engine_version),
                         hw::engine_version & 0xffff));
}

namespace {

/// What a register holds in the bits that "15:8" or "4" names.
std::uint32_t field_of(std::uint32_t word, const std::string& bits) {
    const std::size_t colon = bits.find(':');
    const auto high = static_cast<unsigned>(std::stoul(bits));
    const auto low = colon == std::string::npos
                         ? high
                         : static_cast<unsigned>(std::stoul(bits.substr(colon + 1)));
    return (word >> low) & (0xffffffffU >> (31 - (high - low)));
}

hw::engine_config distinct_config() {
    hw::engine_config config = hw::streaming_config(32, 4);
    config.accumulator_bits = 23;
    config.act_address_bits = 11;
    config.code_address_bits = 13;
    config.row_address_bits = 15;
    config.descriptor_address_bits = 9;
    config.streaming = 10;
    config.fire_tables = 7;
    config.arithmetic = hw::spiking_arithmetic;
    return config;
}

}  // namespace

TEST_CASE("capabilities as data lie where the program looks for them", "[hw][unit]") {
    hw::engine_config config = distinct_config();
    SECTION("streaming") {}
    SECTION("dense layers alone, lanes that fire") { config = hw::icebreaker_mlp_int4_config(); }
    SECTION("a dense twin") { config = hw::twin_config(hw::skipping_arithmetic); }
    const hw::capability_words words = hw::to_capabilities(config);
    const std::map<std::string, std::uint32_t> registers{
        {"CAPS0", words.caps0}, {"CAPS1", words.caps1}, {"CAPS2", words.caps2}};
    const std::map<std::string, std::int64_t> expected{
        {"LANES", config.lanes},
        {"ACCUMULATOR_BITS", config.accumulator_bits},
        {"PATTERN_BITS", config.pattern_bits},
        {"SHIFT_BITS", config.shift_bits},
        {"SHARED_ADDER", config.shared_adder ? 1 : 0},
        {"FIRING", config.firing},
        {"VECTORS", config.vectors ? 1 : 0},
        {"ACT_ADDRESS_BITS", config.act_address_bits},
        {"TABLE_ADDRESS_BITS", config.fire_tables},
        {"CODE_ADDRESS_BITS", config.code_address_bits},
        {"ROW_ADDRESS_BITS", config.row_address_bits},
        {"PROGRAM_ADDRESS_BITS", config.descriptor_address_bits},
        {"WEIGHT_BITS", config.weight_bits},
        {"STATE_ADDRESS_BITS", config.streaming},
        {"ARITHMETIC", config.arithmetic},
        {"LAST_ROW", static_cast<std::int64_t>(config.weight_rows()) - 1}};
    std::size_t met = 0;
    const nlohmann::json all = described();
    for (const auto& r : all["registers"]) {
        const auto word = registers.find(r["name"]);
        if (word == registers.end()) { continue; }
        for (const auto& field : r["fields"]) {
            CAPTURE(field);
            CHECK(field_of(word->second, field["bits"]) == expected.at(field["name"]));
            ++met;
        }
    }
    CHECK(met == expected.size());
}

TEST_CASE("counters as data have the names and the order of the program", "[hw][unit]") {
    const nlohmann::json counters = described()["counters"];
    REQUIRE(counters.size() == hw::counter_count);
    for (std::size_t i = 0; i < hw::counter_count; ++i) {
        CHECK(counters[i]["name"] == hw::counter_names[i]);
        CHECK(counters[i]["address"]
              == hexadecimal(hw::address_of(reg::counters) + static_cast<unsigned>(i)));
    }
}

TEST_CASE("words of the streams as data have the types of the program", "[hw][unit]") {
    const nlohmann::json all = described();
    const std::map<std::string, hw::word_type> input{
        {"CODE", hw::word_type::code}, {"SKIP", hw::word_type::skip}, {"END", hw::word_type::end}};
    const std::map<std::string, hw::word_type> output{{"RESULT", hw::word_type::result},
                                                      {"CLASS", hw::word_type::label},
                                                      {"DONE", hw::word_type::done},
                                                      {"ERROR", hw::word_type::error}};
    CHECK(all["input_words"].size() == input.size());
    CHECK(all["output_words"].size() == output.size());
    for (const auto& word : all["input_words"]) {
        CHECK(word["type"] == static_cast<unsigned>(input.at(word["name"])));
    }
    for (const auto& word : all["output_words"]) {
        CHECK(word["type"] == static_cast<unsigned>(output.at(word["name"])));
    }
}
