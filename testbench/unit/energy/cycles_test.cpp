// SPDX-License-Identifier: Apache-2.0
#include <synfire/energy/cycles.hpp>

#include <support/catch.hpp>

namespace {

using namespace synfire;
using Catch::Matchers::WithinAbs;

/// 100 inputs, all to all, to 20 neurons of 4 steps.
network dense_network() {
    network net;
    population in;
    in.name = "in";
    in.kind = population_kind::input;
    in.shape = {100, 1, 1};
    in.window = {coding::phase, 8, 0, 0};
    in.range = {0, 255};
    population out = in;
    out.name = "out";
    out.kind = population_kind::spiking;
    out.shape = {20, 1, 1};
    out.window.steps = 4;
    out.range = {0, 15};
    out.theta.assign(20, 100);
    out.bias.assign(20, 0);
    net.populations = {in, out};
    projection p;
    p.source = 0;
    p.target = 1;
    p.source_channels = {0, 100};
    p.target_channels = {0, 20};
    p.weights.assign(2000, 1);
    net.projections = {p};
    return net;
}

}  // namespace

TEST_CASE("cycles of a dense layer follow from its spikes by hand", "[energy][unit]") {
    // 10 active sources with 3 spikes each: 30 spikes, 3 groups of 8 lanes: 90 row additions.
    energy::layer_load load;
    load.inputs.push_back({.events = 600, .active_synapses = 200, .active_positions = 10});
    const auto estimate = energy::estimate_cycles(dense_network(), 1, load);
    CHECK_THAT(estimate.row_additions, WithinAbs(90, 1e-9));
    CHECK_THAT(estimate.words_scanned, WithinAbs(2 * 3, 1e-9));  // 100 bits in words of 64
    CHECK_THAT(estimate.output_words, WithinAbs(3, 1e-9));
    CHECK_THAT(estimate.cycles.low, WithinAbs(90, 1e-9));
    CHECK_THAT(estimate.cycles.nominal, WithinAbs(90 + 12, 1e-9));
    CHECK_THAT(estimate.cycles.high, WithinAbs(90 + 6 + 12 + 12, 1e-9));
}

TEST_CASE("a silent layer still scans and fires", "[energy][unit]") {
    energy::layer_load load;
    load.inputs.push_back({});
    const auto estimate = energy::estimate_cycles(dense_network(), 1, load);
    CHECK(estimate.row_additions == 0);
    CHECK_THAT(estimate.cycles.low, WithinAbs(12, 1e-9));  // 3 output words of 4 steps
    CHECK(estimate.cycles.high >= estimate.cycles.nominal);
}

TEST_CASE("inputs take no cycles", "[energy][unit]") {
    CHECK(energy::estimate_cycles(dense_network(), 0, {}).cycles.high == 0);
}
