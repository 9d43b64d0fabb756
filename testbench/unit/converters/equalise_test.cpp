// SPDX-License-Identifier: Apache-2.0
// Cross-layer equalisation: channels change, the trained network does not.
#include <support/catch.hpp>

#include <cmath>

#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"
#include "quantise/equalise.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_model;
using test::node_named;
using test::numbers;

namespace {

/// conv -> ReLU -> depthwise -> ReLU -> linear, whose channels differ by powers of ten.
hand_model uneven_chain() {
    std::vector<float> first = numbers(36, 1);
    for (std::size_t i = 0; i < first.size(); ++i) {
        first[i] *= static_cast<float>(std::pow(10.0, static_cast<double>(i / 9)));
    }
    hand_model m;
    const auto x =
        m.relu("relu1", m.conv("conv", m.input({1, 5, 5}), 4, 3, 1, first, {1, -2, 3, 4}));
    convolution depthwise;
    depthwise.weights = numbers(36, 2);
    depthwise.out_channels = 4;
    depthwise.in_channels = 4;
    depthwise.groups = 4;
    depthwise.geometry.kernel = {3, 3};
    depthwise.geometry.pads = {1, 1, 1, 1};
    const auto y = m.relu("relu2", m.layer("depthwise", depthwise, {x}, {4, 5, 5}));
    m.output(m.conv("last", y, 2, 5, 0, numbers(200, 3), {0.5F, 0}));
    return m;
}

std::vector<float> outputs(const neuron_graph& graph, const dataset& data) {
    std::vector<float> all;
    neuron_executor executor(graph);
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        executor.run(real_input(graph.nodes[0], data, sample));
        const auto x = executor.potential(first_readout(graph));
        all.insert(all.end(), x.begin(), x.end());
    }
    return all;
}

double largest_of(const std::vector<float>& weights, std::size_t first, std::size_t count) {
    double largest = 0.0;
    for (std::size_t i = first; i < first + count; ++i) {
        largest = std::max(largest, std::abs(static_cast<double>(weights[i])));
    }
    return largest;
}

const std::vector<float>& conv_weights(const neuron_graph& graph, const char* name) {
    const sum_node& sum = *graph.nodes[node_named(graph, name)].as_sum();
    return std::get<conv_term>(sum.terms[0].kind).weights;
}

}  // namespace

TEST_CASE("equalisation leaves every bit of the real outputs", "[converters][unit]") {
    const hand_model m = uneven_chain();
    const dataset data = test::pixels({1, 5, 5}, 20, 3);
    neuron_graph graph = lower(m.graph, {});
    const std::vector<float> before = outputs(graph, data);
    CHECK(equalise(graph) == 2);
    CHECK(outputs(graph, data) == before);
    CHECK(equalise(graph) == 0);
}

TEST_CASE("equalised channels are within a factor of four of their readers", "[converters][unit]") {
    neuron_graph graph = lower(uneven_chain().graph, {});
    equalise(graph);
    const std::vector<float>& written = conv_weights(graph, "conv");
    const std::vector<float>& read = conv_weights(graph, "depthwise");
    for (std::size_t c = 0; c < 4; ++c) {
        const double ratio = largest_of(written, c * 9, 9) / largest_of(read, c * 9, 9);
        INFO("channel " << c);
        CHECK(ratio < 4.0);
        CHECK(ratio > 0.25);
    }
}

TEST_CASE("channels that a skip connection reads too stay as they are", "[converters][unit]") {
    hand_model m;
    std::vector<float> large = numbers(36, 1);
    for (float& w : large) { w *= 1000.0F; }
    const auto x = m.relu("relu1", m.conv("conv1", m.input({1, 4, 4}), 4, 3, 1, large));
    const auto y = m.conv("conv2", x, 4, 3, 1, numbers(144, 2));
    m.output(m.layer("add", sum{}, {y, x}, m.item(x)));
    neuron_graph graph = lower(m.graph, {});
    CHECK(equalise(graph) == 0);
    CHECK(conv_weights(graph, "conv1") == large);
}

TEST_CASE("dead channels are not scaled", "[converters][unit]") {
    hand_model m;
    const auto x = m.relu("relu", m.linear("fc0", m.input({2}), 2, {100, 50, 0, 0}, {0, 5}));
    m.output(m.linear("fc1", x, 1, {0.5F, 0.25F}));
    neuron_graph graph = lower(m.graph, {});
    CHECK(equalise(graph) == 1);
    const sum_node& fc0 = *graph.nodes[node_named(graph, "fc0")].as_sum();
    CHECK(fc0.bias[1] == 5.0F);
    CHECK(std::get<linear_term>(fc0.terms[0].kind).weights[0] < 100.0F);
}
