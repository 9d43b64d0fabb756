// SPDX-License-Identifier: Apache-2.0
// The registers as data (hdl/package/registers.json) say what the C++ headers say.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include <support/catch.hpp>
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
