// SPDX-License-Identifier: Apache-2.0
// Fine codes for skip connections: who reads which codes, and that real values stay the same.
#include <support/catch.hpp>

#include <algorithm>

#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"
#include "passes/split_skips.hpp"
#include "quantise/calibration.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_model;
using test::node_named;
using test::numbers;

namespace {

/// A stem and two residual blocks; the second skips through a view that keeps every other pixel and
/// adds channels of zeros. A global average and a product end it.
hand_model residual_model() {
    hand_model m;
    const auto x = m.input({1, 6, 6});
    const auto stem = m.relu("stem_relu", m.conv("stem", x, 2, 3, 1, numbers(18, 1)));
    const auto a = m.relu("a_relu", m.conv("a", stem, 2, 3, 1, numbers(36, 2)));
    const auto joined =
        m.layer("join", sum{}, {m.conv("b", a, 2, 3, 1, numbers(36, 3)), stem}, {2, 6, 6});
    const auto first = m.relu("join_relu", joined);
    convolution strided;
    strided.weights = numbers(72, 4);
    strided.out_channels = 4;
    strided.in_channels = 2;
    strided.geometry.kernel = {3, 3};
    strided.geometry.stride = {2, 2};
    strided.geometry.pads = {1, 1, 1, 1};
    const auto c = m.layer("c", strided, {first}, {4, 3, 3});
    std::vector<std::int32_t> index(36, -1);
    for (std::size_t e = 0; e < 18; ++e) {
        const std::size_t channel = e / 9;
        const std::size_t y = e % 9 / 3;
        index[e] = static_cast<std::int32_t>(channel * 36 + y * 12 + e % 3 * 2);
    }
    const auto shortcut = m.view("shortcut", {first}, index, {4, 3, 3});
    const auto last = m.relu("last_relu", m.layer("last", sum{}, {c, shortcut}, {4, 3, 3}));
    m.output(m.linear("fc", m.flatten("flat", last), 3, numbers(108, 5)));
    return m;
}

const sum_node& sum_named(const neuron_graph& graph, const std::string& name) {
    return *graph.nodes[node_named(graph, name)].as_sum();
}

const std::string& source_name(const neuron_graph& graph, const std::string& name, std::size_t i) {
    return graph.nodes[sum_named(graph, name).terms[i].source].name;
}

}  // namespace

TEST_CASE("skips read fine codes, convolutions and products coarse ones", "[converters][unit]") {
    const hand_model m = residual_model();
    neuron_graph graph = lower(m.graph, {});
    CHECK(split_skips(graph, 8) == 3);  // the stem, and both sums

    for (const char* name : {"stem", "join", "last"}) {
        CHECK(sum_named(graph, name).phase_steps == 8);
        const sum_node& coarse = sum_named(graph, std::string(name) + "/coarse");
        CHECK(coarse.phase_steps == 0);
        CHECK(coarse.rounds);
        CHECK(coarse.relu);
    }
    CHECK(sum_named(graph, "a").phase_steps == 0);
    CHECK(source_name(graph, "a", 0) == "stem/coarse");
    CHECK(source_name(graph, "join", 0) == "a");
    CHECK(source_name(graph, "join", 1) == "stem");
    CHECK(source_name(graph, "last", 0) == "join/coarse");
    const graph_node& shortcut = graph.nodes[sum_named(graph, "last").terms[1].source];
    REQUIRE(shortcut.is_view());
    CHECK(graph.nodes[sources_of(shortcut).front()].name == "join");
}

TEST_CASE("fine codes for skips change no real value", "[converters][unit]") {
    const hand_model m = residual_model();
    const neuron_graph before = lower(m.graph, {});
    neuron_graph after = before;
    split_skips(after, 8);
    CHECK(after.value_nodes.size() == before.value_nodes.size());
    const dataset data = test::pixels({1, 6, 6}, 3, 7);
    for (std::size_t sample = 0; sample < 3; ++sample) {
        neuron_executor a(before);
        neuron_executor b(after);
        a.run(real_input(before.nodes[0], data, sample));
        b.run(real_input(after.nodes[0], data, sample));
        const auto expected = a.potential(first_readout(before));
        const auto found = b.potential(first_readout(after));
        CHECK(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
    }
}

TEST_CASE("a network without skips is left as it is", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({1, 4, 4});
    const auto y = m.relu("relu", m.conv("conv", x, 2, 3, 1, numbers(18, 1)));
    m.output(m.linear("fc", m.flatten("flat", y), 2, numbers(64, 2)));
    neuron_graph graph = lower(m.graph, {});
    const std::size_t nodes = graph.nodes.size();
    CHECK(split_skips(graph, 8) == 0);
    CHECK(graph.nodes.size() == nodes);
}
