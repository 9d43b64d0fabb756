// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>

#include <synfire/core/neuron.hpp>

namespace {

using namespace synfire;

std::int32_t code_by_loop(std::int64_t x, const thresholds& th, const code_range& range,
                          const code_window& window) {
    const fire_start start = start_window(x, th, range);
    const std::vector<std::int32_t> d = step_values(window);
    std::int32_t code = 0;
    for (const std::int32_t t : fire(start, window)) {
        code += start.sign * d[static_cast<std::size_t>(t)];
    }
    return code;
}

TEST_CASE("ties round away from zero and codes saturate at both ends", "[core][unit]") {
    const thresholds th{10, 10};
    const code_range range{-7, 7};
    CHECK(fire_code(4, th, range) == 0);
    CHECK(fire_code(5, th, range) == 1);
    CHECK(fire_code(-5, th, range) == -1);
    CHECK(fire_code(-4, th, range) == 0);
    CHECK(fire_code(1000, th, range) == 7);
    CHECK(fire_code(-1000, th, range) == -7);
    CHECK(fire_code(-1000, th, {0, 7}) == 0);
}

TEST_CASE("an odd threshold has no tie", "[core][unit]") {
    CHECK(fire_code(5, {11, 11}, {0, 7}) == 0);
    CHECK(fire_code(6, {11, 11}, {0, 7}) == 1);
}

TEST_CASE("the spike loop and the closed form give the same code in every coding",
          "[core][property]") {
    const auto window =
        GENERATE(code_window{coding::rate, 9}, code_window{coding::phase, 6},
                 code_window{coding::ttfs, 12}, code_window{coding::digit, 8, 3, 4},
                 code_window{coding::digit, 15, 16, 1}, code_window{coding::phase, 1});
    std::mt19937 random(20261);
    const auto top = static_cast<std::int32_t>(max_code(window));
    for (int i = 0; i < 3000; ++i) {
        const auto draw = [&](std::int32_t lo, std::int32_t hi) {
            return std::uniform_int_distribution<std::int32_t>(lo, hi)(random);
        };
        const thresholds th{draw(1, 300), draw(1, 300)};
        const code_range range{draw(0, 1) == 0 ? 0 : -draw(0, top), draw(0, top)};
        const std::int64_t x = draw(-400 * top, 400 * top);
        REQUIRE(code_by_loop(x, th, range, window) == fire_code(x, th, range));
        const double real = static_cast<double>(x) / (x < 0 ? th.theta_neg : th.theta);
        REQUIRE(fire_code(x, th, range)
                == std::clamp(std::lround(real), long{range.lo}, long{range.hi}));
    }
}

TEST_CASE("a negative potential of an unsigned neuron stays silent", "[core][unit]") {
    const fire_start start = start_window(-1, {2, 2}, {0, 3});
    CHECK(start.sign == 0);
    CHECK(fire(start, {coding::phase, 2}).empty());
}

}  // namespace
