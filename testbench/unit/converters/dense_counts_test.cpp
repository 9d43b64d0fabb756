// SPDX-License-Identifier: Apache-2.0
// Dense multiplications, counted one by one here and in closed form there.
#include <support/catch.hpp>

#include "dense_counts.hpp"
#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_model;

namespace {

struct counts {
    std::uint64_t macs = 0;
    std::uint64_t active = 0;
    std::uint64_t nonzero = 0;

    void add(float weight, float value) {
        ++macs;
        active += value != 0.0F ? 1 : 0;
        nonzero += value != 0.0F && weight != 0.0F ? 1 : 0;
    }
};

void count_convolution(const convolution& op, std::span<const float> in, const dims& from,
                       const dims& to, counts& found) {
    const std::int64_t per_group = from[0] / op.groups;
    const kernel_geometry& g = op.geometry;
    for (std::int64_t o = 0; o < to[0]; ++o) {
        for (std::int64_t oy = 0; oy < to[1]; ++oy) {
            for (std::int64_t ox = 0; ox < to[2]; ++ox) {
                for (std::int64_t tap = 0; tap < per_group * g.kernel[0] * g.kernel[1]; ++tap) {
                    const std::int64_t i = tap / (g.kernel[0] * g.kernel[1]);
                    const std::int64_t ky = tap / g.kernel[1] % g.kernel[0];
                    const std::int64_t kx = tap % g.kernel[1];
                    const std::int64_t y = oy * g.stride[0] - g.pads[0] + ky * g.dilation[0];
                    const std::int64_t x = ox * g.stride[1] - g.pads[1] + kx * g.dilation[1];
                    if (y < 0 || y >= from[1] || x < 0 || x >= from[2]) { continue; }
                    const std::int64_t c = o / (to[0] / op.groups) * per_group + i;
                    found.add(op.weights[static_cast<std::size_t>(
                                  o * per_group * g.kernel[0] * g.kernel[1] + tap)],
                              in[static_cast<std::size_t>((c * from[1] + y) * from[2] + x)]);
                }
            }
        }
    }
}

void check(const dense_layer& layer, const counts& expected) {
    CHECK(layer.macs == expected.macs);
    CHECK(layer.macs_active == expected.active);
    CHECK(layer.macs_nonzero == expected.nonzero);
    CHECK(layer.macs_nonzero < layer.macs_active);
    CHECK(layer.macs_active < layer.macs);
}

std::vector<float> with_zeros(std::size_t count, std::uint32_t seed) {
    std::vector<float> values = test::numbers(count, seed);
    for (std::size_t i = 0; i < count; i += 3) { values[i] = 0.0F; }
    return values;
}

}  // namespace

TEST_CASE("dense multiplications are those of every in-bounds tap", "[converters][unit]") {
    hand_model m;
    const auto x = m.input({2, 5, 6});
    const auto a = m.relu("relu", m.conv("conv", x, 4, 3, 1, with_zeros(72, 1)));
    convolution op;
    op.weights = with_zeros(4 * 2 * 6, 2);
    op.out_channels = 4;
    op.in_channels = 4;
    op.groups = 2;
    op.geometry = {{2, 3}, {2, 1}, {1, 2}, {1, 0, 0, 3}};
    const auto b = m.relu("relu2", m.layer("grouped", op, {a}, {4, 2, 5}));
    const std::vector<float> fc = with_zeros(3 * 40, 3);
    m.output(m.linear("fc", m.flatten("flat", b), 3, fc));

    const neuron_graph graph = lower(m.graph, {});
    dataset data = test::pixels({2, 5, 6}, 3, 4);
    for (std::size_t i = 0; i < data.bytes.size(); i += 2) { data.bytes[i] = 0; }
    const std::vector<dense_layer> layers = count_dense(graph, data, 3);
    REQUIRE(layers.size() == 3);

    std::array<counts, 3> expected;
    neuron_executor executor(graph);
    for (std::size_t s = 0; s < 3; ++s) {
        executor.run(real_input(graph.nodes[0], data, s));
        count_convolution(std::get<convolution>(m.graph.layers[0].op), executor.value(0), {2, 5, 6},
                          {4, 5, 6}, expected[0]);
        count_convolution(op, executor.value(test::node_named(graph, "conv")), {4, 5, 6}, {4, 2, 5},
                          expected[1]);
        const auto last = executor.value(test::node_named(graph, "grouped"));
        for (std::size_t i = 0; i < fc.size(); ++i) { expected[2].add(fc[i], last[i % 40]); }
    }
    for (std::size_t i = 0; i < 3; ++i) { check(layers[i], expected[i]); }
    CHECK(layers[0].kind == "conv");
    CHECK(layers[0].population == "conv");
    CHECK(layers[0].weights == 72);
    CHECK(layers[0].fan_in == 18);
    CHECK(layers[0].field_rows == 3);
    CHECK(layers[0].output_neurons == 120);
    CHECK(layers[1].groups == 2);
    CHECK(layers[1].positions == 10);
    CHECK(layers[2].kind == "dense");
    CHECK(layers[2].fan_in == 40);
    CHECK(layers[2].macs == 3 * 120);
}

TEST_CASE("a depthwise convolution is called so", "[converters][unit]") {
    hand_model m;
    convolution op;
    op.weights = test::numbers(2, 2);
    op.out_channels = op.in_channels = op.groups = 2;
    m.output(m.layer("depthwise", op, {m.input({2, 2, 2})}, {2, 2, 2}));
    const auto layers = count_dense(lower(m.graph, {}), test::pixels({2, 2, 2}, 1, 4), 1);
    REQUIRE(layers.size() == 1);
    CHECK(layers[0].kind == "depthwise");
    CHECK(layers[0].macs == 8);
}

TEST_CASE("behind a global average a channel is one input, active where any position is",
          "[converters][unit]") {
    hand_model m;
    average_pool pool;
    pool.global = true;
    pool.geometry.kernel = {2, 2};
    const auto x = m.flatten("flat", m.layer("average", pool, {m.input({3, 2, 2})}, {3, 1, 1}));
    m.output(m.linear("fc", x, 2, {1, 0, 1, 1, 1, 1}));
    dataset data;
    data.sample_shape = {3, 2, 2};
    data.bytes = {0, 0, 0, 9, 5, 5, 5, 5, 0, 0, 0, 0};
    const auto layers = count_dense(lower(m.graph, {}), data, 1);
    REQUIRE(layers.size() == 1);
    CHECK(layers[0].spatial_sum);
    CHECK(layers[0].macs == 6);
    CHECK(layers[0].active_inputs == 2);
    CHECK(layers[0].macs_active == 4);
    CHECK(layers[0].macs_nonzero == 3);
}

TEST_CASE("raw zeros are inactive whatever the mean, also behind a view of the input",
          "[converters][unit]") {
    hand_model m;
    const bool viewed = GENERATE(false, true);
    auto x = m.input({4});
    if (viewed) { x = m.view("turned", {x}, {3, 2, 1, 0}, {4}); }
    m.output(m.linear("fc", x, 2, {1, 0, 0, 1, 1, 1, 0, 1}));
    dataset data;
    data.sample_shape = {4};
    data.bytes = {0, 51, 0, 255};
    // 51 is the mean: zero for the trained network, and still a pixel to be read.
    const auto layers = count_dense(lower(m.graph, {1.0 / 255.0, {0.2}, {0.5}, true}), data, 1);
    REQUIRE(layers.size() == 1);
    CHECK(layers[0].macs == 8);
    CHECK(layers[0].active_inputs == 2);
    CHECK(layers[0].macs_active == 4);
    CHECK(layers[0].macs_nonzero == (viewed ? 2 : 3));
}

TEST_CASE("a strided convolution reads only the columns that it steps on", "[converters][unit]") {
    hand_model m;
    convolution op;
    op.weights = {1.0F};
    op.out_channels = op.in_channels = op.groups = 1;
    op.geometry.stride = {1, 2};
    m.output(m.layer("strided", op, {m.input({1, 1, 4})}, {1, 1, 2}));
    dataset data;
    data.sample_shape = {1, 1, 4};
    data.bytes = {0, 9, 0, 5, 7, 0, 0, 0};
    const neuron_graph graph = lower(m.graph, {});
    CHECK(count_dense(graph, data, 1).front().macs == 2);
    CHECK(count_dense(graph, data, 1).front().macs_active == 0);
    CHECK(count_dense(graph, data, 2).front().macs_active == 1);
}
