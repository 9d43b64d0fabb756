// SPDX-License-Identifier: Apache-2.0
// Price files: what is accepted, what is refused, and the SRAM model between and beyond its grid.
#include <cmath>
#include <filesystem>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/energy/cost_table.hpp>

namespace {

using namespace synfire::energy;
using Catch::Matchers::WithinRel;
using synfire::bad_input;

std::string table_with(const std::string& entry) {
    return R"({"name": "t", "title": "t", "kind": "operations", "caution": "", "operations": {"mac": )"
           + entry + "}}";
}

std::string entry(const std::string& ends, const std::string& grade) {
    return R"({"group": "mac", )" + ends + R"(, "grade": ")" + grade
           + R"(", "source": "s", "node_nm": 45, "vdd": 0.9})";
}

cost_table load(const std::string& json, const load_options& options = {}) {
    return load_cost_table(price_text{.json = json, .grid_csv = "", .fit_csv = "", .where = "test"},
                           options);
}

const std::string good_ends = R"("low": 1, "nominal": 2, "high": 3)";

}  // namespace

TEST_CASE("a price carries its interval, grade, source, node and voltage", "[energy][unit]") {
    const cost_table table = load(table_with(entry(good_ends, "SEC")));
    const auto mac = table.operation("mac");
    REQUIRE(mac.has_value());
    CHECK(mac->pj == interval{1, 2, 3});
    CHECK(mac->grade == evidence::secondary);
    CHECK(mac->source == "s");
    CHECK(mac->node_nm == 45);
    CHECK(mac->vdd == 0.9);
}

TEST_CASE("a price that is null or not listed is unknown", "[energy][unit]") {
    const cost_table table = load(table_with("null"));
    CHECK_FALSE(table.operation("mac").has_value());
    CHECK_FALSE(table.operation("nonsense").has_value());
    CHECK_FALSE(table.memory(memory_access::read, 1024, 64).has_value());
}

TEST_CASE("a recalled price is unknown unless it is asked for", "[energy][unit]") {
    const std::string json = table_with(entry(good_ends, "MEM"));
    CHECK_FALSE(load(json).operation("mac").has_value());
    CHECK(load(json, {.accept_recalled = true}).operation("mac").has_value());
}

TEST_CASE("bad price files are refused", "[energy][unit]") {
    CHECK_THROWS_AS(load("{"), bad_input);
    CHECK_THROWS_AS(load("[]"), bad_input);
    CHECK_THROWS_AS(load("{}"), bad_input);
    CHECK_THROWS_AS(load(table_with(entry(good_ends, "GOSSIP"))), bad_input);
    CHECK_THROWS_AS(load(table_with(entry(R"("low": 3, "nominal": 2, "high": 3)", "SEC"))),
                    bad_input);
    CHECK_THROWS_AS(load(table_with(entry(R"("low": -1, "nominal": 2, "high": 3)", "SEC"))),
                    bad_input);
    CHECK_THROWS_AS(load(table_with(entry(R"("low": 0, "nominal": 0, "high": 0)", "SEC"))),
                    bad_input);
    CHECK_THROWS_AS(load(table_with(entry(R"("low": "1", "nominal": 2, "high": 3)", "SEC"))),
                    bad_input);
    CHECK_THROWS_AS(load(table_with("3.7")), bad_input);
    CHECK_THROWS_AS(load_cost_table(std::filesystem::path("no-such-table.json")), bad_input);
}

TEST_CASE("a table that names CACTI cells needs the grid", "[energy][unit]") {
    const std::string corner = R"({"cell": "itrs-lop", "node_nm": 45})";
    const std::string json =
        R"({"name": "t", "title": "t", "kind": "architecture", "caution": "", "operations": {}, "sram": {"grade": "CAC", "source": "s", "low": )"
        + corner + R"(, "nominal": )" + corner + R"(, "high": )" + corner + "}}";
    CHECK_THROWS_AS(load(json), bad_input);
}

TEST_CASE("an unknown technology is refused with the names there are", "[energy][unit]") {
    CHECK_THROWS_AS(technology("3nm-magic"), bad_input);
    try {
        technology("3nm-magic");
    } catch (const bad_input& error) {
        CHECK(error.facts().expected.find(std::string(default_technology)) != std::string::npos);
    }
}

TEST_CASE("every built-in table loads, equals its file, and is honest about grades",
          "[energy][unit]") {
    const auto names = technology_names();
    REQUIRE(names.size() == 5);
    for (const std::string& name : names) {
        const cost_table table = technology(name);
        CHECK(table.name == name);
        const auto file = std::filesystem::path(SYNFIRE_PRICES_DIR) / (name + ".json");
        const cost_table from_file = load_cost_table(file);
        CHECK(from_file.operations.size() == table.operations.size());
        for (const auto& [operation, price] : table.operations) {
            INFO(name << ": " << operation);
            const auto other = from_file.operation(operation);
            REQUIRE(other.has_value() == price.has_value());
            if (!price) { continue; }
            CHECK(other->pj == price->pj);
            CHECK(price->pj.is_ordered());
            CHECK(price->grade != evidence::recalled);
            CHECK_FALSE(price->source.empty());
        }
    }
}

TEST_CASE("the default table has the published operation prices", "[energy][regression]") {
    const cost_table table = technology(default_technology);
    CHECK(table.operation("int8_mul")->pj.nominal == 0.2);
    CHECK(table.operation("int32_add")->pj.nominal == 0.1);
    CHECK(table.operation("int32_mul")->pj.nominal == 3.1);
    CHECK(technology("classic-fp32-45").operation("mac")->pj == interval::exact(4.6));
    CHECK(technology("classic-fp32-45").operation("ac")->pj == interval::exact(0.9));
    CHECK(technology("int8-45").operation("mac")->pj == interval::exact(0.3));
    CHECK(technology("int8-45").operation("ac")->pj == interval::exact(0.05));
}

TEST_CASE("SRAM prices equal CACTI's at grid points", "[energy][unit]") {
    const cost_table table = technology(default_technology);
    const auto read = table.memory(memory_access::read, 8192, 64);
    CHECK_THAT(read->pj.low, WithinRel(3.1622, 1e-12));      // LOP
    CHECK_THAT(read->pj.nominal, WithinRel(5.2883, 1e-12));  // HP
    CHECK_THAT(read->pj.high, WithinRel(10.0, 1e-12));       // Horowitz
    const auto write = table.memory(memory_access::write, 32768, 64);
    CHECK_THAT(write->pj.low, WithinRel(5.6190, 1e-12));
    CHECK_THAT(write->pj.nominal, WithinRel(12.6898, 1e-12));
    CHECK_THAT(write->pj.high, WithinRel(20.0, 1e-12));
    CHECK_THAT(table.memory(memory_access::read, 1048576, 64)->pj.high, WithinRel(100.0, 1e-9));
}

TEST_CASE("between grid points SRAM prices are log-log means", "[energy][unit]") {
    const auto read =
        technology(default_technology).memory(memory_access::read, std::sqrt(8192.0 * 16384.0), 64);
    CHECK_THAT(read->pj.low, WithinRel(std::sqrt(3.1622 * 6.0338), 1e-12));
}

TEST_CASE("SRAM prices are ordered and do not jump at the border of the grid",
          "[energy][property]") {
    const cost_table table = technology(default_technology);
    for (const memory_access kind : {memory_access::read, memory_access::write}) {
        for (double bytes = 64; bytes < 6e7; bytes *= 1.37) {
            for (const double bits : {8.0, 16.0, 40.0, 64.0, 128.0, 256.0}) {
                INFO(bytes << " bytes, " << bits << " bits");
                CHECK(table.memory(kind, bytes, bits)->pj.is_ordered());
                CHECK(table.memory(kind, bytes, bits)->pj.low > 0);
            }
        }
        for (const double edge : {1024.0, 1048576.0}) {
            const double below = table.memory(kind, edge * (1 - 1e-9), 64)->pj.nominal;
            const double above = table.memory(kind, edge * (1 + 1e-9), 64)->pj.nominal;
            CHECK_THAT(below, WithinRel(above, 1e-6));
        }
        const double below = table.memory(kind, 8192, 128 * (1 - 1e-9))->pj.nominal;
        const double above = table.memory(kind, 8192, 128 * (1 + 1e-9))->pj.nominal;
        CHECK_THAT(below, WithinRel(above, 1e-6));
    }
}

TEST_CASE("the shipped fit follows the shipped grid as closely as it says",
          "[energy][regression]") {
    // Root-mean-square factor of the LOP 45 nm read fit: 1.24.
    const sram_model model = *technology(default_technology).sram->low.grid;
    double squares = 0;
    for (std::size_t r = 0; r < model.bytes.size(); ++r) {
        for (std::size_t c = 0; c < model.width_bits.size(); ++c) {
            const double fit = (model.read_fit.a + model.read_fit.b * model.width_bits[c])
                               * std::pow(model.bytes[r] / 8192, model.read_fit.p);
            const double error = std::log(model.read_pj[r * model.width_bits.size() + c] / fit);
            squares += error * error;
        }
    }
    const auto points = static_cast<double>(model.bytes.size() * model.width_bits.size());
    CHECK(points == 44);
    CHECK_THAT(std::exp(std::sqrt(squares / points)), WithinRel(1.24, 0.01));
}
