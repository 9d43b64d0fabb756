// SPDX-License-Identifier: Apache-2.0
// Bills of the dense side, added up by hand, and the order of its variants.
#include <optional>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/energy/dense_baseline.hpp>

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

layer_estimate layer_of(const network& net, const dense_counts& counts, dense_variant variant,
                        std::size_t layer = 0) {
    return dense_estimate(net, counts, variant, test::round_prices()).layers[layer];
}

/// Copies of codes: target neuron n of the range reads source neuron index[n].
projection copied(std::size_t source, std::size_t target, std::vector<std::int32_t> index) {
    projection p;
    p.source = source;
    p.target = target;
    p.source_channels = {0, 4};
    p.target_channels = {0, 4};
    p.kind = connectivity::index;
    p.weights.assign(4, 1);
    p.index = std::move(index);
    return p;
}

/// input -> `middle` -> read-out of 3; nothing arrives in the middle yet.
network with_middle() {
    network net = test::fully_connected(4, 3);
    population middle;
    middle.name = "middle";
    middle.kind = population_kind::spiking;
    middle.shape = {4, 1, 1};
    middle.window = net.populations[0].window;
    middle.range = net.populations[0].range;
    middle.bias.assign(4, 0);
    middle.theta.assign(4, 1);
    net.populations.push_back(middle);
    net.projections[0].source = 2;
    return net;
}

/// The layer that complete() adds for the middle, where it does.
std::optional<dense_layer_counts> middle_layer(const network& net) {
    for (const dense_layer_counts& layer : complete(net, {.samples = 1}).layers) {
        if (layer.name == "middle") { return layer; }
    }
    return std::nullopt;
}

}  // namespace

TEST_CASE("a relay has no dense layer, whatever its order and however many parts it joins",
          "[energy][unit]") {
    network net = with_middle();
    net.projections.push_back(copied(0, 2, {3, 2, 1, 0}));
    CHECK_FALSE(middle_layer(net));
    net.projections.back().index = {3, -1, -1, 0};
    net.projections.push_back(copied(0, 2, {-1, 1, 0, -1}));
    CHECK_FALSE(middle_layer(net));
    REQUIRE(complete(net, {.samples = 1}).layers.size() == 1);
    CHECK(complete(net, {.samples = 1}).layers[0].kind == dense_kind::input);
}

TEST_CASE("sums, biases and shifts of copied codes are layers of the dense side",
          "[energy][unit]") {
    network net = with_middle();
    net.projections.push_back(copied(0, 2, {0, 1, 2, 3}));
    SECTION("two sources onto the same neurons") {
        net.projections.push_back(copied(0, 2, {3, 2, 1, 0}));
    }
    SECTION("one neuron with two sources") {
        net.projections.push_back(copied(0, 2, {-1, -1, 0, -1}));
    }
    SECTION("a bias") { net.populations[2].bias[3] = -1; }
    SECTION("a shift") { net.projections.back().shift = 1; }
    const std::optional<dense_layer_counts> layer = middle_layer(net);
    REQUIRE(layer);
    CHECK(layer->kind == dense_kind::add);
    CHECK(layer->output_neurons == 4);
}

TEST_CASE("D0 of a fully connected layer adds up by hand", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const dense_counts counts = test::dense_counts_of(net, 3, 0.5, 0.25);
    const layer_estimate fc = layer_of(net, counts, dense_variant::d0_dense);
    CHECK(count_of(fc, "multiplications") == 2000);
    CHECK(count_of(fc, "accumulations") == 2000);
    CHECK(count_of(fc, "weight rows") == 300);
    CHECK(count_of(fc, "activation words")
          == 3 * 13);  // 800 bits are 13 words, for three groups of lanes
    CHECK(count_of(fc, "bias and rescaling rows") == 9);
    CHECK(count_of(fc, "mask words") == 0);
    const double addresses = 300 + 39 + 9 + 10;
    CHECK(count_of(fc, "address generation") == addresses);
    const double expected = 2 * 2000 + 20 + 20 + addresses + 10 * (300 + 39 + 9) + 20 * 10;
    CHECK_THAT(fc.total_pj()->nominal, WithinRel(expected, 1e-12));
}

TEST_CASE("gating silences the multiplier only", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const dense_counts counts = test::dense_counts_of(net, 1, 0.5, 0.25);
    const layer_estimate dense = layer_of(net, counts, dense_variant::d0_dense);
    const layer_estimate gated = layer_of(net, counts, dense_variant::d1_gated);
    CHECK(count_of(gated, "multiplications") == 1000);
    CHECK(count_of(gated, "accumulations") == 2000);
    CHECK_THAT(dense.total_pj()->nominal - gated.total_pj()->nominal, WithinRel(1000.0, 1e-12));
}

TEST_CASE("zero-skipping saves work and rows and pays for the mask", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const dense_counts counts = test::dense_counts_of(net, 1, 0.5, 0.25);
    const layer_estimate skip = layer_of(net, counts, dense_variant::d2_zero_skip);
    CHECK(count_of(skip, "multiplications") == 1000);
    CHECK(count_of(skip, "accumulations") == 1000);
    CHECK(count_of(skip, "weight rows") == 150);
    CHECK(count_of(skip, "mask words") == 6);
}

TEST_CASE("products without zero activations are preferred where they are given",
          "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    dense_counts counts = test::dense_counts_of(net, 1, 0.5, 0.25);
    counts.layers[0].macs_active_float = 1200;
    CHECK(count_of(layer_of(net, counts, dense_variant::d2_zero_skip), "weight rows") == 180);
}

TEST_CASE("a fully connected layer has nothing to reuse", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const dense_counts counts = test::dense_counts_of(net, 1, 0.5, 0.25);
    const auto skip = layer_of(net, counts, dense_variant::d2_zero_skip).total_pj();
    const auto reuse = layer_of(net, counts, dense_variant::d3_reuse).total_pj();
    CHECK_THAT(reuse->nominal, WithinRel(skip->nominal, 1e-12));
}

TEST_CASE("sharing a weight row among positions reads it once", "[energy][unit]") {
    const network net = test::single_conv({});
    const dense_counts counts = test::dense_counts_of(net, 1, 1.0, 1.0);
    const double rows = count_of(layer_of(net, counts, dense_variant::d2_zero_skip), "weight rows");
    CHECK_THAT(count_of(layer_of(net, counts, dense_variant::d3_reuse), "weight rows"),
               WithinRel(rows / 16, 1e-12));
}

TEST_CASE("the twin has the spiking network's zeros and narrow operands", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const dense_counts counts = test::dense_counts_of(net, 1, 0.5, 0.25);
    const layer_estimate twin = layer_of(net, counts, dense_variant::d4_twin);
    CHECK(count_of(twin, "multiplications") == 500);
    CHECK(complete(net, counts).layers[0].activation_bits == 4);
    for (const term& t : twin.terms) {
        if (t.name == "multiplications") { CHECK(t.unit->pj.nominal == 0.5); }
    }
}

TEST_CASE("levels become bits", "[energy][unit]") {
    CHECK(twin_bits(1) == 1);
    CHECK(twin_bits(3) == 2);
    CHECK(twin_bits(4) == 3);
    CHECK(twin_bits(15) == 4);
    CHECK(twin_bits(255) == 8);
}

TEST_CASE("inputs and pooling are charged to the dense side too", "[energy][unit]") {
    const network net = test::small_cnn();
    const dense_counts counts = test::dense_counts_of(net, 2, 0.5, 0.5);
    REQUIRE(counts.layers.size() == 2);
    const dense_counts all = complete(net, counts);
    REQUIRE(all.layers.size() == 4);
    CHECK(all.layers[2].kind == dense_kind::input);
    CHECK(all.layers[3].kind == dense_kind::max_pool);
    const estimate bill =
        dense_estimate(net, counts, dense_variant::d0_dense, test::round_prices());
    CHECK(count_of(bill.layers[2], "activation words written") == 8);
    CHECK(count_of(bill.layers[3], "pooling comparisons") == 16 * 8 * 4);
    CHECK(without_counterpart(net, counts).empty());
    CHECK(without_counterpart(net, {.samples = 1, .layers = {}})
          == std::vector<std::string>{"conv", "fc"});
}

TEST_CASE("a folded global average is pooled once by the dense side", "[energy][unit]") {
    network net = test::fully_connected(16, 20);
    net.populations[0].shape = {16, 5, 5};
    net.projections[0].spatial_sum = true;
    dense_counts counts = test::dense_counts_of(net, 1, 1.0, 1.0);
    counts.layers[0].macs = counts.layers[0].macs_nonzero_float =
        counts.layers[0].macs_nonzero_code = 320;
    const layer_estimate fc = layer_of(net, counts, dense_variant::d0_dense);
    CHECK(count_of(fc, "weight rows") == 16 * 3);
    CHECK(count_of(fc, "activation words") == 3 * 2);
    CHECK(count_of(fc, "pooling additions") == 400);
    CHECK(count_of(fc, "pooling words") == 50);
}

TEST_CASE("a layer that is not in the network is priced from its counts alone", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    dense_counts counts = test::dense_counts_of(net, 1, 0.5, 0.25);
    counts.layers[0].name = "elsewhere";
    counts.layers[0].activation_bits = 4;
    const layer_estimate alone = layer_of(net, counts, dense_variant::d0_dense);
    CHECK(count_of(alone, "activation words") == 39);
    counts.layers[0].activation_bits = 0;
    CHECK_FALSE(layer_of(net, counts, dense_variant::d4_twin).total_pj().has_value());
}

TEST_CASE("T0 knows operations only", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const dense_counts counts = test::dense_counts_of(net, 2, 0.5, 0.25);
    const cost_table table = technology("int8-45");
    const auto total = [&](dense_variant v) {
        return naive_dense_estimate(counts, v, table).total_pj()->nominal;
    };
    CHECK_THAT(total(dense_variant::d0_dense), WithinRel(2000 * 0.3, 1e-12));
    CHECK_THAT(total(dense_variant::d2_zero_skip), WithinRel(1000 * 0.3, 1e-12));
    CHECK_THAT(total(dense_variant::d4_twin), WithinRel(500 * 0.3, 1e-12));
}

TEST_CASE("dense counts that contradict each other are refused", "[energy][unit]") {
    const network net = test::fully_connected(100, 20);
    const dense_counts good = test::dense_counts_of(net, 1, 0.5, 0.25);
    const auto refused = [&](const dense_counts& counts) {
        CHECK_THROWS_AS(dense_estimate(net, counts, dense_variant::d0_dense, test::round_prices()),
                        bad_input);
    };
    dense_counts bad = good;
    bad.samples = 0;
    refused(bad);
    bad = good;
    bad.layers[0].macs_nonzero_code = bad.layers[0].macs + 1;
    refused(bad);
    bad = good;
    bad.layers[0].positions = 0;
    refused(bad);
    bad = good;
    bad.layers[0].groups = 3;
    refused(bad);
}

TEST_CASE("45 nm low-power prices give the energies per product of the published bands",
          "[energy][regression]") {
    // One product of the 784x128 layer on 8 lanes with LOP memories is near 1.8 pJ;
    // within a third, because that figure holds fewer terms.
    const network net = test::fully_connected(784, 128);
    const dense_counts counts = test::dense_counts_of(net, 1, 0.5, 0.5);
    const estimate bill =
        dense_estimate(net, counts, dense_variant::d0_dense, technology(default_technology));
    const double per_mac = bill.layers[0].total_pj()->low / (784 * 128);
    CHECK(per_mac > 1.2);
    CHECK(per_mac < 2.4);
}
