// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <cstddef>
#include <numeric>

#include <synfire/core/coding.hpp>

namespace {

using namespace synfire;
using values = std::vector<std::int32_t>;

TEST_CASE("step values follow the table of spike codes", "[core][unit]") {
    CHECK(step_values({coding::rate, 3}) == values{1, 1, 1});
    CHECK(step_values({coding::phase, 4}) == values{8, 4, 2, 1});
    CHECK(step_values({coding::ttfs, 3}) == values{3, 2, 1});
    CHECK(step_values({coding::digit, 4, 3, 2}) == values{6, 3, 2, 1});
}

TEST_CASE("the largest code is what all spikes together are worth", "[core][unit]") {
    CHECK(max_code({coding::rate, 7}) == 7);
    CHECK(max_code({coding::phase, 15}) == 32767);
    CHECK(max_code({coding::ttfs, 9}) == 9);
    CHECK(max_code({coding::digit, 8, 3, 4}) == 80);
}

TEST_CASE("a digit sends at most one spike and the sum of the spikes is the code", "[core][unit]") {
    const auto window =
        GENERATE(code_window{coding::rate, 16}, code_window{coding::phase, 8},
                 code_window{coding::ttfs, 11}, code_window{coding::digit, 12, 4, 4},
                 code_window{coding::digit, 6, 2, 6}, code_window{coding::digit, 16, 17, 1});
    const values d = step_values(window);
    REQUIRE(d.size() == static_cast<std::size_t>(window.steps));
    for (std::int32_t code = 0; code <= max_code(window); ++code) {
        const values steps = spike_steps(window, -code);
        std::int32_t sum = 0;
        std::int32_t last_digit = -1;
        for (const std::int32_t t : steps) {
            sum += d[static_cast<std::size_t>(t)];
            REQUIRE(digit_of_step(window, t) > last_digit);
            last_digit = digit_of_step(window, t);
        }
        REQUIRE(sum == code);
    }
}

TEST_CASE("digit codes with base two and with one digit are phase and time to first spike",
          "[core][unit]") {
    CHECK(step_values({coding::digit, 5, 2, 5}) == step_values({coding::phase, 5}));
    CHECK(step_values({coding::digit, 6, 7, 1}) == step_values({coding::ttfs, 6}));
}

TEST_CASE("codings have names", "[core][unit]") {
    CHECK(to_string(coding::rate) == "rate");
    CHECK(to_string(coding::phase) == "phase");
    CHECK(to_string(coding::ttfs) == "ttfs");
    CHECK(to_string(coding::digit) == "digit");
}

}  // namespace
