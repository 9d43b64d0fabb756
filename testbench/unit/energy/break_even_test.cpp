// SPDX-License-Identifier: Apache-2.0
// Break-even: evaluating the estimate at S* must give the dense energy.
#include <support/catch.hpp>

#include <synfire/energy/compare.hpp>

#include "examples.hpp"

namespace {

using namespace synfire;
using namespace synfire::energy;
using Catch::Matchers::WithinRel;

struct bench {
    network net;
    activity counts;
    dense_counts dense;
    engine_options engine{};
    memory_plan memories;
    cost_table table;

    bench(network n, double density, cost_table prices)
        : net(std::move(n)),
          counts(test::random_activity(net, density, 2, 17)),
          dense(complete(net, test::dense_counts_of(net, 2, 0.5, 0.5))),
          memories(plan_memories(net, engine)),
          table(std::move(prices)) {}

    engine_context context() const { return {net, engine, memories, table}; }
    std::optional<break_even> at(std::size_t population, dense_variant variant) const {
        const layer_pair pair{context(), population, dense.layers[0], dense.samples};
        return break_even_of(pair, load_of(net, counts, population), variant);
    }
    double dense_pj(dense_variant variant) const {
        return dense_layer(context(), dense.layers[0], dense.samples, variant).total_pj()->nominal;
    }
};

}  // namespace

TEST_CASE("at S* the spiking layer costs what the dense layer costs", "[energy][property]") {
    const double density = GENERATE(0.02, 0.2, 0.7);
    for (const network& net :
         {test::fully_connected(300, 24), test::single_conv({.in_channels = 16, .size = 10})}) {
        const bench b(net, density, technology(default_technology));
        for (const dense_variant variant : all_dense_variants) {
            const auto even = b.at(1, variant);
            REQUIRE(even.has_value());
            if (even->cannot_win) { continue; }
            const layer_load load = load_of(b.net, b.counts, 1);
            const double factor = *even->spikes_per_synapse / even->measured;
            const auto snn = spiking_layer(b.context(), 1, scaled_inputs(load, factor)).total_pj();
            CHECK_THAT(snn->nominal, WithinRel(b.dense_pj(variant), 1e-9));
            CHECK_THAT(*even->distance,
                       WithinRel(even->measured / *even->spikes_per_synapse, 1e-12));
        }
    }
}

TEST_CASE("without plane reads S* is the closed form", "[energy][unit]") {
    // Graded-free T = 0 is no code, so let reads of spike words be free: then everything is linear
    // in S and
    //   S* = (E_dense - E_fixed) / (synapses * (e_add + (row + 2 addresses) / (spikes per source *
    //   lanes))).
    cost_table table = test::round_prices();
    for (sram_corner* corner : {&table.sram->low, &table.sram->nominal, &table.sram->high}) {
        corner->grid->read_pj.assign(4, 1e-300);
    }
    const bench b(test::fully_connected(320, 24), 0.3, table);
    const layer_load load = load_of(b.net, b.counts, 1);
    const double fixed = spiking_layer(b.context(), 1, scaled_inputs(load, 0)).total_pj()->nominal;
    const double per_source = load.inputs[0].events / load.inputs[0].active_synapses;
    const double per_synapse = 1 + 2 / (per_source * 8);
    const double expected =
        (b.dense_pj(dense_variant::d0_dense) - fixed) / (320 * 24 * per_synapse);
    const auto even = b.at(1, dense_variant::d0_dense);
    REQUIRE(even->spikes_per_synapse.has_value());
    CHECK_THAT(*even->spikes_per_synapse, WithinRel(expected, 1e-9));
    CHECK_THAT(even->measured, WithinRel(load.inputs[0].events / (320 * 24), 1e-12));
}

TEST_CASE("a layer whose fixed cost exceeds the dense layer cannot win", "[energy][unit]") {
    // One input synapse per neuron: firing sixteen steps costs more than the product.
    network net = test::single_conv({.in_channels = 1, .kernel = 1, .pad = 0});
    net.populations[1].window.steps = 15;
    const bench b(net, 0.1, technology(default_technology));
    bench cheap = b;
    cheap.table.operations["int32_mul"] = cheap.table.operations["int8_add"];
    const auto even = cheap.at(1, dense_variant::d2_zero_skip);
    REQUIRE(even.has_value());
    CHECK(even->cannot_win);
    CHECK_FALSE(even->spikes_per_synapse.has_value());
    CHECK_FALSE(even->distance.has_value());
}

TEST_CASE("a silent layer has a break-even but no distance to run", "[energy][unit]") {
    const bench b(test::fully_connected(300, 24), 0.0, technology(default_technology));
    const auto even = b.at(1, dense_variant::d0_dense);
    REQUIRE(even.has_value());
    CHECK(even->measured == 0);
    REQUIRE(even->spikes_per_synapse.has_value());
    CHECK(*even->spikes_per_synapse > 0);
    CHECK(*even->distance == 0);
}

TEST_CASE("zero-skipping lowers the break-even", "[energy][unit]") {
    const bench b(test::fully_connected(300, 24), 0.2, technology(default_technology));
    const auto dense = b.at(1, dense_variant::d0_dense);
    const auto skip = b.at(1, dense_variant::d2_zero_skip);
    CHECK(*skip->spikes_per_synapse < *dense->spikes_per_synapse);
}

TEST_CASE("break-even of a fully connected layer lies in the published bands",
          "[energy][regression]") {
    // Dampfhoffer et al. 2022: 0.15 to 1.38 spikes per synapse; Davidson and Furber 2021: 1.72 as
    // an upper bound. With one spike per active source the planes do not share rows, which is their
    // setting.
    network net = test::fully_connected(784, 128, 1);
    const bench b(net, 0.0, technology(default_technology));
    const auto dense = b.at(1, dense_variant::d0_dense);
    const auto skip = b.at(1, dense_variant::d2_zero_skip);
    INFO(*dense->spikes_per_synapse << " " << *skip->spikes_per_synapse);
    CHECK(*dense->spikes_per_synapse < 1.72);
    CHECK(*dense->spikes_per_synapse > 0.7);
    CHECK(*skip->spikes_per_synapse > 0.3);
    CHECK(*skip->spikes_per_synapse < 0.9);
}

TEST_CASE("input and pooling layers have no break-even", "[energy][unit]") {
    const bench b(test::small_cnn(), 0.2, technology(default_technology));
    CHECK_FALSE(b.at(0, dense_variant::d0_dense).has_value());
    CHECK_FALSE(b.at(2, dense_variant::d0_dense).has_value());
}
