// SPDX-License-Identifier: Apache-2.0
// The whole comparison: tiers, layers, verdict, what is missing.
#include <algorithm>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/energy/compare.hpp>

#include "examples.hpp"

namespace {

using namespace synfire;
using namespace synfire::energy;
using Catch::Matchers::WithinRel;

comparison run(const network& net, double spiking_density, double dense_density,
               const compare_options& options = {}, std::string_view table = default_technology) {
    const activity counts = test::random_activity(net, spiking_density, 2, 23);
    const dense_counts dense = test::dense_counts_of(net, 2, dense_density, dense_density);
    return compare(net, counts, dense, technology(table), options);
}

bool lists(const comparison& c, const std::string& name) {
    return std::any_of(c.missing.begin(), c.missing.end(),
                       [&](const missing_term& m) { return m.name == name; });
}

}  // namespace

TEST_CASE("a comparison has T1 first and both T0 presets after it", "[energy][unit]") {
    const comparison c = run(test::small_cnn(), 0.2, 0.5);
    REQUIRE(c.tiers.size() == 3);
    CHECK(c.tiers[0].name == "T1");
    CHECK(c.tiers[1].name == "T0-classic-fp32-45");
    CHECK(c.tiers[2].name == "T0-int8-45");
    CHECK(c.tiers[1].caution == "ignores memory");
    for (const tier_result& tier : c.tiers) {
        REQUIRE(tier.snn_pj.has_value());
        REQUIRE(tier.ratio.has_value());
        REQUIRE(tier.dense.size() == 5);
        CHECK(tier.ratio->is_ordered());
    }
    CHECK(c.verdict == c.tiers[0].verdict);
    CHECK(lists(c, "clock"));
    CHECK(lists(c, "static"));
}

TEST_CASE("the headline ratio is against the cheapest dense variant", "[energy][unit]") {
    const comparison c = run(test::small_cnn(), 0.2, 0.5);
    const tier_result& t1 = c.tiers[0];
    REQUIRE(t1.best.has_value());
    for (const variant_result& v : t1.dense) {
        REQUIRE(v.total_pj.has_value());
        CHECK(t1.dense[static_cast<std::size_t>(*t1.best)].total_pj->nominal
              <= v.total_pj->nominal);
        CHECK(v.ratio->range.nominal <= t1.ratio->nominal);
        CHECK(v.ratio->range.high <= t1.ratio->high);
        CHECK_THAT(v.ratio->range.nominal,
                   WithinRel(t1.snn_pj->nominal / v.total_pj->nominal, 1e-12));
    }
}

TEST_CASE("a nearly silent network is cheaper, a busy one dearer", "[energy][unit]") {
    CHECK(run(test::fully_connected(784, 128), 0.01, 0.5).verdict == verdict::snn_lower);
    CHECK(run(test::fully_connected(784, 128), 1.0, 0.1).verdict == verdict::dense_lower);
}

TEST_CASE("the twin with the same activity is close: the comparison does not decide",
          "[energy][unit]") {
    // Every source active on both sides, one spike each: additions against few-bit products.
    const comparison c = run(test::fully_connected(784, 128, 1), 0.5, 0.5);
    CHECK(c.tiers[0].ratio->nominal > 0.5);
    CHECK(c.tiers[0].ratio->nominal < 1.5);
}

TEST_CASE("layers are compared one by one, in the order of the network", "[energy][unit]") {
    const network net = test::small_cnn();
    const comparison c = run(net, 0.2, 0.5);
    REQUIRE(c.layers.size() == 4);
    interval sum;
    for (std::size_t i = 0; i < 4; ++i) {
        CHECK(c.layers[i].name == net.populations[i].name);
        REQUIRE(c.layers[i].snn_pj.has_value());
        REQUIRE(c.layers[i].dense_pj.size() == 5);
        CHECK(c.layers[i].dense_pj[0].has_value());
        CHECK(c.layers[i].ratio.has_value());
        sum += *c.layers[i].snn_pj;
    }
    CHECK_THAT(sum.nominal, WithinRel(c.tiers[0].snn_pj->nominal, 1e-12));
    CHECK_FALSE(c.layers[0].against_dense.has_value());
    CHECK(c.layers[1].against_dense.has_value());
    CHECK_FALSE(c.layers[2].against_dense.has_value());
    REQUIRE(c.layers[3].against_best.has_value());
    CHECK(c.layers[3].against_best->against == *c.layers[3].best);
}

TEST_CASE("accuracies match within half a point and are unknown otherwise", "[energy][unit]") {
    const network net = test::fully_connected(50, 10);
    const auto matched = [&](std::optional<double> snn, std::optional<double> dense) {
        compare_options options;
        options.accuracy_snn = snn;
        options.accuracy_dense = dense;
        return run(net, 0.2, 0.5, options).matched;
    };
    CHECK(matched(0.985, 0.98) == true);
    CHECK(matched(0.975, 0.98) == true);
    CHECK(matched(0.9749, 0.98) == false);
    CHECK_FALSE(matched(0.98, std::nullopt).has_value());
    CHECK_FALSE(matched(std::nullopt, 0.98).has_value());
}

TEST_CASE("with unknown prices nothing is decided and the gaps are named", "[energy][unit]") {
    const comparison c =
        run(test::fully_connected(784, 128), 0.01, 0.5, {}, "up5k-2020-ice40_power");
    CHECK(c.verdict == verdict::undecided);
    CHECK_FALSE(c.tiers[0].snn_pj.has_value());
    CHECK_FALSE(c.tiers[0].ratio.has_value());
    CHECK(lists(c, "sram_read (weights)"));
    CHECK(c.tiers[1].snn_pj.has_value());
}

TEST_CASE("a dense side that lacks layers is never called the cheaper one", "[energy][unit]") {
    const network net = test::fully_connected(784, 128);
    const activity counts = test::random_activity(net, 1.0, 1, 3);
    dense_counts dense = test::dense_counts_of(net, 1, 0.1, 0.1);
    const cost_table table = technology(default_technology);
    REQUIRE(compare(net, counts, dense, table).verdict == verdict::dense_lower);
    dense.layers.erase(dense.layers.begin());
    const comparison c = compare(net, counts, dense, table);
    CHECK(c.verdict == verdict::undecided);
    CHECK(lists(c, "fc"));
    CHECK_FALSE(c.layers[1].dense_pj[0].has_value());
}

TEST_CASE("a table for T0 alone is no technology", "[energy][unit]") {
    CHECK_THROWS_AS(run(test::small_cnn(), 0.2, 0.5, {}, "int8-45"), bad_input);
}
