// SPDX-License-Identifier: Apache-2.0
// Rules for the step of a layer.
#include <support/catch.hpp>

#include <synfire/core/error.hpp>

#include "hand_model.hpp"
#include "quantise/step.hpp"

using namespace synfire;
using namespace synfire::converters;
using Catch::Matchers::WithinRel;

namespace {

const code_window phase4{coding::phase, 4, 0, 0};  // codes 0 to 15

/// 1,000 values in 100 bins of width 0.1: 980 in the first ten, 20 in the last; beside them 1,000
/// zeros.
magnitude_histogram with_outliers() {
    magnitude_histogram h;
    h.largest = 10.0;
    h.values = 2000;
    h.bins.assign(100, 0);
    for (std::size_t i = 0; i < 10; ++i) { h.bins[i] = 98; }
    h.bins[99] = 20;
    return h;
}

}  // namespace

TEST_CASE("the rule max gives the largest value the largest code", "[converters][unit]") {
    CHECK_THAT(choose_step(with_outliers(), phase4, {threshold_rule::max, 99.9, 0.0, false}, 1.0),
               WithinRel(10.0 / 15, 1e-12));
}

TEST_CASE("the rule percentile cuts off outliers", "[converters][unit]") {
    const magnitude_histogram h = with_outliers();
    CHECK_THAT(percentile_of(h, 98.0), WithinRel(1.0, 1e-12));
    CHECK_THAT(percentile_of(h, 49.0), WithinRel(0.5, 1e-12));
    CHECK_THAT(percentile_of(h, 0.1), WithinRel(0.1, 1e-12));
    CHECK(percentile_of(h, 98.1) == 10.0);
    CHECK(percentile_of(h, 100.0) == 10.0);
    CHECK_THAT(choose_step(h, phase4, {threshold_rule::percentile, 98.0, 0.0, false}, 1.0),
               WithinRel(1.0 / 15, 1e-12));
}

TEST_CASE("the rule mse is the error search", "[converters][unit]") {
    const magnitude_histogram h = with_outliers();
    CHECK(choose_step(h, phase4, {threshold_rule::mse, 99.9, 0.0, false}, 1.0) == best_step(h, 15));
}

TEST_CASE("no rule gives a silent layer a step", "[converters][unit]") {
    const auto rule =
        GENERATE(threshold_rule::mse, threshold_rule::percentile, threshold_rule::max);
    CHECK(choose_step({}, phase4, {rule, 99.9, 0.0, false}, 1.0) == 0.0);
}

TEST_CASE("percentiles outside 0 to 100 are refused", "[converters][unit]") {
    test::hand_model m;
    const auto x = m.relu("relu", m.linear("fc0", m.input({4}), 3, test::numbers(12, 1)));
    m.output(m.linear("fc1", x, 2, test::numbers(6, 2)));
    quantise_options options;
    options.thresholds = {threshold_rule::percentile, GENERATE(0.0, -1.0, 100.5), 0.0, false};
    CHECK_THROWS_AS(test::hand_conversion(m, test::pixels({4}, 3, 1), {}, options), bad_input);
}

TEST_CASE("spikes of a step are counted per neuron, zeros included", "[converters][unit]") {
    magnitude_histogram h;
    h.largest = 4.0;
    h.bins = {1, 0, 2, 3};  // 0.5, 2.5, 2.5, 3.5, 3.5, 3.5
    h.values = 10;
    // Codes at step 1: 1, 3, 3, 4, 4, 4; at step 0.1 all but the first are clipped to 15.
    CHECK_THAT(mean_spikes(h, phase4, 1.0), WithinRel(0.8, 1e-12));
    CHECK_THAT(mean_spikes(h, phase4, 0.1), WithinRel((2 + 5 * 4) / 10.0, 1e-12));
    const code_window rate{coding::rate, 15, 0, 0};
    CHECK_THAT(mean_spikes(h, rate, 1.0), WithinRel(1.9, 1e-12));
}

TEST_CASE("a price on spikes gives a step with fewer of them", "[converters][unit]") {
    magnitude_histogram h;
    h.largest = 1.0;
    h.bins.assign(256, 0);
    for (std::size_t i = 0; i < 256; ++i) { h.bins[i] = 256 - i; }
    h.values = 60000;
    const double mean_square = mean_square_of(h);
    const auto spikes_at = [&](double price) {
        return mean_spikes(
            h, phase4,
            choose_step(h, phase4, {threshold_rule::mse, 99.9, price, false}, mean_square));
    };
    double before = spikes_at(0.0);
    for (const double price : {0.01, 0.1, 1.0, 10.0}) {
        INFO("price " << price);
        CHECK(spikes_at(price) < before);
        before = spikes_at(price);
    }
    CHECK(before < 0.5 * spikes_at(0.0));
}

TEST_CASE("channels have steps of their own unless a reader mixes them", "[converters][unit]") {
    // Channel 0 goes up to 1, channel 1 up to 8.
    test::hand_model m;
    const auto x = m.relu("relu", m.conv("conv", m.input({1, 2, 2}), 2, 1, 0, {1.0F, 8.0F}));
    const bool mixed = GENERATE(false, true);
    // Mixed: both channels of the view take one element of each channel.
    const std::vector<std::int32_t> order = mixed
                                                ? std::vector<std::int32_t>{0, 4, 1, 5, 2, 6, 3, 7}
                                                : std::vector<std::int32_t>{4, 5, 6, 7, 0, 1, 2, 3};
    const auto y = m.relu(
        "second", m.conv("reader", m.view("view", {x}, order, {2, 2, 2}), 1, 1, 0, {1.0F, 1.0F}));
    m.output(m.linear("fc", m.flatten("flat", y), 2, test::numbers(8, 2)));
    quantise_options options;
    options.thresholds.per_channel = true;
    const dataset data = test::pixels({1, 2, 2}, 50, 3);
    const test::hand_conversion c(m, data, {1.0 / 255.0, {0.0}, {1.0}, true}, options);
    const std::vector<double>& scale =
        c.quantised().nodes[test::node_named(c.graph(), "conv")].scale;
    REQUIRE(scale.size() == 2);
    CHECK_THAT(scale[1], WithinRel(mixed ? scale[0] : 8.0 * scale[0], 1e-6));
    test::require_equal_levels(c, data);
}
