// SPDX-License-Identifier: Apache-2.0
// Reconstruction: rows of a layer against its convolution, and what fitted weights are worth.
#include <omp.h>

#include <support/catch.hpp>

#include <algorithm>
#include <cmath>
#include <set>

#include "graph/integer_executor.hpp"
#include "graph/kernels.hpp"
#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"
#include "quantise/bias_correction.hpp"
#include "quantise/layer_rows.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::numbers;

namespace {

/// Convolutions (one of them beside a skip) and a read-out behind a flatten.
hand_model residual_classifier() {
    hand_model m;
    auto x = m.relu("relu1", m.conv("conv1", m.input({2, 6, 6}), 4, 3, 1, numbers(72, 1), {}));
    const auto z = m.conv("conv2", x, 4, 3, 1, numbers(144, 3));
    x = m.relu("relu2", m.layer("add", sum{}, {z, x}, m.item(x)));
    m.output(m.linear("fc", m.flatten("flat", x), 3, numbers(432, 4)));
    return m;
}

quantise_options coarse() {
    quantise_options options;
    options.steps = 3;
    options.weight_bits = 3;
    return options;
}

/// Mean squared difference of the outputs, trained against quantised.
double output_error(const hand_conversion& c, const quantised_graph& quantised,
                    const dataset& data) {
    const node_id out = first_readout(c.graph());
    integer_executor integers(quantised);
    neuron_executor real(c.graph());
    double error = 0.0;
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        integers.run(input_codes(quantised, data, sample));
        real.run(real_input(c.graph().nodes[0], data, sample));
        for (std::size_t e = 0; e < real.potential(out).size(); ++e) {
            const double found =
                static_cast<double>(integers.potential(out)[e]) * quantised.nodes[out].unit(e);
            const double difference = found - static_cast<double>(real.potential(out)[e]);
            error += difference * difference;
        }
    }
    return error / static_cast<double>(data.size());
}

}  // namespace

TEST_CASE("reconstructed weights lower the error on samples never seen", "[converters][unit]") {
    const dataset data = test::pixels({2, 6, 6}, 400, 3);
    const dataset others = test::pixels({2, 6, 6}, 50, 77);
    const hand_conversion c(residual_classifier(), data, {}, coarse());
    quantised_graph plain = c.quantised();
    quantised_graph better = c.quantised();
    correct_layers(plain, c.measured, data, {false, true});
    correct_layers(better, c.measured, data, {true, true});
    CHECK(output_error(c, better, others) < 0.8 * output_error(c, plain, others));
    for (node_id id = 0; id < c.graph().nodes.size(); ++id) {
        CHECK(better.nodes[id].theta == plain.nodes[id].theta);
        for (const quantised_term& t : better.nodes[id].terms) {
            for (const std::int8_t w : t.weights) { REQUIRE(std::abs(w) <= 3); }
        }
    }
}

TEST_CASE("reconstruction is the same for any number of threads", "[converters][unit]") {
    const dataset data = test::pixels({2, 6, 6}, 61, 3);
    const hand_conversion c(residual_classifier(), data, {}, coarse());
    const int before = omp_get_max_threads();
    std::vector<quantised_graph> results;
    for (const int threads : {1, 2, 5}) {
        omp_set_num_threads(threads);
        results.push_back(c.quantised());
        correct_layers(results.back(), c.measured, data, {true, true});
    }
    omp_set_num_threads(before);
    for (const quantised_graph& other : results) {
        for (node_id id = 0; id < c.graph().nodes.size(); ++id) {
            CHECK(other.nodes[id].bias == results[0].nodes[id].bias);
            for (std::size_t t = 0; t < other.nodes[id].terms.size(); ++t) {
                CHECK(other.nodes[id].terms[t].weights == results[0].nodes[id].terms[t].weights);
            }
        }
    }
}

TEST_CASE("rows times weights are the convolution", "[converters][unit]") {
    kernel_geometry g;
    g.kernel = {3, 2};
    g.stride = {2, 1};
    g.dilation = {1, 2};
    g.pads = {1, 0, 2, 1};
    neuron_graph graph;
    const shape in{4, 7, 6};
    const shape out{6, 4, 5};
    graph.nodes.push_back({"in", {4, 7, 6}, input_node{}});
    const std::vector<float> weights = numbers(6 * 2 * 6, 1);
    sum_node sum;
    sum.terms.push_back({0, conv_term{weights, 2, g}});
    graph.nodes.push_back({"conv", {6, 4, 5}, sum});
    std::vector<std::int32_t> codes;
    for (const float v : numbers(in.neurons(), 2)) {
        codes.push_back(static_cast<std::int32_t>(v * 100.0F));
    }
    std::vector<double> expected(out.neurons(), 0.0);
    const std::vector<double> values(codes.begin(), codes.end());
    add_convolution<double, double, float>({expected, out}, {values, in}, weights, g, 2);
    const term& t = graph.nodes[1].as_sum()->terms[0];
    const std::vector<std::size_t> positions{0, 3, 7, 19};
    const std::size_t length = row_length(graph, 1, t);
    REQUIRE(length == 12);
    for (std::size_t group = 0; group < row_groups(t); ++group) {
        const auto rows = gather_rows(graph, 1, t, codes, positions, group);
        for (std::size_t i = 0; i < positions.size(); ++i) {
            for (std::size_t c = group * 3; c < group * 3 + 3; ++c) {
                double sum_of_row = 0.0;
                for (std::size_t k = 0; k < length; ++k) {
                    sum_of_row += static_cast<double>(weights[c * length + k])
                                  * static_cast<double>(rows[i * length + k]);
                }
                CHECK_THAT(sum_of_row, Catch::Matchers::WithinAbs(
                                           expected[c * out.positions() + positions[i]], 1e-3));
            }
        }
    }
}

TEST_CASE("a large map gives few rows, other ones for each sample", "[converters][unit]") {
    CHECK(row_positions({3, 2, 3}, 128, 5) == std::vector<std::size_t>{0, 1, 2, 3, 4, 5});
    for (std::int32_t size = 12; size <= 64; ++size) {
        INFO(size << " x " << size);
        const shape map{3, size, size};
        std::vector<bool> seen(map.positions(), false);
        for (std::size_t sample = 0; sample < 200; ++sample) {
            const auto positions = row_positions(map, 128, sample);
            REQUIRE(std::set<std::size_t>(positions.begin(), positions.end()).size() == 128);
            for (const std::size_t p : positions) { seen.at(p) = true; }
        }
        CHECK(std::count(seen.begin(), seen.end(), true)
              == static_cast<std::ptrdiff_t>(map.positions()));
    }
}
