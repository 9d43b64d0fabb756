// SPDX-License-Identifier: Apache-2.0
// Populations and projections of small graphs, weight by weight: the order of neurons is where
// converters fail.
#include <support/catch.hpp>

#include <algorithm>

#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::node_named;
using test::numbers;

namespace {

// All three differ, so that no two axes can be confused.
constexpr std::int32_t channels = 2;
constexpr std::int32_t height = 3;
constexpr std::int32_t width = 4;
constexpr std::size_t size = 24;

std::size_t onnx_place(std::int32_t c, std::int32_t y, std::int32_t x) {
    return static_cast<std::size_t>((c * height + y) * width + x);
}
std::size_t neuron(std::int32_t c, std::int32_t y, std::int32_t x) {
    return static_cast<std::size_t>((y * width + x) * channels + c);
}

template <typename Visit>
void for_each_element(const Visit& visit) {
    for (std::int32_t c = 0; c < channels; ++c) {
        for (std::int32_t y = 0; y < height; ++y) {
            for (std::int32_t x = 0; x < width; ++x) { visit(c, y, x); }
        }
    }
}

std::vector<std::int32_t> range(std::int32_t first, std::int32_t last) {
    std::vector<std::int32_t> index;
    for (std::int32_t i = first; i < last; ++i) { index.push_back(i); }
    return index;
}

/// A ReLU layer {2, 3, 4} of 1 x 1 convolutions.
value_id hidden(hand_model& m, value_id in, const std::string& name, std::uint32_t seed) {
    return m.relu(name + "/relu",
                  m.conv(name, in, channels, 1, 0, numbers(2, seed), {0.5F, 0.25F}));
}

struct conversion_case {
    hand_model model;
    dataset data = test::pixels({1, height, width}, 6, 11);
    value_id in = model.input({1, height, width});

    hand_conversion run() const {
        hand_conversion c(model, data);
        test::require_equal_levels(c, data);
        return c;
    }
};

std::vector<projection> projections_into(const hand_conversion& c, const std::string& name) {
    const std::size_t target = c.emitted.population_of_node[node_named(c.graph(), name)];
    std::vector<projection> found;
    for (const projection& p : c.net().projections) {
        if (p.target == target) { found.push_back(p); }
    }
    return found;
}

std::size_t population_named(const hand_conversion& c, const std::string& name) {
    return c.emitted.population_of_node[node_named(c.graph(), name)];
}

const std::vector<std::int8_t>& weights_of(const hand_conversion& c, const std::string& name) {
    return c.quantised().nodes[node_named(c.graph(), name)].terms[0].weights;
}

}  // namespace

TEST_CASE("dense weights behind a channel-first flatten are put in neuron order",
          "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    k.model.output(k.model.linear("fc", k.model.flatten("flat", x), 3, numbers(3 * size, 2)));
    const hand_conversion c = k.run();
    const auto projections = projections_into(c, "out");
    REQUIRE(projections.size() == 1);
    CHECK(projections[0].kind == connectivity::dense);
    CHECK(projections[0].source_channels == channel_range{0, channels});
    REQUIRE(projections[0].weights.size() == 3 * size);
    for (std::size_t target = 0; target < 3; ++target) {
        for_each_element([&](std::int32_t ch, std::int32_t y, std::int32_t x0) {
            CHECK(projections[0].weights[target * size + neuron(ch, y, x0)]
                  == weights_of(c, "out")[target * size + onnx_place(ch, y, x0)]);
        });
    }
}

TEST_CASE("dense weights behind a channel-last flatten are in neuron order already",
          "[converters][unit]") {
    conversion_case k;
    auto x = hidden(k.model, k.in, "conv", 1);
    std::vector<std::int32_t> to_last(size);
    for_each_element([&](std::int32_t ch, std::int32_t y, std::int32_t x0) {
        to_last[neuron(ch, y, x0)] = static_cast<std::int32_t>(onnx_place(ch, y, x0));
    });
    x = k.model.view("turn", {x}, to_last, {height, width, channels});
    k.model.output(k.model.linear("fc", k.model.flatten("flat", x), 3, numbers(3 * size, 2)));
    const hand_conversion c = k.run();
    const auto projections = projections_into(c, "out");
    REQUIRE(projections.size() == 1);
    CHECK(projections[0].weights == weights_of(c, "out"));
    CHECK(c.net().populations.size() == 3);
}

TEST_CASE("a channel-last network gives the same integers as its channel-first twin",
          "[converters][unit]") {
    const std::vector<float> kernel = numbers(3 * 2 * 4, 1);
    const auto build = [&](bool last) {
        hand_model m;
        auto x = m.input(last ? dims{height, width, channels} : dims{channels, height, width});
        if (last) {
            std::vector<std::int32_t> index(size);
            for_each_element([&](std::int32_t ch, std::int32_t y, std::int32_t x0) {
                index[onnx_place(ch, y, x0)] = static_cast<std::int32_t>(neuron(ch, y, x0));
            });
            x = m.view("turn", {x}, index, {channels, height, width});
        }
        x = m.relu("relu", m.conv("conv", x, 3, 2, 0, kernel));
        m.output(m.linear("fc", m.flatten("flat", x), 2, numbers(36, 2)));
        return m;
    };
    const dataset first = test::pixels({channels, height, width}, 5, 3);
    dataset last = first;
    last.sample_shape = {height, width, channels};
    for (std::size_t s = 0; s < 5; ++s) {
        for_each_element([&](std::int32_t ch, std::int32_t y, std::int32_t x0) {
            last.bytes[s * size + neuron(ch, y, x0)] =
                first.bytes[s * size + onnx_place(ch, y, x0)];
        });
    }
    const input_description input{1.0 / 255.0, {0.25, 0.5}, {0.5, 0.2}, true};
    const hand_conversion a(build(false), first, input);
    const hand_conversion b(build(true), last, input);
    test::require_equal_levels(a, first);
    test::require_equal_levels(b, last);
    CHECK(b.net().populations[0].input->layout == data_layout::channel_last);
    REQUIRE(a.net().projections.size() == b.net().projections.size());
    for (std::size_t i = 0; i < a.net().projections.size(); ++i) {
        CHECK(a.net().projections[i].weights == b.net().projections[i].weights);
    }
    for (std::size_t i = 1; i < a.net().populations.size(); ++i) {
        CHECK(a.net().populations[i].bias == b.net().populations[i].bias);
        CHECK(a.net().populations[i].theta == b.net().populations[i].theta);
    }
}

TEST_CASE("a flattened concatenation is one dense projection per part", "[converters][unit]") {
    conversion_case k;
    const auto a = hidden(k.model, k.in, "a", 1);
    const auto b = hidden(k.model, k.in, "b", 2);
    const auto both = k.model.view("concat", {b, a}, range(0, 48), {4, height, width});
    k.model.output(k.model.linear("fc", k.model.flatten("flat", both), 2, numbers(96, 3)));
    const hand_conversion c = k.run();
    const auto projections = projections_into(c, "out");
    REQUIRE(projections.size() == 2);
    for (const projection& p : projections) {
        const bool from_b = p.source == population_named(c, "b");
        CHECK((from_b || p.source == population_named(c, "a")));
        for (std::size_t target = 0; target < 2; ++target) {
            for_each_element([&](std::int32_t ch, std::int32_t y, std::int32_t x0) {
                CHECK(p.weights[target * size + neuron(ch, y, x0)]
                      == weights_of(
                          c, "out")[target * 48 + (from_b ? 0 : size) + onnx_place(ch, y, x0)]);
            });
        }
    }
}

TEST_CASE("a sliced channel is a channel range, a sliced row a sparse projection",
          "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    SECTION("channel 1") {
        const auto y = k.model.view("slice", {x}, range(12, 24), {1, height, width});
        k.model.output(k.model.linear("fc", k.model.flatten("flat", y), 2, numbers(24, 3)));
        const hand_conversion c = k.run();
        const auto p = projections_into(c, "out");
        REQUIRE(p.size() == 1);
        CHECK(p[0].kind == connectivity::dense);
        CHECK(p[0].source_channels == channel_range{1, 2});
        CHECK(p[0].weights == weights_of(c, "out"));  // with one channel both orders are the same
    }
    SECTION("row 1 of both channels") {
        const auto y =
            k.model.view("slice", {x}, {4, 5, 6, 7, 16, 17, 18, 19}, {channels, 1, width});
        k.model.output(k.model.linear("fc", k.model.flatten("flat", y), 2, numbers(16, 3)));
        const hand_conversion c = k.run();
        const auto p = projections_into(c, "out");
        REQUIRE(p.size() == 1);
        CHECK(p[0].kind == connectivity::sparse);
        CHECK(p[0].row_ptr == std::vector<std::int64_t>{0, 8, 16});
        CHECK(std::vector<std::int32_t>(p[0].column.begin(), p[0].column.begin() + 8)
              == range(8, 16));
        const std::vector<std::int8_t>& w = weights_of(c, "out");
        CHECK(std::vector<std::int8_t>(p[0].weights.begin(), p[0].weights.begin() + 4)
              == std::vector<std::int8_t>{w[0], w[4], w[1], w[5]});
    }
}

TEST_CASE("a frame of zeros becomes pads, side by side", "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    // One row above, two columns right.
    std::vector<std::int32_t> index(static_cast<std::size_t>(channels * 4 * 6), -1);
    for_each_element([&](std::int32_t ch, std::int32_t y, std::int32_t x0) {
        index[static_cast<std::size_t>((ch * 4 + y + 1) * 6 + x0)] =
            static_cast<std::int32_t>(onnx_place(ch, y, x0));
    });
    const auto framed = k.model.view("pad", {x}, index, {channels, 4, 6});
    convolution op;
    op.weights = numbers(24, 5);
    op.out_channels = 3;
    op.in_channels = channels;
    op.geometry.kernel = {2, 2};
    op.geometry.pads = {0, 1, 2, 0};
    const auto y = k.model.relu("relu2", k.model.layer("conv2", op, {framed}, {3, 5, 6}));
    k.model.output(k.model.linear("fc", k.model.flatten("flat", y), 2, numbers(180, 6)));
    const hand_conversion c = k.run();
    const auto p = projections_into(c, "conv2");
    REQUIRE(p.size() == 1);
    CHECK(p[0].source == population_named(c, "conv"));
    CHECK(p[0].geometry.pads == std::array<std::int32_t, 4>{1, 1, 2, 2});
}

TEST_CASE("a convolution over a concatenation takes each part's input channels",
          "[converters][unit]") {
    conversion_case k;
    const auto a = hidden(k.model, k.in, "a", 1);
    const auto b = hidden(k.model, k.in, "b", 2);
    const auto both = k.model.view("concat", {a, b}, range(0, 48), {4, height, width});
    const auto y = k.model.relu("relu", k.model.conv("conv", both, 3, 2, 0, numbers(48, 3)));
    k.model.output(k.model.linear("fc", k.model.flatten("flat", y), 2, numbers(36, 4)));
    const hand_conversion c = k.run();
    const auto p = projections_into(c, "conv");
    REQUIRE(p.size() == 2);
    const std::vector<std::int8_t>& w = weights_of(c, "conv");
    for (std::size_t part = 0; part < 2; ++part) {
        CHECK(p[part].source == population_named(c, part == 0 ? "a" : "b"));
        REQUIRE(p[part].weights.size() == 24);
        for (std::size_t o = 0; o < 3; ++o) {
            for (std::size_t i = 0; i < 8; ++i) {
                CHECK(p[part].weights[o * 8 + i] == w[(o * 4 + part * 2) * 4 + i]);
            }
        }
    }
}

TEST_CASE("a convolution over sliced channels reads those channels", "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    const auto slice = k.model.view("slice", {x}, range(12, 24), {1, height, width});
    const auto y = k.model.relu("relu", k.model.conv("conv2", slice, 3, 2, 0, numbers(12, 3)));
    k.model.output(k.model.linear("fc", k.model.flatten("flat", y), 2, numbers(36, 4)));
    const hand_conversion c = k.run();
    const auto p = projections_into(c, "conv2");
    REQUIRE(p.size() == 1);
    CHECK(p[0].source_channels == channel_range{1, 2});
    CHECK(p[0].weights == weights_of(c, "conv2"));
}

TEST_CASE("a max-pool over a concatenation fills disjoint channels", "[converters][unit]") {
    conversion_case k;
    const auto a = hidden(k.model, k.in, "a", 1);
    const auto b = hidden(k.model, k.in, "b", 2);
    const auto both = k.model.view("concat", {a, b}, range(0, 48), {4, height, width});
    max_pool pool;
    pool.geometry.kernel = {2, 2};
    pool.geometry.stride = {1, 2};
    const auto y = k.model.layer("pool", pool, {both}, {4, 2, 2});
    k.model.output(k.model.linear("fc", k.model.flatten("flat", y), 2, numbers(32, 4)));
    const hand_conversion c = k.run();
    const auto p = projections_into(c, "pool");
    REQUIRE(p.size() == 2);
    CHECK(p[0].target_channels == channel_range{0, 2});
    CHECK(p[1].target_channels == channel_range{2, 4});
    CHECK(p[1].source_channels == channel_range{0, 2});
    CHECK(p[0].kind == connectivity::window);
    CHECK(p[0].geometry == pool.geometry);
    const population& pooled = c.net().populations[population_named(c, "pool")];
    REQUIRE(pooled.scale.size() == 4);
    CHECK(pooled.scale[0] == c.net().populations[population_named(c, "a")].scale[0]);
    CHECK(pooled.scale[3] == c.net().populations[population_named(c, "b")].scale[1]);
}

TEST_CASE("a shortcut with padded channels is an index projection", "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    std::vector<std::int32_t> index(12, -1);
    for (const std::int32_t i : range(0, 24)) { index.push_back(i); }
    const auto shortcut = k.model.view("pad", {x}, index, {3, height, width});
    const auto y = k.model.conv("conv2", x, 3, 3, 1, numbers(54, 5));
    k.model.output(k.model.layer("add", sum{}, {y, shortcut}, {3, height, width}));
    const hand_conversion c = k.run();
    const auto p = projections_into(c, "out");
    const auto found = std::find_if(
        p.begin(), p.end(), [](const projection& q) { return q.kind == connectivity::index; });
    REQUIRE(found != p.end());
    for (std::int32_t y0 = 0; y0 < height; ++y0) {
        for (std::int32_t x0 = 0; x0 < width; ++x0) {
            const auto target = static_cast<std::size_t>((y0 * width + x0) * 3);
            CHECK(found->index[target] == -1);
            CHECK(found->index[target + 1] == static_cast<std::int32_t>(neuron(0, y0, x0)));
            CHECK(found->index[target + 2] == static_cast<std::int32_t>(neuron(1, y0, x0)));
        }
    }
    CHECK(found->weights[0] == 0);
}

TEST_CASE("grouped convolutions keep groups and geometry", "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    convolution op;
    op.weights = numbers(4 * 2 * 3, 5);
    op.out_channels = 4;
    op.in_channels = channels;
    op.groups = 2;
    op.geometry = {{2, 3}, {1, 2}, {2, 1}, {1, 0, 0, 1}};
    // Rows: (3 + 1 - 3) / 1 + 1; columns: (4 + 1 - 3) / 2 + 1.
    const auto y = k.model.relu("relu", k.model.layer("grouped", op, {x}, {4, 2, 2}));
    k.model.output(k.model.linear("fc", k.model.flatten("flat", y), 2, numbers(32, 4)));
    const hand_conversion c = k.run();
    const auto p = projections_into(c, "grouped");
    REQUIRE(p.size() == 1);
    CHECK(p[0].groups == 2);
    CHECK(p[0].geometry == op.geometry);
    CHECK(p[0].weights == weights_of(c, "grouped"));
}

TEST_CASE("a folded global average shares a weight per channel", "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    average_pool pool;
    pool.global = true;
    pool.geometry.kernel = {height, width};
    const auto y = k.model.flatten("flat", k.model.layer("average", pool, {x}, {channels, 1, 1}));
    k.model.output(k.model.linear("fc", y, 3, numbers(6, 4)), "y", {"softmax"});
    const hand_conversion c = k.run();
    const auto p = projections_into(c, "y");
    REQUIRE(p.size() == 1);
    CHECK(p[0].spatial_sum);
    CHECK(p[0].weights.size() == 6);
    const population& out = c.net().populations.back();
    CHECK(out.kind == population_kind::readout);
    CHECK(out.host_functions == std::vector<std::string>{"softmax"});
    CHECK(out.width_bits > 0);
}

TEST_CASE("two outputs are two read-outs", "[converters][unit]") {
    conversion_case k;
    const auto x = hidden(k.model, k.in, "conv", 1);
    k.model.output(k.model.linear("fc", k.model.flatten("flat", x), 3, numbers(72, 4)), "classes");
    k.model.output(x, "features");
    const hand_conversion c = k.run();
    CHECK(c.net().populations[population_named(c, "classes")].kind == population_kind::readout);
    const auto p = projections_into(c, "features");
    REQUIRE(p.size() == 1);
    CHECK(p[0].kind == connectivity::one_to_one);
}
