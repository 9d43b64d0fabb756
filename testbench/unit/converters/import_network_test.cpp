// SPDX-License-Identifier: Apache-2.0
// Models that are quantised already, through all executors: the file's operators (L0), the integers
// (L2), the simulator, and a reference written for this test in the arithmetic of ONNX Runtime.
#include <cmath>
#include <vector>

#include <support/catch.hpp>

#include <synfire/core/error.hpp>

#include "graph/float_executor.hpp"
#include "graph/integer_executor.hpp"
#include "graph/neuron_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::test;
using namespace synfire::converters;

namespace {

const code_format unsigned_pixels{{1.0F / 255.0F}, {0}, 0, 255};

/// Whole numbers from -reach to reach that look random.
std::vector<std::int64_t> whole(std::size_t count, int reach, std::uint32_t seed) {
    std::vector<std::int64_t> out;
    for (const float v : numbers(count, seed)) {
        out.push_back(std::llround(v * static_cast<float>(reach)));
    }
    return out;
}

std::vector<float> times(const std::vector<std::int64_t>& w, const std::vector<float>& scale) {
    std::vector<float> out;
    for (std::size_t i = 0; i < w.size(); ++i) {
        out.push_back(static_cast<float>(w[i]) * scale[i / (w.size() / scale.size())]);
    }
    return out;
}

/// A dense layer whose weights and biases are integers.
struct dense_integers {
    std::vector<std::int64_t> weights;
    std::vector<std::int64_t> bias;
    std::vector<float> scale;
};

value_id add_dense(hand_model& m, const std::string& name, value_id x, const dense_integers& d,
                   float in_scale) {
    linear op;
    op.out_features = static_cast<std::int32_t>(d.bias.size());
    op.in_features = static_cast<std::int32_t>(m.item(x)[0]);
    op.weights = times(d.weights, d.scale);
    std::vector<float> bias_scale;
    for (const float s : d.scale) { bias_scale.push_back(in_scale * s); }
    op.bias = times(d.bias, bias_scale);
    op.stored = stored_integers{d.scale, d.bias, bias_scale};
    return m.layer(name, op, {x}, {op.out_features});
}

/// ONNX Runtime's rounding of one accumulator, zero point taken off.
std::int32_t requantise(std::int64_t acc, float in, float weight, float out, const code_format& f) {
    const float multiplier = in * weight / out;
    const float x = static_cast<float>(static_cast<std::int32_t>(acc)) * multiplier;
    return static_cast<std::int32_t>(std::clamp(std::nearbyint(x),
                                                static_cast<float>(f.lo - f.zero[0]),
                                                static_cast<float>(f.hi - f.zero[0])));
}

/// Two dense layers, quantised as ONNX Runtime's tool does it.
struct two_layers {
    code_format middle{{0.037F}, {0}, 0, 255};
    code_format last{{0.052F}, {117}, 0, 255};
    dense_integers first{whole(20 * 49, 127, 1), whole(20, 9000, 2), {}};
    dense_integers second{whole(10 * 20, 127, 3), whole(10, 3000, 4), {}};
    hand_model model;
    value_id out = 0;

    explicit two_layers(bool per_channel) {
        for (int c = 0; c < (per_channel ? 20 : 1); ++c) {
            first.scale.push_back(0.0021F + 0.00013F * static_cast<float>(c));
        }
        second.scale = {0.0043F};
        value_id x = model.input({49});
        x = model.quantise("q_in", x, unsigned_pixels);
        x = model.dequantise("d_in", x, unsigned_pixels);
        x = add_dense(model, "first", x, first, unsigned_pixels.scale[0]);
        x = model.relu("relu", x);
        x = model.quantise("q_mid", x, middle);
        x = model.dequantise("d_mid", x, middle);
        x = add_dense(model, "second", x, second, middle.scale[0]);
        x = model.quantise("q_out", x, last);
        out = model.dequantise("d_out", x, last);
        model.output(out);
    }

    /// Codes of both layers for one sample of raw codes.
    std::vector<std::vector<std::int32_t>> reference(const std::vector<std::int32_t>& raw) const {
        const auto layer = [](const std::vector<std::int32_t>& in, const dense_integers& d,
                              float in_scale, const code_format& f) {
            std::vector<std::int32_t> codes;
            for (std::size_t o = 0; o < d.bias.size(); ++o) {
                std::int64_t acc = d.bias[o];
                for (std::size_t i = 0; i < in.size(); ++i) {
                    acc += d.weights[o * in.size() + i] * in[i];
                }
                const float w = d.scale[d.scale.size() == 1 ? 0 : o];
                codes.push_back(requantise(acc, in_scale, w, f.scale[0], f));
            }
            return codes;
        };
        const auto mid = layer(raw, first, unsigned_pixels.scale[0], middle);
        return {mid, layer(mid, second, middle.scale[0], last)};
    }
};

}  // namespace

TEST_CASE("A quantised model's codes are those of ONNX Runtime's arithmetic",
          "[converters][import]") {
    const bool per_channel = GENERATE(false, true);
    const two_layers net(per_channel);
    const hand_conversion c(net.model);
    REQUIRE(c.graph().nodes.size() == 4);  // the input's own rounding is the raw pixel
    const dataset data = pixels({49}, 40, 11);
    require_equal_levels(c, data);
    integer_executor integers(c.quantised());
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const std::vector<std::int32_t> raw = input_codes(c.quantised(), data, sample);
        integers.run(raw);
        const auto expected = net.reference(raw);
        const auto first = integers.codes(node_named(c.graph(), "first"));
        const auto second = integers.codes(node_named(c.graph(), "second"));
        REQUIRE(std::equal(first.begin(), first.end(), expected[0].begin()));
        REQUIRE(std::equal(second.begin(), second.end(), expected[1].begin()));
        const auto read_out = integers.potential(node_named(c.graph(), "out"));
        REQUIRE(std::equal(read_out.begin(), read_out.end(), expected[1].begin()));
    }
    for (const imported_layer& l : c.imported) {
        CHECK(l.different == 0);
        if (l.method == "boundaries") { CHECK(l.boundaries > 1000); }
    }
}

TEST_CASE("The file's own operators in single precision give the same outputs",
          "[converters][import]") {
    const two_layers net(false);
    const hand_conversion c(net.model);
    const dataset data = pixels({49}, 60, 12);
    float_executor trained(net.model.graph);
    neuron_executor folded(c.graph());
    integer_executor integers(c.quantised());
    std::size_t different = 0;
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const std::vector<float> real = real_input(c.graph().nodes[0], data, sample);
        trained.run(real);
        folded.run(real);
        integers.run(input_codes(c.quantised(), data, sample));
        const node_id out = node_named(c.graph(), "out");
        for (std::size_t e = 0; e < 10; ++e) {
            const float expected = static_cast<float>(integers.potential(out)[e]) * 0.052F;
            different += trained.value(net.out)[e] != expected ? 1 : 0;
            different += std::abs(folded.potential(out)[e] - expected) > 1e-5F ? 1 : 0;
        }
    }
    // Products in single precision may fall on the other side of a halfway point, hardly ever here.
    CHECK(different <= 6);
}

TEST_CASE("Convolutions with zero points, pooling, a residual sum and a mean equal all levels",
          "[converters][import]") {
    const code_format in{{1.0F / 255.0F}, {-128}, -128, 127};
    const code_format wide{{0.043F}, {121}, 0, 255};
    const code_format sum_codes{{0.061F}, {0}, 0, 255};
    const code_format mean{{0.047F}, {0}, 0, 255};
    hand_model m;
    const auto coded = [&](const std::string& name, value_id x, const code_format& f) {
        return m.dequantise("d_" + name, m.quantise("q_" + name, x, f), f);
    };
    const auto conv = [&](const std::string& name, value_id x, std::int32_t out,
                          std::uint32_t seed) {
        const auto count = static_cast<std::size_t>(out * m.item(x)[0] * 9);
        std::vector<std::int64_t> w = whole(count, 127, seed);
        w[3] = -128;  // more than one 8-bit weight
        const std::vector<float> scale{0.0031F};
        const value_id y = m.conv(name, x, out, 3, 1, times(w, scale),
                                  std::vector<float>(static_cast<std::size_t>(out), 0.0F));
        std::get<convolution>(m.graph.layers.back().op).stored = stored_integers{scale, {}, {}};
        return y;
    };
    value_id x = coded("in", m.input({2, 8, 8}), in);
    const value_id a = coded("a", conv("a", x, 4, 5), wide);
    kernel_geometry pool;
    pool.kernel = {2, 2};
    pool.stride = {2, 2};
    const value_id p = m.quantise("q_pool", m.layer("pool", max_pool{pool}, {a}, {4, 4, 4}), wide);
    const value_id skip = m.dequantise("d_pool", p, wide);
    const value_id b = coded("b", conv("b", skip, 4, 6), wide);
    x = coded("sum", m.layer("add", converters::sum{}, {b, skip}, {4, 4, 4}), sum_codes);
    average_pool all;
    all.geometry.kernel = {4, 4};
    all.geometry.stride = {4, 4};
    all.global = true;
    x = coded("mean", m.layer("gap", all, {x}, {4, 1, 1}), mean);
    m.output(m.flatten("flat", x));
    const hand_conversion c(m);
    require_equal_levels(c, pixels({2, 8, 8}, 12, 21));
    CHECK(c.net().populations[c.net().find("a")].range == code_range{-121, 134});
    bool pairs = false;
    for (const imported_layer& l : c.imported) {
        CAPTURE(l.name);
        CHECK(l.different == 0);
        pairs = pairs || l.method == "pairs";
    }
    CHECK(pairs);
    std::size_t parts = 0;
    for (const projection& q : c.net().projections) {
        parts += q.target == c.net().find("a") ? 1 : 0;
    }
    CHECK(parts >= 2);  // -128 is two weights
}

TEST_CASE("Normalised pixels are rounded as the model rounds them", "[converters][import]") {
    const code_format in{{0.0173F}, {119}, 0, 255};
    hand_model m;
    const value_id x = m.dequantise("d", m.quantise("q", m.input({3, 2, 2}), in), in);
    m.output(m.flatten("flat", x));
    const input_description encoding{
        1.0 / 255.0, {0.485, 0.456, 0.406}, {0.229, 0.224, 0.225}, true};
    const hand_conversion c(m, encoding);
    const dataset data = pixels({3, 2, 2}, 200, 31);
    require_equal_levels(c, data);
    integer_executor integers(c.quantised());
    const node_id q = node_named(c.graph(), "q");
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const std::vector<float> real = real_input(c.graph().nodes[0], data, sample);
        integers.run(input_codes(c.quantised(), data, sample));
        for (std::size_t e = 0; e < real.size(); ++e) {
            const float code = std::clamp(std::nearbyint(real[e] / in.scale[0]), -119.0F, 136.0F);
            REQUIRE(static_cast<float>(integers.codes(q)[e]) == code);
        }
    }
    CHECK(c.imported.front().different + c.imported.front().ties == 0);
}

TEST_CASE("Halves that thresholds cannot round to even fire by table", "[converters][import]") {
    const code_format whole_pixels{{1.0F / 256.0F}, {0}, 0, 255};
    const code_format half{{1.0F / 128.0F}, {0}, 0, 255};
    hand_model m;
    value_id x = m.dequantise("d0", m.quantise("q0", m.input({6}), whole_pixels), whole_pixels);
    m.output(m.dequantise("d1", m.quantise("q1", x, half), half));
    const hand_conversion c(m, {1.0 / 256.0, {0.0}, {1.0}, true});
    require_equal_levels(c, pixels({6}, 100, 41));
    const node_id q1 = node_named(c.graph(), "q1");
    CHECK(c.quantised().nodes[q1].table.has_value());
    CHECK(c.imported.front().method == "table");
    CHECK(c.imported.front().ties == 0);
    integer_executor integers(c.quantised());
    integers.run(std::vector<std::int32_t>{1, 3, 5, 7, 4, 255});
    const auto codes = integers.codes(q1);
    CHECK(std::vector<std::int32_t>(codes.begin(), codes.end())
          == std::vector<std::int32_t>{0, 2, 2, 4, 2, 128});
}

TEST_CASE("A bias of real numbers moves the boundaries, and unsigned weights their zero point",
          "[converters][import]") {
    dense_integers d{whole(6 * 30, 200, 14), std::vector<std::int64_t>(6, 0), {0.0017F}};
    const std::vector<float> bias = numbers(6, 15);
    const code_format out{{0.0231F}, {100}, 0, 255};
    hand_model m;
    value_id x =
        m.dequantise("d", m.quantise("q", m.input({30}), unsigned_pixels), unsigned_pixels);
    x = add_dense(m, "dense", x, d, unsigned_pixels.scale[0]);
    auto& op = std::get<linear>(m.graph.layers.back().op);
    op.bias = bias;
    op.stored = stored_integers{d.scale, {}, {}};
    m.output(m.dequantise("d2", m.quantise("q2", x, out), out));
    const hand_conversion c(m);
    const dataset data = pixels({30}, 60, 61);
    require_equal_levels(c, data);
    integer_executor integers(c.quantised());
    std::size_t near = 0;
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const std::vector<std::int32_t> raw = input_codes(c.quantised(), data, sample);
        integers.run(raw);
        for (std::size_t o = 0; o < 6; ++o) {
            std::int64_t acc = 0;
            for (std::size_t i = 0; i < 30; ++i) { acc += d.weights[o * 30 + i] * raw[i]; }
            const double value = (static_cast<double>(acc) * static_cast<double>(0.0017F)
                                      * static_cast<double>(1.0F / 255.0F)
                                  + static_cast<double>(bias[o]))
                                 / static_cast<double>(0.0231F);
            const auto code =
                static_cast<std::int32_t>(std::nearbyint(std::clamp(value, -100.0, 155.0)));
            const auto found = integers.codes(node_named(c.graph(), "dense"))[o];
            near += found != code ? 1 : 0;
        }
    }
    CHECK(near == 0);
    CHECK(c.imported.front().different == 0);
}

TEST_CASE("Real numbers between quantised layers are refused with the layer's name",
          "[converters][import]") {
    hand_model m;
    value_id x = m.dequantise("d", m.quantise("q", m.input({4}), unsigned_pixels), unsigned_pixels);
    std::string reason;
    SECTION("weights") {
        x = m.linear("dense", x, 2, numbers(8, 1), {0.0F, 0.0F});
        x = m.dequantise("d2", m.quantise("q2", x, unsigned_pixels), unsigned_pixels);
        m.output(x);
        reason = "weights are real numbers";
    }
    SECTION("activations") {
        const dense_integers d{whole(8, 127, 1), whole(2, 10, 2), {0.01F}};
        const dense_integers e{whole(4, 127, 1), whole(2, 10, 2), {0.01F}};
        x = m.relu("relu", add_dense(m, "dense", x, d, unsigned_pixels.scale[0]));
        m.output(add_dense(m, "last", x, e, 1.0F));
        reason = "not quantised before the next layer";
    }
    SECTION("codes of another scale") {
        const code_format other{{0.5F}, {3}, 0, 255};
        m.output(m.dequantise("d2", m.quantise("q2", x, unsigned_pixels), other));
        reason = "not those that the codes were made with";
    }
    try {
        hand_conversion{m};
        FAIL("nothing was thrown");
    } catch (const unsupported_model& e) {
        CHECK_THAT(e.refusals().front().reason, Catch::Matchers::Contains(reason));
    }
}

TEST_CASE("A last layer without rounding is read out in sums", "[converters][import]") {
    const bool per_channel = GENERATE(false, true);
    dense_integers d{whole(5 * 12, 127, 8), whole(5, 4000, 9), {0.01F}};
    if (per_channel) { d.scale = {0.01F, 0.013F, 0.0021F, 0.0077F, 0.0109F}; }
    hand_model m;
    value_id x =
        m.dequantise("d", m.quantise("q", m.input({12}), unsigned_pixels), unsigned_pixels);
    x = add_dense(m, "dense", x, d, unsigned_pixels.scale[0]);
    m.output(x);
    const hand_conversion c(m);
    const dataset data = pixels({12}, 30, 51);
    require_equal_levels(c, data);
    float_executor trained(m.graph);
    integer_executor integers(c.quantised());
    const node_id out = node_named(c.graph(), "out");
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        trained.run(real_input(c.graph().nodes[0], data, sample));
        integers.run(input_codes(c.quantised(), data, sample));
        for (std::size_t e = 0; e < 5; ++e) {
            const double sum =
                static_cast<double>(integers.potential(out)[e]) * c.quantised().nodes[out].scale[e];
            const double expected = static_cast<double>(trained.value(x)[e]);
            CHECK(std::abs(sum - expected) <= 1e-5 + (per_channel ? 1e-3 : 1e-5) * 20.0);
        }
    }
    CHECK(c.imported.back().method == (per_channel ? "scaled sums" : "sums"));
}
