// SPDX-License-Identifier: Apache-2.0
// Imported thresholds against the model's own rounding, accumulator by accumulator.
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include <support/catch.hpp>

#include <synfire/core/neuron.hpp>

#include "import/channel_fit.hpp"
#include "import/pair_fit.hpp"
#include "import/weight_digits.hpp"

using namespace synfire;
using namespace synfire::converters;

namespace {

channel_problem problem_of(const code_map& map, std::int64_t largest_weight = 127) {
    channel_problem p;
    p.map = map;
    p.boundaries = boundaries_of(map);
    p.limits = limits_of(128, std::max(std::abs(map.first), std::abs(map.last)));
    p.largest_weight = largest_weight;
    return p;
}

/// The test's own form of ONNX Runtime's requantisation: half to even, in single precision.
std::int32_t half_even(std::int64_t acc, float multiplier, code_range range) {
    const float x = static_cast<float>(acc) * multiplier;
    const float below = std::floor(x);
    const float rest = x - below;
    const bool up = rest > 0.5F || (rest == 0.5F && std::fmod(below, 2.0F) != 0.0F);
    const double code = static_cast<double>(below) + (up ? 1.0 : 0.0);
    return static_cast<std::int32_t>(
        std::clamp(code, static_cast<double>(range.lo), static_cast<double>(range.hi)));
}

/// Differences found by trying every accumulator.
std::map<std::int64_t, std::int32_t> differences(const code_map& map, const threshold_fit& fit,
                                                 float multiplier) {
    std::map<std::int64_t, std::int32_t> found;
    for (std::int64_t acc = map.first; acc <= map.last; ++acc) {
        const std::int32_t model = half_even(acc, multiplier, map.range);
        REQUIRE(model == map.code(acc));
        const std::int32_t network =
            fire_code(fit.factor * acc + fit.offset, {fit.theta, fit.theta_neg}, map.range);
        if (network != model) { found[acc] = network; }
    }
    return found;
}

void require_certificate(const channel_problem& p, const threshold_fit& fit, float multiplier) {
    const auto found = differences(p.map, fit, multiplier);
    const auto listed = compare_codes(p.map, p.boundaries, fit);
    REQUIRE(listed.size() == found.size());
    for (const code_difference& d : listed) {
        REQUIRE(found.count(d.accumulator) == 1);
        REQUIRE(found.at(d.accumulator) == d.network);
    }
}

code_range random_range(std::mt19937& random) {
    const std::vector<code_range> ranges{{0, 255}, {-128, 127}, {-113, 142}, {0, 127}, {-1, 254}};
    return ranges[random() % ranges.size()];
}

}  // namespace

TEST_CASE("Every code of random layers is that of half-even rounding in single precision",
          "[converters][import]") {
    std::mt19937 random(7);
    std::size_t certified = 0;
    for (int trial = 0; trial < 60; ++trial) {
        const float multiplier =
            std::ldexp(1.0F + static_cast<float>(random() % 8388608U) / 8388608.0F,
                       -4 - static_cast<int>(random() % 8));
        const code_range range = random_range(random);
        const auto reach = static_cast<std::int64_t>(300.0F / multiplier) + 1;
        const channel_problem p = problem_of(requantised(-reach / 2, reach, multiplier, range));
        const auto together = fit_together({p});
        REQUIRE(together);
        require_certificate(p, together->front(), multiplier);
        CHECK((together->front().factor & (together->front().factor - 1)) == 0);
        const threshold_fit alone = fit_alone(p, three_weights);
        require_certificate(p, alone, multiplier);
        for (const threshold_fit& fit : {together->front(), alone}) {
            for (const code_difference& d : compare_codes(p.map, p.boundaries, fit)) {
                CHECK(d.tie);
            }
        }
        certified += compare_codes(p.map, p.boundaries, alone).empty() ? 1 : 0;
    }
    CHECK(certified >= 50);
}

TEST_CASE("The smallest factor is taken, and one that is too small fails", "[converters][import]") {
    const float multiplier = 0.0071234F;
    const channel_problem p = problem_of(requantised(-40000, 40000, multiplier, {-128, 127}));
    const auto found = fit_together({p});
    REQUIRE(found);
    const std::int64_t factor = found->front().factor;
    REQUIRE(factor > 1);
    CHECK_FALSE(fit_thresholds(p.map, p.boundaries, factor / 2, tie_rule::exact, p.limits));
    CHECK(compare_codes(p.map, p.boundaries, found->front()).empty());
}

TEST_CASE("A wrong threshold, offset or factor does not pass the certificate",
          "[converters][import]") {
    const float multiplier = 0.0113F;
    const channel_problem p = problem_of(requantised(-30000, 30000, multiplier, {-100, 155}));
    const threshold_fit good = fit_together({p})->front();
    threshold_fit bad = good;
    SECTION("threshold") { bad.theta += 1 + good.theta / 500; }
    SECTION("negative threshold") { bad.theta_neg += 1 + good.theta_neg / 100; }
    SECTION("offset") { bad.offset += good.factor; }
    SECTION("factor") { bad.factor += 1 + good.factor / 100; }
    CHECK_FALSE(compare_codes(p.map, p.boundaries, bad).empty());
    require_certificate(p, bad, multiplier);
}

TEST_CASE("Ties of a power of two are listed, each of them, and nothing else",
          "[converters][import]") {
    const float multiplier = 1.0F / 64.0F;
    const channel_problem p = problem_of(requantised(-9000, 17000, multiplier, {-120, 135}));
    const auto found = fit_together({p});
    REQUIRE(found);
    const auto listed = compare_codes(p.map, p.boundaries, found->front());
    CHECK_FALSE(listed.empty());
    for (const code_difference& d : listed) {
        CHECK(d.tie);
        CHECK(std::abs(d.accumulator % 64) == 32);
        CHECK(std::abs(d.model - d.network) == 1);
    }
    require_certificate(p, found->front(), multiplier);
    CHECK(found->front().factor == 1);  // nothing finer would help
}

TEST_CASE("A power of two serves all channels, or none is found", "[converters][import]") {
    const channel_problem a = problem_of(requantised(-30000, 30000, 0.0113F, {0, 255}));
    const channel_problem b = problem_of(requantised(-50000, 50000, 0.00731F, {0, 255}));
    const auto both = fit_together({a, b});
    REQUIRE(both);
    CHECK(both->at(0).factor == both->at(1).factor);
    channel_problem narrow = a;
    narrow.limits.potential = 30001;
    CHECK_FALSE(fit_together({narrow, b}));
    narrow.limits.potential = 1 << 21;
    const threshold_fit nearest = fit_alone(narrow, one_weight);
    CHECK(nearest.factor == 1);
    require_certificate(narrow, nearest, 0.0113F);
    CHECK_FALSE(compare_codes(narrow.map, narrow.boundaries, nearest).empty());
}

TEST_CASE("Pairs of codes are tried one by one", "[converters][import]") {
    const pair_problem p{0.6180339F, 0.31415926F, 0.0F,        0,          128,
                         60,         {0, 255},    {-128, 127}, {-60, 195}, 1 << 24};
    const pair_fit fit = fit_pairs(p, two_weights);
    CHECK(fit.pairs == 65536);
    CHECK(std::abs(fit.first) <= two_weights);
    std::size_t changed = 0;
    for (int a = 0; a <= 255; ++a) {
        for (int b = -128; b <= 127; ++b) {
            const double v = 0.6180339 * a + 0.31415926 * b;
            const auto code =
                static_cast<std::int32_t>(std::clamp(std::nearbyint(v), -60.0, 195.0));
            CHECK((p.code(a, b) == code || p.tie(a, b)));
            const std::int64_t x = fit.first * a + fit.second * b + fit.offset;
            changed += fire_code(x, {fit.theta, fit.theta}, p.range) != p.code(a, b) ? 1 : 0;
        }
    }
    CHECK(changed == fit.different + fit.ties);
    CHECK(fit.different == 0);
    const pair_fit coarse = fit_pairs(p, 9);
    CHECK(coarse.different > 100);
}

TEST_CASE("Equal scales add without any threshold to speak of", "[converters][import]") {
    const pair_fit fit =
        fit_pairs({1.0F, 1.0F, 0.0F, 0, 0, 0, {0, 255}, {0, 255}, {0, 255}, 1 << 24}, two_weights);
    CHECK(fit.theta == 1);
    CHECK(fit.first == 1);
    CHECK(fit.different == 0);
    CHECK(fit.ties == 0);
}

TEST_CASE("Digits add up and grow no larger than their number", "[converters][import]") {
    const std::vector<std::int64_t> values{0,   1,     -127,   127,   -128,
                                           128, 16383, -16383, 90000, -2097151};
    const auto digits = weight_digits(values);
    REQUIRE(digits.size() == 3);
    for (std::size_t i = 0; i < values.size(); ++i) {
        std::int64_t total = 0;
        std::int64_t size = 0;
        for (std::size_t d = digits.size(); d-- > 0;) {
            total = total * 128 + digits[d][i];
            size = size * 128 + std::abs(digits[d][i]);
            CHECK(std::abs(digits[d][i]) <= 127);
        }
        CHECK(total == values[i]);
        CHECK(size == std::abs(values[i]));
    }
    CHECK(weight_digits({127, -127, 5}).size() == 1);
    CHECK(factor_digits(3, {-128, 4}).high == std::vector<std::int8_t>{-1, 0});
}
