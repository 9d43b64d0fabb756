// SPDX-License-Identifier: Apache-2.0
// Ratios of bills that share prices.
#include <algorithm>
#include <array>
#include <random>

#include <support/catch.hpp>

#include <synfire/energy/compare.hpp>

namespace {

using namespace synfire::energy;
using Catch::Matchers::WithinRel;

const interval add_pj{1, 2, 4};
const interval multiply_pj{3, 5, 9};
const interval sram_pj{10, 30, 100};

term line(const std::string& group, const interval& pj, const interval& count) {
    term t;
    t.name = t.price_name = group;
    t.count = count;
    t.unit = price{.name = group, .group = group, .pj = pj};
    return t;
}

std::vector<layer_estimate> bill_of(double adds, double multiplies, const interval& reads) {
    layer_estimate layer;
    layer.terms = {line("add", add_pj, interval::exact(adds)),
                   line("multiply", multiply_pj, interval::exact(multiplies)),
                   line("sram", sram_pj, reads)};
    return {layer};
}

}  // namespace

TEST_CASE("equal bills have the ratio one without any width", "[energy][unit]") {
    const auto side = bill_of(7, 3, interval::exact(2));
    const auto ratio = ratio_of(side, side);
    REQUIRE(ratio.has_value());
    CHECK_THAT(ratio->range.low, WithinRel(1.0, 1e-12));
    CHECK_THAT(ratio->range.high, WithinRel(1.0, 1e-12));
    CHECK(verdict_of(ratio->range) == verdict::undecided);
}

TEST_CASE("half of everything is half, however uncertain the prices", "[energy][unit]") {
    const auto ratio =
        ratio_of(bill_of(5, 4, interval::exact(3)), bill_of(10, 8, interval::exact(6)));
    CHECK_THAT(ratio->range.low, WithinRel(0.5, 1e-12));
    CHECK_THAT(ratio->range.high, WithinRel(0.5, 1e-12));
    CHECK(verdict_of(ratio->range) == verdict::snn_lower);
}

TEST_CASE("the range holds the exact extremes over all corners of the groups",
          "[energy][property]") {
    std::mt19937 random(5);
    std::uniform_real_distribution<double> count(0.1, 50);
    for (int round = 0; round < 200; ++round) {
        const std::array<double, 3> s{count(random), count(random), count(random)};
        const std::array<double, 3> d{count(random), count(random), count(random)};
        const auto ratio = ratio_of(bill_of(s[0], s[1], interval::exact(s[2])),
                                    bill_of(d[0], d[1], interval::exact(d[2])));
        double low = 1e300;
        double high = 0;
        for (const double a : {add_pj.low, add_pj.nominal, add_pj.high}) {
            for (const double m : {multiply_pj.low, multiply_pj.nominal, multiply_pj.high}) {
                for (const double r : {sram_pj.low, sram_pj.nominal, sram_pj.high}) {
                    const double value =
                        (s[0] * a + s[1] * m + s[2] * r) / (d[0] * a + d[1] * m + d[2] * r);
                    low = std::min(low, value);
                    high = std::max(high, value);
                }
            }
        }
        CHECK_THAT(ratio->range.low, WithinRel(low, 1e-9));
        CHECK_THAT(ratio->range.high, WithinRel(high, 1e-9));
        CHECK(ratio->range.is_ordered());
        CHECK(ratio->range.low <= ratio->same_corner.low * (1 + 1e-12));
        CHECK(ratio->range.high >= ratio->same_corner.high * (1 - 1e-12));
    }
}

TEST_CASE("bounds of counts widen the range on their side only", "[energy][unit]") {
    const auto exact = bill_of(10, 0, interval::exact(1));
    const auto wide = bill_of(10, 0, {0.5, 1, 2});
    CHECK(ratio_of(wide, exact)->range.low < ratio_of(exact, exact)->range.low);
    CHECK(ratio_of(wide, exact)->range.high > ratio_of(exact, exact)->range.high);
    CHECK_THAT(ratio_of(wide, exact)->range.high, WithinRel((10 + 200.0) / (10 + 100.0), 1e-12));
    CHECK_THAT(ratio_of(exact, wide)->range.low, WithinRel((10 + 100.0) / (10 + 200.0), 1e-12));
}

TEST_CASE("sensitivity names prices that enter one side only", "[energy][unit]") {
    const auto ratio =
        ratio_of(bill_of(10, 0, interval::exact(1)), bill_of(10, 10, interval::exact(1)));
    const auto found = std::find_if(ratio->prices.begin(), ratio->prices.end(),
                                    [](const sensitivity& s) { return s.price == "multiply"; });
    REQUIRE(found != ratio->prices.end());
    CHECK_FALSE(found->in_snn);
    CHECK(found->in_dense);
    CHECK_THAT(found->ratio.high, WithinRel(50.0 / 80.0, 1e-12));  // multiplier at 3
    CHECK_THAT(found->ratio.low, WithinRel(50.0 / 140.0, 1e-12));  // multiplier at 9
}

TEST_CASE("no ratio without prices or with an empty dense side", "[energy][unit]") {
    auto unpriced = bill_of(1, 1, interval::exact(1));
    unpriced[0].terms[0].unit.reset();
    CHECK_FALSE(ratio_of(unpriced, bill_of(1, 1, interval::exact(1))).has_value());
    CHECK_FALSE(ratio_of(bill_of(1, 1, interval::exact(1)), unpriced).has_value());
    CHECK_FALSE(ratio_of(bill_of(1, 1, interval::exact(1)), bill_of(0, 0, interval{})).has_value());
}

TEST_CASE("the verdict follows where the interval lies", "[energy][unit]") {
    CHECK(verdict_of(interval{0.2, 0.5, 0.99}) == verdict::snn_lower);
    CHECK(verdict_of(interval{0.2, 0.5, 1.0}) == verdict::undecided);
    CHECK(verdict_of(interval{1.0, 2, 3}) == verdict::undecided);
    CHECK(verdict_of(interval{1.01, 2, 3}) == verdict::dense_lower);
    CHECK(verdict_of(std::nullopt) == verdict::undecided);
}
