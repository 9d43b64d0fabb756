// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include "figures.hpp"

using namespace synfire;
using namespace synfire::report;

TEST_CASE("Numbers have three significant digits, large ones all of them", "[report][unit]") {
    CHECK(significant(0.0) == "0");
    CHECK(significant(0.12345) == "0.123");
    CHECK(significant(0.00012345) == "0.000123");
    CHECK(significant(0.000012345) == "1.23e-05");
    CHECK(significant(12.345) == "12.3");
    CHECK(significant(999.4) == "999");
    CHECK(significant(999.6) == "1,000");
    CHECK(significant(0.99996) == "1.00");
    CHECK(significant(1234567.0) == "1,234,567");
    CHECK(significant(-2.5) == "-2.50");
}

TEST_CASE("What is missing is shown as missing, not as 0", "[report][unit]") {
    CHECK(significant(std::nullopt) == "-");
    CHECK(count_text(std::nullopt) == "-");
    CHECK(percent_text(std::nullopt) == "-");
    CHECK(interval_text(std::nullopt) == "unknown");
    CHECK(unit_for(1e4).show(std::nullopt) == "unknown");
    CHECK_FALSE(quotient(1.0, 0.0));
    CHECK_FALSE(quotient(std::nullopt, 2.0));
}

TEST_CASE("The unit of energies follows the largest", "[report][unit]") {
    CHECK(unit_for(999).in_words(energy::interval{1, 2, 3}) == "2.00 pJ (1.00 to 3.00)");
    CHECK(unit_for(52000).in_words(energy::interval::exact(52000)) == "52.0 nJ");
    CHECK(std::string(unit_for(5e6).name) == "\u00b5J");
    CHECK(unit_for(2e9).show(energy::interval::exact(2e9)) == "2.00");
}
