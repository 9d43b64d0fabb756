// SPDX-License-Identifier: Apache-2.0
// Bias correction: the mean code of a channel becomes that of the trained network.
#include <omp.h>

#include <support/catch.hpp>

#include <algorithm>
#include <cmath>

#include "graph/integer_executor.hpp"
#include "hand_model.hpp"
#include "quantise/bias_correction.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::node_named;
using test::numbers;

namespace {

/// Three convolutions, a skip connection and a read-out: few levels shift the means of all of them.
hand_model residual_classifier() {
    hand_model m;
    auto x = m.relu("relu1", m.conv("conv1", m.input({2, 6, 6}), 4, 3, 1, numbers(72, 1), {}));
    const auto y = m.relu("relu2", m.conv("conv2", x, 4, 3, 1, numbers(144, 2), {0.3F, 0, -1, 1}));
    const auto z = m.conv("conv3", y, 4, 3, 1, numbers(144, 3));
    x = m.relu("relu3", m.layer("add", sum{}, {z, x}, m.item(x)));
    m.output(m.linear("fc", m.flatten("flat", x), 3, numbers(432, 4)));
    return m;
}

quantise_options few_levels() {
    quantise_options options;
    options.steps = 2;
    return options;
}

/// Largest distance, over channels, of the mean code from the trained network's mean, in codes; of
/// read-outs in units of potential.
double largest_shift(const hand_conversion& c, const quantised_graph& quantised,
                     const dataset& data, node_id id) {
    const std::vector<double> real = channel_means(c.graph(), c.measured, data.size())[id];
    std::vector<double> mean(real.size(), 0.0);
    integer_executor integers(quantised);
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        integers.run(input_codes(quantised, data, sample));
        const auto codes = integers.codes(id);
        const auto x = integers.potential(id);
        const std::size_t positions = x.size() / mean.size();
        for (std::size_t e = 0; e < x.size(); ++e) {
            mean[e / positions] += static_cast<double>(codes.empty() ? x[e] : codes[e]);
        }
    }
    const auto values =
        static_cast<double>(data.size() * population_shape(c.graph().nodes[id].item).positions());
    double largest = 0.0;
    for (std::size_t i = 0; i < mean.size(); ++i) {
        const double shift = mean[i] / values - real[i] / quantised.nodes[id].scale[i];
        largest = std::max(largest, std::abs(shift));
    }
    return largest;
}

}  // namespace

TEST_CASE("bias correction brings the means of all layers back", "[converters][unit]") {
    const hand_model m = residual_classifier();
    const dataset data = test::pixels({2, 6, 6}, 40, 3);
    const hand_conversion c(m, data, {}, few_levels());
    quantised_graph corrected = c.quantised();
    correct_layers(corrected, c.measured, data, {});
    double before = 0.0;
    for (const char* name : {"conv1", "conv2", "add"}) {
        const node_id id = node_named(c.graph(), name);
        before = std::max(before, largest_shift(c, c.quantised(), data, id));
        INFO(name);
        CHECK(largest_shift(c, corrected, data, id) < 0.02);
    }
    CHECK(before > 0.05);
    // A read-out is linear: one change makes it exact up to the rounding of the bias.
    CHECK(largest_shift(c, corrected, data, first_readout(c.graph())) <= 0.5);
}

TEST_CASE("bias correction changes nothing but biases", "[converters][unit]") {
    const hand_model m = residual_classifier();
    const dataset data = test::pixels({2, 6, 6}, 10, 3);
    const hand_conversion c(m, data, {1.0 / 255.0, {0.4}, {0.5}, true}, few_levels());
    quantised_graph corrected = c.quantised();
    correct_layers(corrected, c.measured, data, {});
    int per_neuron = 0;
    for (node_id id = 0; id < c.graph().nodes.size(); ++id) {
        const quantised_node& was = c.quantised().nodes[id];
        const quantised_node& is = corrected.nodes[id];
        CHECK(is.theta == was.theta);
        CHECK(is.scale == was.scale);
        REQUIRE(is.bias.size() == was.bias.size());
        // Biases per neuron (a padded mean) move channel by channel.
        const std::size_t block = was.bias.size() / std::max<std::size_t>(1, was.scale.size());
        if (block > 1) { ++per_neuron; }
        for (std::size_t i = 0; i < was.bias.size(); ++i) {
            const std::size_t first = i / block * block;
            CHECK(is.bias[i] - was.bias[i] == is.bias[first] - was.bias[first]);
        }
        for (std::size_t i = 0; i < was.terms.size(); ++i) {
            CHECK(is.terms[i].weights == was.terms[i].weights);
        }
    }
    CHECK(per_neuron == 1);
}

TEST_CASE("corrected biases are the same for any number of threads", "[converters][unit]") {
    const hand_model m = residual_classifier();
    const dataset data = test::pixels({2, 6, 6}, 37, 3);
    const int before = omp_get_max_threads();
    std::vector<std::vector<std::int64_t>> once;
    for (const int threads : {1, 2, 3, 8}) {
        omp_set_num_threads(threads);
        const hand_conversion c(m, data, {}, few_levels());
        quantised_graph corrected = c.quantised();
        correct_layers(corrected, c.measured, data, {});
        std::vector<std::vector<std::int64_t>> biases;
        for (const quantised_node& q : corrected.nodes) { biases.push_back(q.bias); }
        if (once.empty()) { once = biases; }
        CHECK(biases == once);
    }
    omp_set_num_threads(before);
}

TEST_CASE("layers that only move codes keep their bias of 0", "[converters][unit]") {
    // A grouped convolution needs its source as a whole: a relay puts the channels in order.
    hand_model m;
    const auto x = m.relu("relu", m.conv("conv", m.input({1, 2, 2}), 2, 1, 0, {1, 0.5F}));
    const auto turned = m.view("turn", {x}, {4, 5, 6, 7, 0, 1, 2, 3}, {2, 2, 2});
    convolution grouped;
    grouped.weights = numbers(2, 5);
    grouped.bias = {0, 0};
    grouped.in_channels = 2;
    grouped.out_channels = 2;
    grouped.groups = 2;
    grouped.geometry.kernel = {1, 1};
    const auto y = m.relu("again", m.layer("grouped", grouped, {turned}, {2, 2, 2}));
    m.output(m.linear("fc", m.flatten("flat", y), 2, numbers(16, 2)));
    const dataset data = test::pixels({1, 2, 2}, 9, 3);
    const hand_conversion c(m, data, {}, few_levels());
    quantised_graph corrected = c.quantised();
    correct_layers(corrected, c.measured, data, {true, true});
    int relays = 0;
    for (const quantised_node& q : corrected.nodes) {
        if (q.theta != std::vector<std::int32_t>(2, 1)) { continue; }
        ++relays;
        CHECK(q.bias == std::vector<std::int64_t>(2, 0));
    }
    CHECK(relays == 1);
}
