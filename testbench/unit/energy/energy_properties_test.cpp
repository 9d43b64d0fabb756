// SPDX-License-Identifier: Apache-2.0
// Laws that hold for every network and every count.
#include <support/catch.hpp>

#include <synfire/energy/compare.hpp>

#include "examples.hpp"

namespace {

using namespace synfire;
using namespace synfire::energy;
using Catch::Matchers::WithinRel;

network any_network(unsigned seed) {
    switch (seed % 4) {
    case 0:
        return test::fully_connected(40 + static_cast<int>(seed), 7 + static_cast<int>(seed % 5));
    case 1:
        return test::single_conv(
            {.in_channels = 4, .out_channels = 4 * static_cast<int>(1 + seed % 5), .groups = 4});
    case 2:
        return test::single_conv(
            {.in_channels = 3, .out_channels = 9, .size = 7, .kernel = 5, .pad = 2});
    default:
        return test::small_cnn();
    }
}

double density_of(unsigned seed) { return 0.05 * static_cast<double>(seed % 21); }

}  // namespace

TEST_CASE("twice the same samples cost the same per inference", "[energy][property]") {
    for (unsigned seed = 0; seed < 24; ++seed) {
        const network net = any_network(seed);
        const activity once = test::random_activity(net, density_of(seed), 2, seed);
        activity twice = once;
        twice.samples *= 2;
        for (auto& p : twice.populations) {
            p.spikes *= 2;
            p.active_sources *= 2;
            p.neuron_updates *= 2;
        }
        for (auto& p : twice.projections) {
            p.synaptic_events *= 2;
            p.active_synapses *= 2;
            p.active_positions *= 2;
        }
        const cost_table table = technology(default_technology);
        CHECK_THAT(spiking_estimate(net, twice, table).total_pj()->nominal,
                   WithinRel(spiking_estimate(net, once, table).total_pj()->nominal, 1e-12));
    }
}

TEST_CASE("energy is linear in the prices and ratios do not see their scale",
          "[energy][property]") {
    for (unsigned seed = 0; seed < 12; ++seed) {
        const network net = any_network(seed);
        const activity counts = test::random_activity(net, density_of(seed), 1, seed);
        const dense_counts dense = test::dense_counts_of(net, 1, 0.6, 0.4);
        const cost_table table = technology("cacti22-lop");
        const comparison plain = compare(net, counts, dense, {table}, {});
        const comparison scaled = compare(net, counts, dense, {test::scaled(table, 3.5)}, {});
        CHECK_THAT(scaled.tiers[0].snn_pj->high,
                   WithinRel(3.5 * plain.tiers[0].snn_pj->high, 1e-9));
        CHECK_THAT(scaled.tiers[0].ratio->low, WithinRel(plain.tiers[0].ratio->low, 1e-9));
        CHECK_THAT(scaled.tiers[0].ratio->high, WithinRel(plain.tiers[0].ratio->high, 1e-9));
        CHECK(scaled.verdict == plain.verdict);
    }
}

TEST_CASE("all intervals of both sides are ordered", "[energy][property]") {
    for (unsigned seed = 0; seed < 42; ++seed) {
        INFO("seed " << seed);
        const network net = any_network(seed);
        const activity counts = test::random_activity(net, density_of(seed), 1, seed);
        const dense_counts dense =
            test::dense_counts_of(net, 1, density_of(seed + 3), density_of(seed + 8));
        const engine_options engine{.lanes = 1 + static_cast<int>(seed % 17),
                                    .dense_reuse = 1 + static_cast<int>(seed)};
        const cost_table table = technology(seed % 2 == 0 ? default_technology : "cacti22-lop");
        std::vector<estimate> bills{spiking_estimate(net, counts, table, engine)};
        for (const dense_variant v : all_dense_variants) {
            bills.push_back(dense_estimate(net, dense, v, table, engine));
        }
        for (const estimate& bill : bills) {
            for (const layer_estimate& layer : bill.layers) {
                for (const term& t : layer.terms) {
                    INFO(layer.name << ": " << t.name);
                    CHECK(t.count.is_ordered());
                    CHECK(t.energy_pj()->is_ordered());
                }
            }
        }
    }
}

TEST_CASE("more activity never costs less", "[energy][property]") {
    for (unsigned seed = 0; seed < 20; ++seed) {
        const network net = any_network(seed);
        const activity counts = test::random_activity(net, 0.3, 1, seed);
        const engine_options engine;
        const memory_plan memories = plan_memories(net, engine);
        const cost_table table = technology(default_technology);
        const engine_context context{net, engine, memories, table};
        for (std::size_t i = 0; i < net.populations.size(); ++i) {
            const layer_load load = load_of(net, counts, i);
            double last = 0;
            for (double factor = 0; factor < 8; factor += 0.25) {
                const auto energy =
                    spiking_layer(context, i, scaled_inputs(load, factor)).total_pj();
                CHECK(energy->nominal >= last);
                last = energy->nominal;
            }
        }
    }
}

TEST_CASE("a dense network with more zeros never costs more once it skips", "[energy][property]") {
    for (unsigned seed = 0; seed < 8; ++seed) {
        const network net = any_network(seed);
        const cost_table table = technology(default_technology);
        for (const dense_variant v : {dense_variant::d1_gated, dense_variant::d2_zero_skip,
                                      dense_variant::d3_reuse, dense_variant::d4_twin}) {
            double last = 0;
            for (double density = 0; density <= 1; density += 0.1) {
                const dense_counts counts = test::dense_counts_of(net, 1, density, density);
                const auto energy = dense_estimate(net, counts, v, table).total_pj();
                CHECK(energy->nominal >= last);
                last = energy->nominal;
            }
        }
    }
}

TEST_CASE("reuse and gating never cost more than going without", "[energy][property]") {
    for (unsigned seed = 0; seed < 12; ++seed) {
        const network net = any_network(seed);
        const dense_counts counts =
            test::dense_counts_of(net, 1, density_of(seed), density_of(seed));
        const cost_table table = technology(default_technology);
        const auto total = [&](dense_variant v) {
            return dense_estimate(net, counts, v, table).total_pj()->nominal;
        };
        CHECK(total(dense_variant::d1_gated) <= total(dense_variant::d0_dense));
        CHECK(total(dense_variant::d3_reuse) <= total(dense_variant::d2_zero_skip) * (1 + 1e-12));
    }
}
