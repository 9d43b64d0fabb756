// SPDX-License-Identifier: Apache-2.0
// Every instruction set against plain loops and the core neuron.
#include <support/catch.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include <synfire/core/neuron.hpp>

#include "dispatch.hpp"
#include "plan.hpp"

namespace {

using namespace synfire;

const sim::kernel_table& table_of(int level) {
    return sim::select_kernels(static_cast<sim::simd_level>(level));
}

struct draws {
    std::mt19937 random{11};
    template <class Number>
    Number operator()(Number lo, Number hi) {
        return static_cast<Number>(std::uniform_int_distribution<std::int64_t>(lo, hi)(random));
    }
};

TEST_CASE("rows add up for every length and count", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    draws draw;
    for (std::size_t n = 0; n < 70; ++n) {
        const std::size_t count = n % 11;
        std::vector<std::vector<std::int8_t>> weights(count, std::vector<std::int8_t>(n + 3));
        std::vector<const std::int8_t*> rows;
        std::vector<std::uint32_t> gains;
        std::vector<std::uint32_t> sums(n, 0xFFFFFF00U);
        std::vector<std::uint32_t> expected = sums;
        for (auto& row : weights) {
            for (std::int8_t& w : row) { w = draw(std::int8_t{-127}, std::int8_t{127}); }
            gains.push_back(static_cast<std::uint32_t>(draw(-40000, 40000)));
            rows.push_back(row.data());
            for (std::size_t j = 0; j < n; ++j) {
                expected[j] += gains.back() * static_cast<std::uint32_t>(std::int32_t{row[j + 3]});
            }
        }
        kernels.accumulate(sums.data(), {rows.data(), gains.data(), count, 3}, n);
        REQUIRE(sums == expected);
    }
}

/// Thresholds and potentials that meet ties, both ends of 32 bits and both signs.
void check_fire(const sim::kernel_table& kernels, std::int32_t theta, std::int32_t theta_neg,
                code_range range) {
    std::vector<std::int64_t> xs{0, 1, -1, 2147483647 - (theta >> 1),
                                 -2147483647 + (theta_neg >> 1)};
    for (std::int64_t k = -3; k <= 3; ++k) {
        for (std::int64_t d = -1; d <= 1; ++d) {
            xs.push_back(k * theta + (theta >> 1) + d);
            xs.push_back(k * theta_neg - (theta_neg >> 1) + d);
            xs.push_back((range.hi + k) * theta + (theta >> 1) + d);
        }
    }
    population p;
    p.shape = {1, 1, static_cast<std::int32_t>(xs.size())};
    p.theta = {theta};
    p.theta_neg = {theta_neg};
    std::vector<std::uint32_t> sums;
    std::vector<std::int32_t> expected;
    std::vector<double> start[2];
    std::vector<double> inverse[2];
    for (std::int64_t& x : xs) {
        x = std::clamp<std::int64_t>(x, -2147483647 + (theta_neg >> 1), 2147483647 - (theta >> 1));
        sums.push_back(static_cast<std::uint32_t>(x));
        expected.push_back(fire_code(x, {theta, theta_neg}, range));
        start[0].push_back((theta >> 1) + 0.5);
        start[1].push_back((theta_neg >> 1) + 0.5);
        inverse[0].push_back(1.0 / theta);
        inverse[1].push_back(1.0 / theta_neg);
    }
    const sim::fire_side sides[2] = {{start[0].data(), inverse[0].data(), range.hi + 0.5},
                                     {start[1].data(), inverse[1].data(), -range.lo + 0.5}};
    std::vector<std::int32_t> codes(xs.size());
    if (range.is_signed()) {
        kernels.fire_signed(sums.data(), codes.data(), sides, xs.size());
    } else {
        kernels.fire(sums.data(), codes.data(), sides[0], xs.size());
    }
    REQUIRE(codes == expected);
}

TEST_CASE("fired codes are those of the core neuron", "[sim][property]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    draws draw;
    for (int i = 0; i < 3000; ++i) {
        const int bits = draw(0, 30);
        const std::int32_t theta = draw(1, (1 << bits));
        const std::int32_t theta_neg = draw(1, (1 << bits));
        const std::int32_t hi = draw(0, 32767);
        check_fire(kernels, theta, theta_neg, {draw(0, 1) == 0 ? 0 : -draw(0, 32767), hi});
    }
}

TEST_CASE("active bits, maxima, products and step counts follow their definitions", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    draws draw;
    for (std::size_t n = 1; n < 200; n += 7) {
        std::vector<std::int32_t> a(n);
        std::vector<std::int32_t> b(n);
        std::vector<std::uint16_t> masks(n);
        std::vector<std::int8_t> weights(n);
        for (std::size_t i = 0; i < n; ++i) {
            a[i] = draw(0, 1) == 0 ? 0 : draw(-9, 9);
            b[i] = draw(-9, 9);
            masks[i] = draw(std::uint16_t{0}, std::uint16_t{65535});
            weights[i] = draw(std::int8_t{-127}, std::int8_t{127});
        }
        std::vector<std::uint64_t> words((n + 63) / 64, ~std::uint64_t{0});
        std::vector<std::int32_t> best = b;
        std::vector<std::int32_t> products(n);
        std::vector<std::uint32_t> sums(n, 5);
        std::uint32_t steps[16] = {};
        std::vector<std::uint8_t> flags(n);
        kernels.to_flags(a.data(), flags.data(), n);
        kernels.active_bits(flags.data(), words.data(), n);
        std::vector<std::int32_t> both = a;
        both.insert(both.end(), b.begin(), b.end());
        kernels.maximum({both.data(), best.data(), 2, 1, n, 0, 1, 0, 0, n});
        kernels.scale(products.data(), a.data(), 3, n);
        kernels.accumulate_products(sums.data(), weights.data(), products.data(), n);
        kernels.count_steps(steps, masks.data(), n);
        for (std::size_t i = 0; i < n; ++i) {
            REQUIRE(((words[i / 64] >> (i % 64)) & 1U) == (a[i] != 0 ? 1U : 0U));
            REQUIRE(best[i] == std::max(a[i], b[i]));
            REQUIRE(static_cast<std::int32_t>(sums[i]) == 5 + a[i] * 8 * weights[i]);
        }
        for (std::size_t t = 0; t < 16; ++t) {
            std::uint32_t expected = 0;
            for (const std::uint16_t m : masks) {
                expected += (static_cast<std::uint32_t>(m) >> t) & 1U;
            }
            REQUIRE(steps[t] == expected);
        }
    }
}

}  // namespace
