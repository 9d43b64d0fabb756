// SPDX-License-Identifier: Apache-2.0
// Networks written as graphs: what comes back is the same network; what would change is refused.
#include <cstdint>
#include <string>
#include <vector>

#include <synfire/converters/nir_export.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/hdf5_tree.hpp>

#include "support/catch.hpp"
#include "support/dice.hpp"
#include "support/nir_builder.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::contains_text;
using test::nir_builder;
using test::numbers;

namespace {

std::vector<double> weights(std::size_t rows, std::size_t columns) {
    test::dice dice(rows * 100 + columns);
    std::vector<double> all(rows * columns);
    for (double& w : all) { w = static_cast<double>(dice.between(-127, 127)) / 128.0; }
    for (std::size_t r = 0; r < rows; ++r) { all[r * columns] = 127.0 / 128.0; }
    return all;
}

nir_conversion_options options_of(nir_dialect dialect) {
    nir_conversion_options o;
    o.timing.dialect = dialect;
    if (!dialect_dt(dialect)) { o.timing.dt = 1e-3; }
    o.steps = 10;
    o.encoder = input_encoder::events;
    return o;
}

network convert(const io::hdf5_tree& file, const nir_conversion_options& options) {
    return convert_nir(nir_from_tree(file, "test.nir"), options).net;
}

/// Graph to network to graph to network: both networks, without their names.
void check_round_trip(const nir_builder& graph, nir_dialect dialect, const nir_timing& timing = {},
                      bool soft = false) {
    nir_conversion_options options = options_of(dialect);
    if (timing.reset) { options.timing.reset = timing.reset; }
    const network first = convert(graph.file(), options);
    nir_export_options out;
    out.dialect = dialect;
    out.soft_reset_in_metadata = soft;
    const io::hdf5_tree written = nir_tree(first, out);
    const std::vector<std::byte> bytes = io::encode_hdf5_tree(written);
    const nir_graph back =
        nir_from_tree(io::decode_hdf5_tree(bytes, "memory"), "memory", nir_rules::strict);
    const network second = convert_nir(back, options_of(dialect)).net;
    REQUIRE(second.populations.size() == first.populations.size());
    for (const population& p : first.populations) {
        const population& q = second.populations[second.find(p.name)];
        CHECK(q.kind == p.kind);
        CHECK(q.theta == p.theta);
        CHECK(q.bias == p.bias);
        if (!p.streaming) { continue; }
        CHECK(q.streaming->decay_v == p.streaming->decay_v);
        CHECK(q.streaming->decay_s == p.streaming->decay_s);
        CHECK(q.streaming->initial_v == p.streaming->initial_v);
        CHECK(q.streaming->reset == p.streaming->reset);
    }
    REQUIRE(second.projections.size() == first.projections.size());
    for (const projection& p : first.projections) {
        bool found = false;
        for (const projection& q : second.projections) {
            found = found || (q.weights == p.weights && q.delay == p.delay && q.kind == p.kind);
        }
        CHECK(found);
    }
}

nir_builder recurrent() {
    nir_builder graph;
    graph.input({6}).linear("w", 4, 6, weights(4, 6)).lif("lif", 4, 10e-3, 10.0);
    graph.linear("rec", 4, 4, weights(4, 4)).linear("w2", 3, 4, weights(3, 4));
    graph.li("out", 3, 20e-3, 20.0).output({3});
    graph.chain({"input", "w", "lif", "w2", "out", "output"}).chain({"lif", "rec", "lif"});
    return graph;
}

nir_builder convolutional() {
    nir_builder graph;
    graph.input({2, 5, 5});
    graph.node("conv", "Conv2d",
               {numbers("weight", weights(4, 18), {4, 2, 3, 3}), numbers("stride", {1.0, 1.0}),
                numbers("padding", {1.0, 1.0}), numbers("dilation", {1.0, 1.0}),
                numbers("groups", {1.0}, {}), numbers("bias", {0.5, -0.25, 0.0, 0.125})});
    const std::vector<double> ones(100, 1.0);
    graph.node("if", "IF",
               {numbers("r", std::vector<double>(100, 1e3), {4, 5, 5}),
                numbers("v_threshold", ones, {4, 5, 5})});
    graph.node("flat", "Flatten",
               {numbers("start_dim", {0.0}, {}), numbers("end_dim", {-1.0}, {})});
    graph.linear("w", 3, 100, weights(3, 100)).integrate("b", 3, 1e3).output({3});
    graph.chain({"input", "conv", "if", "flat", "w", "b", "output"});
    return graph;
}

}  // namespace

TEST_CASE("exported graphs convert to the network that they came from", "[converters][nir]") {
    check_round_trip(recurrent(), nir_dialect::plain);
    check_round_trip(convolutional(), nir_dialect::plain);
    nir_timing subtract;
    subtract.reset = reset_rule::subtract;
    check_round_trip(convolutional(), nir_dialect::plain, subtract, true);
    check_round_trip(convolutional(), nir_dialect::snntorch);
    check_round_trip(convolutional(), nir_dialect::sinabs);
    check_round_trip(recurrent(), nir_dialect::spikingjelly);
    check_round_trip(recurrent(), nir_dialect::norse);
}

TEST_CASE("a reset that would be lost is refused", "[converters][nir]") {
    nir_conversion_options options = options_of(nir_dialect::plain);
    options.timing.reset = reset_rule::subtract;
    const network soft = convert(convolutional().file(), options);
    CHECK_THROWS_WITH(nir_tree(soft, {}), contains_text("the subtractive reset would be lost"));
    CHECK_THROWS_WITH(nir_tree(soft, {nir_dialect::spikingjelly}),
                      contains_text("spikingjelly resets to v_reset"));
    CHECK_THROWS_WITH(nir_tree(soft, {nir_dialect::norse}),
                      contains_text("norse resets to v_reset"));
    const network hard = convert(convolutional().file(), options_of(nir_dialect::plain));
    CHECK_THROWS_WITH(nir_tree(hard, {nir_dialect::sinabs}),
                      contains_text("the reset to zero would be lost"));
    CHECK_THROWS_WITH(nir_tree(hard, {nir_dialect::snntorch}),
                      contains_text("the reset to zero would be lost"));
    options.timing.dt = 1e-3;
    const network leaky = convert(recurrent().file(), options);
    CHECK_THROWS_WITH(nir_tree(leaky, {nir_dialect::snntorch}),
                      contains_text("the subtractive reset would be lost"));
}

TEST_CASE("exported thresholds are one number, as snnTorch and SpikingJelly read them",
          "[converters][nir]") {
    for (const nir_dialect dialect : {nir_dialect::plain, nir_dialect::snntorch, nir_dialect::norse,
                                      nir_dialect::spikingjelly}) {
        const network net = convert(recurrent().file(), options_of(dialect));
        nir_export_options out;
        out.dialect = dialect;
        const nir_graph graph = nir_from_tree(nir_tree(net, out), "memory");
        for (const nir_node& node : graph.nodes) {
            if (node.type != "LIF") { continue; }
            CHECK(node.parameter("v_threshold").values == std::vector<double>(4, 1.0));
        }
    }
}

TEST_CASE("an Output that counts spikes is exported without a Scale", "[converters][nir]") {
    nir_builder graph;
    graph.input({6}).linear("w", 4, 6, weights(4, 6)).lif("lif", 4, 10e-3, 10.0).output({4});
    graph.chain({"input", "w", "lif", "output"});
    nir_export_options out;
    out.dialect = nir_dialect::snntorch;
    const network net = convert(graph.file(), options_of(nir_dialect::snntorch));
    for (const nir_node& node : nir_from_tree(nir_tree(net, out), "memory").nodes) {
        CHECK(node.type != "Scale");
    }
    check_round_trip(graph, nir_dialect::plain);
}

TEST_CASE("values that a reader would leave out are refused", "[converters][nir]") {
    network net = convert(recurrent().file(), options_of(nir_dialect::plain));
    streaming_neuron& lif = *net.populations[net.find("lif")].streaming;
    lif.initial_v = {0, 0, 5, 0};
    CHECK_NOTHROW(nir_tree(net, {}));
    CHECK_THROWS_WITH(nir_tree(net, {nir_dialect::norse}), contains_text("v_reset would be lost"));
    CHECK_THROWS_WITH(nir_tree(net, {nir_dialect::snntorch}),
                      contains_text("v_reset would be lost"));
    CHECK_THROWS_WITH(nir_tree(net, {nir_dialect::spikingjelly}),
                      contains_text("'v_leak' differs between channels"));
    lif.initial_v.clear();
    lif.decay_v[1] /= 2;
    CHECK_THROWS_WITH(nir_tree(net, {nir_dialect::spikingjelly}),
                      contains_text("'tau' differs between channels"));
}

TEST_CASE("what NIR cannot say is refused", "[converters][nir]") {
    const network good = convert(recurrent().file(), options_of(nir_dialect::plain));
    network net = good;
    net.populations[net.find("lif")].streaming->refractory = 2;
    CHECK_THROWS_WITH(nir_tree(net, {}), contains_text("NIR has no refractory time"));
    net = good;
    net.metadata.erase("nir.dt");
    CHECK_THROWS_WITH(nir_tree(net, {}), contains_text("does not say how long a step is"));
    net = good;
    net.populations[net.find("lif")].name = "a/b";
    CHECK_THROWS_WITH(nir_tree(net, {}), contains_text("has a name that NIR cannot hold"));
    net = good;
    net.populations[net.find("out")].streaming->initial_v.assign(3, 5);
    CHECK_THROWS_WITH(nir_tree(net, {}), contains_text("NIR has no initial potential"));
    net = network{};
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.window = {coding::phase, 4};
    p.range = {0, 15};
    CHECK_THROWS_AS(nir_tree(net, {}), bad_input);
}

TEST_CASE("delays beyond those of feedback become Delay nodes", "[converters][nir]") {
    nir_builder graph;
    graph.input({2}).output({2}).lif("a", 2, 1e-2).lif("b", 2, 1e-2);
    graph.linear("w", 2, 2, weights(2, 2));
    graph.node("wait", "Delay", {numbers("delay", {3e-3, 3e-3})});
    graph.chain({"input", "w", "a", "wait", "b", "output"}).edge("b", "b");
    check_round_trip(graph, nir_dialect::plain);
}
