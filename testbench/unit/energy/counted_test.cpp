// SPDX-License-Identifier: Apache-2.0
// The bill with the accelerator's counts: what they replace, what stays, and that both sides are of
// the same engine.
#include <algorithm>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/energy/compare.hpp>
#include <synfire/energy/counted.hpp>

#include "examples.hpp"

namespace {

using namespace synfire;
using namespace synfire::energy;
using Catch::Matchers::WithinRel;

const term* term_of(const layer_estimate& layer, const std::string& name) {
    const auto found = std::find_if(layer.terms.begin(), layer.terms.end(),
                                    [&](const term& t) { return t.name == name; });
    return found == layer.terms.end() ? nullptr : &*found;
}

const term& required(const layer_estimate& layer, const std::string& name) {
    const term* found = term_of(layer, name);
    INFO(layer.name << ": " << name);
    REQUIRE(found != nullptr);
    return *found;
}

/// input -> conv -> pool -> read-out; activity counts are the simulator's, the rest is made up.
struct example {
    network net = test::small_cnn();
    activity counts = test::random_activity(net, 0.25, 2, 11);
    hardware_activity hardware{.by = counter::rtl, .populations = {}};

    example() {
        hardware.populations.resize(4);
        hardware.populations[0].spike_words_written = 9;
        hardware.populations[1] = {.adding = 900,
                                   .weight_reads = 500,
                                   .adds = mean(counts.projections[0].synaptic_events),
                                   .bias_adds = 512,
                                   .reset_adds = mean(counts.populations[1].spikes),
                                   .neuron_updates = 2048,
                                   .spike_words_read = 700,
                                   .spike_words_written = 128};
        hardware.populations[2].adding = 333;
        hardware.populations[2].spike_words_read = 80;
    }
    static double mean(std::uint64_t count) { return static_cast<double>(count) / 2; }

    estimate bill() const {
        return counted_estimate(net, counts, hardware, test::round_prices(),
                                as_built(engine_options{}));
    }
    estimate formula() const {
        return spiking_estimate(net, counts, test::round_prices(), as_built(engine_options{}));
    }
};

}  // namespace

TEST_CASE("counters of the hardware replace the formula's terms", "[energy][unit]") {
    const example e;
    const layer_estimate conv = e.bill().layers[1];
    const layer_estimate before = e.formula().layers[1];
    const term& words = required(conv, "spike words read");
    CHECK(words.count == interval::exact(700));
    CHECK(words.origin == basis::counted);
    CHECK(words.by == counter::rtl);
    CHECK(words.without_origin == basis::formula);
    CHECK(words.without_hardware
          == required(before, "active-map words").count + required(before, "plane words").count);
    const term& rows = required(conv, "weight rows with constants");
    CHECK(rows.count == interval::exact(500));
    CHECK(rows.without_hardware
          == required(before, "weight rows").count
                 + required(before, "bias and threshold rows").count);
    CHECK(required(conv, "bias and half-threshold additions").count == interval::exact(512));
    CHECK(required(conv, "spike words written").count == interval::exact(128));
    for (const char* gone : {"active-map words", "plane words", "weight rows",
                             "bias and threshold rows", "bias additions"}) {
        INFO(gone);
        CHECK(term_of(conv, gone) == nullptr);
    }
}

TEST_CASE("activity that both count stands beside the simulator's", "[energy][unit]") {
    const example e;
    const layer_estimate conv = e.bill().layers[1];
    for (const char* name : {"synaptic additions", "threshold comparisons", "reset subtractions"}) {
        const term& t = required(conv, name);
        INFO(name);
        CHECK(t.by == counter::rtl);
        CHECK(t.without_origin == basis::counted);
        CHECK(t.without_hardware == t.count);
    }
}

TEST_CASE("what no counter holds stays by formula", "[energy][unit]") {
    const example e;
    const estimate bill = e.bill();
    CHECK(required(bill.layers[3], "result words").origin == basis::formula);
    CHECK(required(bill.layers[3], "arg-max comparisons").origin == basis::formula);
    // One address per source found, row and word: only the finds are not counted.
    const double found = example::mean(e.counts.projections[0].active_positions);
    CHECK_THAT(required(bill.layers[1], "address generation").count.nominal,
               WithinRel(found + 500 + 700 + 128, 1e-12));
    CHECK(required(bill.layers[2], "pooling comparisons").count == interval::exact(333));
}

TEST_CASE("a count of zero replaces a formula that says more", "[energy][unit]") {
    const example e;  // the pool has no words written
    const term& words = required(e.bill().layers[2], "spike words written");
    CHECK(words.count == interval{});
    CHECK(words.without_hardware->nominal > 0);
    CHECK(words.energy_pj() == interval{});
}

TEST_CASE("counted terms add up over the layers, with and without hardware", "[energy][unit]") {
    const example e;
    const std::vector<count_pair> pairs = counted_terms(e.bill());
    const auto read = std::find_if(pairs.begin(), pairs.end(), [](const count_pair& p) {
        return p.name == "spike words read";
    });
    REQUIRE(read != pairs.end());
    CHECK(read->counted == interval::exact(780));
    CHECK(read->without_origin == basis::formula);
    CHECK(std::none_of(pairs.begin(), pairs.end(),
                       [](const count_pair& p) { return p.name == "address generation"; }));
}

TEST_CASE("hardware counts of another network are refused", "[energy][unit]") {
    example e;
    e.hardware.populations.pop_back();
    CHECK_THROWS_AS(e.bill(), bad_input);
}

TEST_CASE("as built, constants are loaded per pass on both sides", "[energy][unit]") {
    const network net = test::small_cnn();
    const activity counts = test::random_activity(net, 0.25, 2, 11);
    const engine_options built = as_built(engine_options{});
    const estimate spikes = spiking_estimate(net, counts, test::round_prices(), built);
    // Eight channels are one pass: three digits of bias, three of threshold.
    CHECK(required(spikes.layers[1], "bias and threshold rows").count.nominal == 6);
    CHECK(required(spikes.layers[3], "bias and threshold rows").count.nominal == 2 * 3);
    const dense_counts dense = test::dense_counts_of(net, 2, 0.5, 0.5);
    const estimate products =
        dense_estimate(net, dense, dense_variant::d0_dense, test::round_prices(), built);
    const auto conv = std::find_if(products.layers.begin(), products.layers.end(),
                                   [](const layer_estimate& l) { return l.name == "conv"; });
    REQUIRE(conv != products.layers.end());
    CHECK(required(*conv, "bias and rescaling rows").count.nominal == 6);
}

TEST_CASE("a comparison with counts keeps the formula's result beside them", "[energy][unit]") {
    const example e;
    const dense_counts dense = test::dense_counts_of(e.net, 2, 0.5, 0.5);
    compare_options options;
    CHECK(compared_engine(options).spike_word_bits == 64);
    const comparison formula =
        compare(e.net, e.counts, dense, technology(default_technology), options);
    CHECK_FALSE(formula.tiers[0].by_formula.has_value());
    options.counted = e.hardware;
    CHECK(compared_engine(options).spike_word_bits == 32);
    const comparison counted =
        compare(e.net, e.counts, dense, technology(default_technology), options);
    const tier_result& t1 = counted.tiers[0];
    REQUIRE(t1.by_formula.has_value());
    REQUIRE(t1.by_formula->ratio.has_value());
    // The dense side is the same, so the ratios differ as the energies of the spikes do.
    CHECK_THAT(t1.ratio->nominal / t1.by_formula->ratio->nominal,
               WithinRel(t1.snn_pj->nominal / t1.by_formula->snn_pj->nominal, 1e-12));
    CHECK(t1.snn_pj->nominal != t1.by_formula->snn_pj->nominal);
    CHECK_THAT(counted.layers[1].snn_pj->nominal,
               WithinRel(t1.snn.layers[1].total_pj()->nominal, 1e-12));
    CHECK_FALSE(counted.tiers[1].by_formula.has_value());
}
