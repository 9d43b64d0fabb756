// SPDX-License-Identifier: Apache-2.0
// What marks, lists, counts, pools and fires bytes, at every instruction set against plain loops.
#include <support/catch.hpp>

#include <algorithm>
#include <vector>

#include <synfire/core/neuron.hpp>

#include <support/dice.hpp>

#include "dispatch.hpp"
#include "plan.hpp"

namespace {

using namespace synfire;

using bytes = std::vector<std::uint8_t>;

const sim::kernel_table& table_of(int level) {
    return sim::select_kernels(static_cast<sim::simd_level>(level));
}

std::uint8_t any_byte(test::dice& dice) { return static_cast<std::uint8_t>(dice.small(0, 255)); }

bytes random_bytes(std::size_t n, std::int32_t largest, test::dice& dice) {
    bytes all(n, 0);
    for (std::uint8_t& b : all) {
        if (dice.chance(50)) { b = static_cast<std::uint8_t>(dice.small(0, largest)); }
    }
    return all;
}

TEST_CASE("active bytes are counted, listed and found by position", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    test::dice dice(21);
    for (const std::size_t channels : {1, 3, 8, 64, 70}) {
        for (const std::size_t positions : {1, 2, 9, 31, 200}) {
            const std::size_t n = channels * positions;
            const bytes codes = random_bytes(n, 255, dice);
            std::vector<std::uint64_t> words((n + 63) / 64, ~std::uint64_t{0});
            kernels.active_bits(codes.data(), words.data(), n);
            std::vector<std::uint32_t> expected;
            bytes expected_codes;
            std::vector<std::uint32_t> expected_starts;
            for (std::size_t i = 0; i < n; ++i) {
                if (i % channels == 0) {
                    expected_starts.push_back(static_cast<std::uint32_t>(expected.size()));
                }
                if (codes[i] == 0) { continue; }
                expected.push_back(static_cast<std::uint32_t>(i));
                expected_codes.push_back(codes[i]);
            }
            expected_starts.push_back(static_cast<std::uint32_t>(expected.size()));
            REQUIRE(kernels.count_active(codes.data(), n) == expected.size());
            std::vector<std::uint32_t> numbers(expected.size());
            bytes listed(expected.size());
            kernels.list_bits(words.data(), words.size(), codes.data(), numbers.data(),
                              listed.data());
            REQUIRE(numbers == expected);
            REQUIRE(listed == expected_codes);
            std::vector<std::uint32_t> starts(positions + 1);
            kernels.list_starts(words.data(), channels, starts.data(), positions);
            REQUIRE(starts == expected_starts);
        }
    }
}

TEST_CASE("active bytes are counted beyond what bytes of counts hold", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    const std::size_t n = 3 * 255 * 32 + 17;
    const bytes codes(n, 200);
    CHECK(kernels.count_active(codes.data(), n) == n);
    bytes tables(sim::step_table_bytes, 0);
    tables[8] = 1;  // 200 = 12 * 16 + 8
    std::uint64_t count = 5;
    kernels.count_codes(&count, codes.data(), tables.data(), 1, true, n);
    CHECK(count == n + 5);
}

TEST_CASE("spikes and steps are looked up by halves of a code", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    test::dice dice(22);
    for (std::size_t n = 1; n < 300; n += 13) {
        const bool high = n % 2 == 0;
        const bytes codes = random_bytes(n, high ? 255 : 15, dice);
        for (std::size_t steps = 1; steps <= 16; steps += 3) {
            bytes tables;
            for (std::size_t i = 0; i < steps * sim::step_table_bytes; ++i) {
                const bool low_entry = i % sim::step_table_bytes < 16;
                const bool one = dice.chance(50);
                // Each sum is at most 1: the entries of one half are 0.
                const bool may = low_entry == (i / sim::step_table_bytes % 2 == 0 || !high);
                tables.push_back(one && may ? 1 : 0);
            }
            std::vector<std::uint64_t> counts(steps, 3);
            std::vector<std::uint64_t> expected(steps, 3);
            for (std::size_t t = 0; t < steps; ++t) {
                const std::uint8_t* const table = tables.data() + t * sim::step_table_bytes;
                for (const std::uint8_t q : codes) {
                    expected[t] += table[q % 16];
                    if (high) { expected[t] += table[16 + q / 16]; }
                }
                if (!high) { tables[t * sim::step_table_bytes + 16] = 0; }
            }
            kernels.count_codes(counts.data(), codes.data(), tables.data(), steps, high, n);
            REQUIRE(counts == expected);
        }
        bytes low(16);
        bytes upper(16);
        for (std::size_t i = 0; i < 16; ++i) {
            low[i] = static_cast<std::uint8_t>(dice.small(0, 15));
            upper[i] = static_cast<std::uint8_t>(dice.small(0, 15));
        }
        bytes spikes(n, 99);
        kernels.spikes_of(codes.data(), spikes.data(), low.data(), upper.data(), n);
        for (std::size_t i = 0; i < n; ++i) {
            REQUIRE(int{spikes[i]} == low[codes[i] % 16] + upper[codes[i] / 16]);
        }
    }
}

TEST_CASE("spikes and active neurons add up per channel", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    test::dice dice(23);
    for (const std::size_t channels : {1, 2, 5, 8, 16, 24, 32, 61, 100}) {
        for (const std::size_t positions : {1, 4, 15, 16, 64, 70, 500}) {
            const bytes spikes = random_bytes(channels * positions, 16, dice);
            const bytes active = random_bytes(channels * positions, 255, dice);
            std::vector<std::uint32_t> sums[2];
            sums[0].assign(channels, 7);
            sums[1].assign(channels, 9);
            std::vector<std::uint32_t> expected[2] = {sums[0], sums[1]};
            for (std::size_t i = 0; i < spikes.size(); ++i) {
                expected[0][i % channels] += spikes[i];
                expected[1][i % channels] += active[i] != 0 ? 1U : 0U;
            }
            kernels.sum_channels(sums[0].data(), sums[1].data(), spikes.data(), active.data(),
                                 positions, channels);
            REQUIRE(sums[0] == expected[0]);
            REQUIRE(sums[1] == expected[1]);
        }
    }
}

TEST_CASE("fans add up as tables and one by one, also the largest", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    test::dice dice(24);
    for (const std::size_t n : {1, 7, 16, 40, 5000}) {
        const bool most = n == 5000;
        const bytes spikes = most ? bytes(n, 255) : random_bytes(n, 16, dice);
        const bytes active = most ? bytes(n, 255) : random_bytes(n, 255, dice);
        std::vector<std::int16_t> fans[3];
        std::vector<std::uint32_t> a;
        std::vector<std::uint32_t> b;
        std::uint64_t product = 0;
        std::uint64_t expected[5] = {1, 0, 0, 0, 0};
        for (std::size_t i = 0; i < n; ++i) {
            for (auto& fan : fans) {
                fan.push_back(static_cast<std::int16_t>(most ? 32767 : dice.small(0, 32767)));
            }
            const std::uint64_t spike = spikes[i];
            const std::uint64_t one = active[i] != 0 ? 1 : 0;
            expected[0] += spike * static_cast<std::uint64_t>(fans[0][i]);
            expected[1] += spike * static_cast<std::uint64_t>(fans[1][i]);
            expected[2] += one * static_cast<std::uint64_t>(fans[0][i]);
            expected[3] += one * static_cast<std::uint64_t>(fans[1][i]);
            expected[4] += one * static_cast<std::uint64_t>(fans[2][i]);
            a.push_back(most ? ~0U : static_cast<std::uint32_t>(dice.small(0, 1 << 30)));
            b.push_back(most ? 1U << 18 : static_cast<std::uint32_t>(dice.small(0, 1 << 20)));
            product += std::uint64_t{a[i]} * b[i];
        }
        sim::fan_sums sums{{1, 0, 0, 0, 0}};
        kernels.add_fans(sums, {fans[0].data(), fans[1].data(), fans[2].data()}, spikes.data(),
                         active.data(), n);
        for (std::size_t i = 0; i < 5; ++i) { REQUIRE(sums.of[i] == expected[i]); }
        REQUIRE(kernels.dot(a.data(), b.data(), n) == product);
    }
}

TEST_CASE("maxima of lines of windows are those of their codes", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    test::dice dice(25);
    for (int i = 0; i < 200; ++i) {
        const auto channels = static_cast<std::size_t>(dice.pick({1, 3, 8, 16, 24, 32, 59, 70}));
        const auto lines = static_cast<std::size_t>(dice.pick({1, 2, 2, 3}));
        const auto taps = static_cast<std::size_t>(dice.pick({1, 2, 2, 3}));
        const auto windows = static_cast<std::size_t>(dice.small(1, 6));
        const auto step = static_cast<std::size_t>(dice.small(1, 3));
        const std::size_t line = ((windows - 1) * step + taps) * channels;
        bytes codes(line * lines);
        for (std::uint8_t& q : codes) { q = any_byte(dice); }
        const std::vector<std::int32_t> wide(codes.begin(), codes.end());
        bytes best(windows * (channels + 2), 1);
        std::vector<std::int32_t> wide_best(best.begin(), best.end());
        bytes expected = best;
        for (std::size_t w = 0; w < windows; ++w) {
            for (std::size_t c = 0; c < channels; ++c) {
                std::uint8_t largest = 0;
                for (std::size_t k = 0; k < lines * taps; ++k) {
                    const std::size_t at = k / taps * line + (w * step + k % taps) * channels + c;
                    largest = std::max(largest, codes[at]);
                }
                expected[w * (channels + 2) + c] = largest;
            }
        }
        kernels.maximum_bytes({codes.data(), best.data(), lines, taps, line, channels, windows,
                               step * channels, channels + 2, channels});
        kernels.maximum({wide.data(), wide_best.data(), lines, taps, line, channels, windows,
                         step * channels, channels + 2, channels});
        REQUIRE(best == expected);
        REQUIRE(std::equal(best.begin(), best.end(), wide_best.begin()));
    }
}

TEST_CASE("bytes that fire or are scaled are those of the definitions", "[sim][unit]") {
    const sim::kernel_table& kernels = table_of(GENERATE(1, 2, 3, 4));
    test::dice dice(26);
    for (std::size_t n = 1; n < 150; n += 3) {
        const std::int32_t hi = dice.pick({1, 3, 15, 127, 255});
        const std::int32_t theta = dice.small(1, (1 << 21) / (hi + 1));  // plan.cpp: exact so far
        std::vector<std::uint32_t> x(n);
        for (std::uint32_t& v : x) {
            const std::int32_t near = dice.small(-2, hi + 2) * theta + (theta >> 1);
            const std::int32_t far = dice.chance(50) ? 2147483647 - (theta >> 1) : -2147483647;
            v = static_cast<std::uint32_t>(dice.chance(80) ? near + dice.small(-1, 1) : far);
        }
        const std::vector<float> start(n, static_cast<float>(theta >> 1) + 0.5F);
        const std::vector<float> inverse(n, 1.0F / static_cast<float>(theta));
        bytes codes(n, 99);
        kernels.fire_bytes(x.data(), codes.data(),
                           {start.data(), inverse.data(), static_cast<float>(hi) + 0.5F}, n);
        std::vector<std::int32_t> products(n);
        kernels.scale_bytes(products.data(), codes.data(), 5, n);
        for (std::size_t i = 0; i < n; ++i) {
            const std::int64_t v = static_cast<std::int32_t>(x[i]);
            REQUIRE(int{codes[i]} == fire_code(v, {theta, theta}, {0, hi}));
            REQUIRE(products[i] == codes[i] * 32);
        }
    }
}

}  // namespace
