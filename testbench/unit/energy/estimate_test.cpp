// SPDX-License-Identifier: Apache-2.0
// Bills of the spiking side, added up by hand.
#include <algorithm>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/energy/estimate.hpp>

#include "bill.hpp"
#include "examples.hpp"

namespace {

using namespace synfire;
using namespace synfire::energy;
using Catch::Matchers::WithinRel;

double count_of(const layer_estimate& layer, const std::string& name) {
    double sum = 0;
    for (const term& t : layer.terms) {
        if (t.name == name) { sum += t.count.nominal; }
    }
    return sum;
}

/// 100 inputs with 10 active ones and 15 spikes in all, 20 outputs; two samples alike.
activity hand_counts() {
    activity counts;
    counts.samples = 2;
    counts.populations.resize(2);
    counts.projections.resize(1);
    counts.populations[0].spikes = 30;
    counts.populations[0].active_sources = 20;
    counts.projections[0] = {.synaptic_events = 600,
                             .synaptic_events_nonzero = 600,
                             .active_synapses = 400,
                             .active_synapses_nonzero = 400,
                             .active_positions = 20};
    return counts;
}

}  // namespace

TEST_CASE("T0 is synaptic events times one price", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const estimate naive = naive_estimate(net, hand_counts(), technology("int8-45"));
    CHECK_THAT(naive.total_pj()->nominal, WithinRel(300 * 0.05, 1e-12));
    const estimate classic = naive_estimate(net, hand_counts(), technology("classic-fp32-45"));
    CHECK_THAT(classic.total_pj()->nominal, WithinRel(300 * 0.9, 1e-12));
}

TEST_CASE("T0 charges graded input as multiplications", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    activity counts = hand_counts();
    counts.macs_first_layer = 1000;
    const estimate naive = naive_estimate(net, counts, technology("int8-45"));
    CHECK_THAT(naive.total_pj()->nominal, WithinRel(300 * 0.05 + 500 * 0.3, 1e-12));
}

TEST_CASE("the spike rate is never multiplied in a second time", "[energy][regression]") {
    // Synaptic events hold the rate already: with events fixed, other spike counts change nothing
    // in T0.
    const network net = test::fully_connected(100, 20);
    activity counts = hand_counts();
    const auto before = naive_estimate(net, counts, technology("int8-45")).total_pj();
    counts.populations[0].spikes *= 7;
    counts.populations[0].active_sources *= 3;
    CHECK(naive_estimate(net, counts, technology("int8-45")).total_pj() == before);
    counts.projections[0].synaptic_events *= 2;
    CHECK_THAT(naive_estimate(net, counts, technology("int8-45")).total_pj()->nominal,
               WithinRel(2 * before->nominal, 1e-12));
}

TEST_CASE("T1 of a fully connected read-out adds up by hand", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const estimate bill = spiking_estimate(net, hand_counts(), test::round_prices());
    const layer_estimate& fc = bill.layers[1];
    CHECK(count_of(fc, "synaptic additions") == 300);
    CHECK(count_of(fc, "weight rows") == 10 * 3);  // 20 outputs are three rows of 8
    CHECK(count_of(fc, "active-map words")
          == 3 * 2);  // 100 bits are two words, read by three groups
    CHECK(count_of(fc, "bias and threshold rows")
          == 3 * 3);  // three digits; a read-out has no threshold
    CHECK(count_of(fc, "bias additions") == 20);
    CHECK(count_of(fc, "arg-max comparisons") == 20);
    CHECK(count_of(fc, "result words") == 10);
    // 30 found sources in 6 words: nominally 6 * (1 - exp(-5)) occupied words, 4 planes each.
    const double planes = 4 * 6 * (1 - std::exp(-5.0));
    CHECK_THAT(count_of(fc, "plane words"), WithinRel(planes, 1e-12));
    CHECK(count_of(fc, "address generation") == 2 * 30 + 6 + 9 + 10);
    const double expected = 300 + 20 + 20 + 85 + 10 * (30 + 6 + 9 + planes) + 20 * 10;
    CHECK_THAT(fc.total_pj()->nominal, WithinRel(expected, 1e-12));
    // Input: active map and four planes of two words each.
    CHECK(count_of(bill.layers[0], "spike words written") == 10);
}

TEST_CASE("T1 of a convolution fires, compares and writes", "[energy][unit]") {
    const network net = test::small_cnn();
    const activity counts = test::random_activity(net, 0.25, 4, 11);
    const estimate bill = spiking_estimate(net, counts, test::round_prices());
    const layer_estimate& conv = bill.layers[1];
    CHECK(count_of(conv, "threshold comparisons") == 64 * 8 * 4);
    CHECK(count_of(conv, "reset subtractions")
          == static_cast<double>(counts.populations[1].spikes) / 4);
    CHECK(count_of(conv, "synaptic additions")
          == static_cast<double>(counts.projections[0].synaptic_events) / 4);
    CHECK(count_of(conv, "weight rows")
          == static_cast<double>(counts.projections[0].active_positions) / 4);
    CHECK(count_of(conv, "bias and threshold rows") == 64 * 6);
    CHECK(count_of(conv, "spike words written") == 8 * 5);
    const layer_estimate& pool = bill.layers[2];
    CHECK(count_of(pool, "pooling comparisons")
          == static_cast<double>(counts.projections[1].active_positions) / 4);
    CHECK(count_of(pool, "weight rows") == 0);
}

TEST_CASE("every term says whether its count was counted", "[energy][unit]") {
    const network net = test::small_cnn();
    const estimate bill =
        spiking_estimate(net, test::random_activity(net, 0.25, 1, 3), test::round_prices());
    std::size_t counted = 0;
    for (const layer_estimate& layer : bill.layers) {
        for (const term& t : layer.terms) {
            if (t.origin == basis::counted) { ++counted; }
            if (t.price_name.starts_with("sram")) { CHECK(t.origin == basis::formula); }
        }
    }
    CHECK(counted == 4);  // additions of two layers, comparisons, resets
}

TEST_CASE("a missing price makes the total unknown and is named", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    cost_table table = test::round_prices();
    table.operations["int32_add"].reset();
    const estimate bill = spiking_estimate(net, hand_counts(), table);
    CHECK_FALSE(bill.total_pj().has_value());
    const auto named = std::find_if(bill.missing.begin(), bill.missing.end(),
                                    [](const missing_term& m) { return m.name == "int32_add"; });
    REQUIRE(named != bill.missing.end());
    CHECK(named->blocks_total);
}

TEST_CASE("a table without memories cannot price T1", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const estimate bill = spiking_estimate(net, hand_counts(), technology("up5k-2020-ice40_power"));
    CHECK_FALSE(bill.total_pj().has_value());
    CHECK(naive_estimate(net, hand_counts(), test::round_prices()).total_pj() == std::nullopt);
}

TEST_CASE("an unknown price of something that never happens does not matter", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    cost_table table = test::round_prices();
    table.operations["int8_mul"].reset();
    CHECK(spiking_estimate(net, hand_counts(), table).total_pj().has_value());
}

TEST_CASE("clock and static energy are listed as outside the total", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const estimate bill = spiking_estimate(net, hand_counts(), technology(default_technology));
    REQUIRE(bill.total_pj().has_value());
    REQUIRE(bill.missing.size() == 2);
    CHECK(bill.missing[0].name == "clock");
    CHECK_FALSE(bill.missing[0].blocks_total);
    CHECK(bill.missing[1].name == "static");
}

TEST_CASE("a Poisson input needs a random-number price that nobody has", "[energy][unit]") {
    network net = test::fully_connected(100, 20);
    net.populations[0].input->encoder = input_encoder::poisson;
    const estimate bill = spiking_estimate(net, hand_counts(), technology(default_technology));
    CHECK_FALSE(bill.total_pj().has_value());
    CHECK(bill.missing[0].name == "philox_word");
}

TEST_CASE("streaming networks have no T1 formula yet and say so", "[energy][unit]") {
    network net = test::fully_connected(100, 20);
    net.execution = execution::streaming;
    CHECK_FALSE(spiking_estimate(net, hand_counts(), test::round_prices()).total_pj().has_value());
}

TEST_CASE("a silent network still pays for scanning, constants and firing", "[energy][unit]") {
    const network net = test::small_cnn();
    const activity counts = test::random_activity(net, 0.0, 3, 1);
    const estimate bill = spiking_estimate(net, counts, test::round_prices());
    REQUIRE(bill.total_pj().has_value());
    CHECK(bill.total_pj()->low > 0);
    CHECK(count_of(bill.layers[1], "synaptic additions") == 0);
    CHECK(count_of(bill.layers[1], "weight rows") == 0);
    CHECK(count_of(bill.layers[1], "plane words") == 0);
    CHECK(count_of(bill.layers[1], "threshold comparisons") == 64 * 8 * 4);
    CHECK(naive_estimate(net, counts, technology("int8-45")).total_pj() == interval{});
}

TEST_CASE("a time-to-first-spike source costs running sums", "[energy][unit]") {
    network net = test::fully_connected(100, 20);
    net.populations[0].window = {.kind = coding::ttfs, .steps = 4};
    const estimate bill = spiking_estimate(net, hand_counts(), test::round_prices());
    CHECK(count_of(bill.layers[1], "ramp additions") == 20 * 4);
    CHECK(count_of(bill.layers[0], "encoder multiplications") == 100);
}

TEST_CASE("graded input multiplies once per active synapse", "[energy][unit]") {
    network net = test::fully_connected(100, 20);
    net.populations[0].input->encoder = input_encoder::current;
    net.populations[0].window.steps = 0;
    net.populations[0].range = {0, 255};
    const estimate bill = spiking_estimate(net, hand_counts(), test::round_prices());
    CHECK(count_of(bill.layers[1], "first-layer multiplications") == 200);
    CHECK(count_of(bill.layers[1], "synaptic additions") == 0);
    CHECK(count_of(bill.layers[0], "input words written") == 2 + 13);
}

TEST_CASE("counts of another network are refused", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    activity counts = hand_counts();
    counts.samples = 0;
    CHECK_THROWS_AS(spiking_estimate(net, counts, test::round_prices()), bad_input);
    CHECK_THROWS_AS(naive_estimate(test::small_cnn(), hand_counts(), test::round_prices()),
                    bad_input);
}

TEST_CASE("memories hold the larger of what both sides keep", "[energy][unit]") {
    const memory_plan plan = plan_memories(test::fully_connected(100, 20), {});
    CHECK(plan.weight_bytes == 2000 + 20 * 2 * 3);
    CHECK(plan.spike_bytes
          == 100 * 9 / 8.0);  // 8 bits and a mask bit exceed 4 planes and a map bit
    CHECK(plan_memories(test::fully_connected(100, 20, 12), {}).spike_bytes == 100 * 13 / 8.0);
}

TEST_CASE("occupied words lie between packed and spread", "[energy][property]") {
    for (double words = 1; words < 1e5; words *= 3) {
        for (double marks = 0.5; marks <= words * 64; marks *= 1.7) {
            const interval set = occupied(marks, words, 64);
            INFO(marks << " marks on " << words << " words");
            CHECK(set.is_ordered());
            CHECK(set.high <= words * (1 + 1e-12));
            CHECK(set.high <= marks);
        }
    }
    CHECK(occupied(0, 10, 64) == interval{});
}
