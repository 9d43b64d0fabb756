// SPDX-License-Identifier: Apache-2.0
// Trained networks as streaming ones: what a constant input fires, max-pools and signed values made
// of spikes, and what is refused.
#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <support/catch.hpp>
#include <synfire/core/error.hpp>
#include <synfire/sim/encode.hpp>
#include <synfire/sim/simulator.hpp>

#include "emit/stream_network.hpp"
#include "graph/integer_executor.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_model;
using test::numbers;

namespace {

/// Model, quantised network and streaming network.
struct streamed {
    streamed(const hand_model& model, const dataset& data, stream_options how)
        : graph(lower(model.graph, {})) {
        quantise_options options;
        options.code = coding::rate;
        options.steps = how.steps;
        options.streaming = true;
        options.input = how.input;
        quantised = quantise(graph, calibrate(graph, data, data.size()), options);
        const emitted_network emitted = assemble_network(quantised);
        net = stream_network(emitted.net, how, "by hand");
    }

    const population& at(const std::string& name) const { return net.populations[net.find(name)]; }

    neuron_graph graph;
    quantised_graph quantised;
    network net;
};

/// One sample, by both engines, which have to agree.
sim::sample_output run(const streamed& s, const dataset& data, std::size_t sample) {
    const std::vector<sim::encoded_input> input{
        sim::encode(s.net.populations[0], data, sample, {1, s.net.steps})};
    sim::simulator reference(s.net, sim::engine_kind::reference);
    sim::simulator event_driven(s.net);
    const sim::sample_output& slow = reference.run(input, {true, true});
    const sim::sample_output& fast = event_driven.run(input, {true, true});
    REQUIRE(slow.result == fast.result);
    REQUIRE(slow.counts == fast.counts);
    return slow;
}

/// Spikes per neuron, channel last, before step `end`.
std::vector<std::int32_t> spikes_of(const streamed& s, const sim::sample_output& out,
                                    const std::string& name, std::int32_t end = 1 << 20) {
    std::vector<std::int32_t> counts(s.at(name).shape.neurons(), 0);
    for (const spike& one : out.result.populations[s.net.find(name)].spikes) {
        counts[one.neuron] += static_cast<std::int32_t>(one.step) < end ? 1 : 0;
    }
    return counts;
}

/// Codes of the quantised network in the order of neurons.
std::vector<std::int32_t> codes_of(const streamed& s, const dataset& data, std::size_t sample,
                                   const std::string& name) {
    integer_executor integers(s.quantised);
    integers.run(input_codes(s.quantised, data, sample));
    const auto codes = integers.codes(test::node_named(s.graph, name));
    const shape& at = s.at(name).shape;
    std::vector<std::int32_t> turned(codes.size());
    for (std::size_t e = 0; e < codes.size(); ++e) {
        const auto channels = static_cast<std::size_t>(at.channels);
        turned[e % at.positions() * channels + e / at.positions()] = codes[e];
    }
    return turned;
}

/// Convolution and ReLU, `behind` that, dense layer.
hand_model around(const operation& behind, dims item, bool rectified = true) {
    hand_model m;
    auto x = m.conv("conv", m.input({2, 5, 5}), 3, 3, 1, numbers(54, 1), {0.5F, -0.5F, 0});
    if (rectified) { x = m.relu("relu", x); }
    x = m.layer("behind", behind, {x}, std::move(item));
    const auto size = static_cast<std::size_t>(element_count(m.item(x)));
    m.output(m.linear("fc", m.flatten("flat", x), 4, numbers(4 * size, 2)));
    return m;
}

/// Largest count of each window of a pool behind the 5 x 5 map of three channels.
std::vector<std::int32_t> largest_of(const std::vector<std::int32_t>& counts,
                                     const kernel_geometry& g, std::int32_t side) {
    std::vector<std::int32_t> largest(static_cast<std::size_t>(side * side * 3), 0);
    for (std::size_t n = 0; n < largest.size(); ++n) {
        const auto place = static_cast<std::int32_t>(n / 3);
        for (std::int32_t tap = 0; tap < g.kernel[0] * g.kernel[1]; ++tap) {
            const std::int32_t y = place / side * 2 - g.pads[0] + tap / g.kernel[1];
            const std::int32_t x = place % side * 2 - g.pads[1] + tap % g.kernel[1];
            if (y < 0 || x < 0 || y > 4 || x > 4) { continue; }
            const auto from = static_cast<std::size_t>(y * 5 + x) * 3 + n % 3;
            largest[n] = std::max(largest[n], counts[from]);
        }
    }
    return largest;
}

hand_model two_layers() { return around(relu{}, {3, 5, 5}); }

}  // namespace

TEST_CASE("a layer that sees the input as current fires its codes exactly", "[converters][unit]") {
    const auto steps = GENERATE(5, 16, 33);
    const dataset data = test::pixels({2, 5, 5}, 4, 3);
    const streamed s(two_layers(), data, {steps, input_encoder::current});
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        CHECK(spikes_of(s, run(s, data, sample), "conv") == codes_of(s, data, sample, "conv"));
    }
}

TEST_CASE("answers of a streaming network are near those of its quantised network",
          "[converters][unit]") {
    const auto input =
        GENERATE(input_encoder::current, input_encoder::rate, input_encoder::poisson);
    const dataset data = test::pixels({2, 5, 5}, 4, 3);
    const streamed s(two_layers(), data, {256, input});
    integer_executor integers(s.quantised);
    const node_id readout = first_readout(s.graph);
    const double raised = s.quantised.nodes[readout].scale.front() / s.at("out").scale.front();
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        integers.run(input_codes(s.quantised, data, sample));
        const auto expected = integers.potential(readout);
        const auto found = run(s, data, sample).result.readouts.front().potentials;
        double error = 0.0;
        double power = 0.0;
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const double difference =
                static_cast<double>(found[i]) / raised - static_cast<double>(expected[i]);
            error += difference * difference;
            power += static_cast<double>(expected[i]) * static_cast<double>(expected[i]);
        }
        // Random spikes leave more: a rate of 1/2 is off by 1/32 after 256 steps.
        CHECK(std::sqrt(error / power) < (input == input_encoder::poisson ? 0.15 : 0.03));
    }
}

TEST_CASE("a pool has sent what the busiest neuron of its window has", "[converters][unit]") {
    const bool overlapping = GENERATE(false, true);
    kernel_geometry g;
    g.kernel = overlapping ? std::array{3, 3} : std::array{2, 2};
    g.stride = {2, 2};
    if (overlapping) { g.pads = {1, 1, 1, 1}; }
    const std::int32_t side = overlapping ? 3 : 2;
    const dataset data = test::pixels({2, 5, 5}, 3, 9);
    const auto input = GENERATE(input_encoder::current, input_encoder::rate);
    const streamed s(around(max_pool{g}, {3, side, side}), data, {24, input});
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const sim::sample_output out = run(s, data, sample);
        for (std::int32_t end = 1; end <= s.net.steps; ++end) {
            CHECK(spikes_of(s, out, "behind", end)
                  == largest_of(spikes_of(s, out, "conv", end), g, side));
        }
        const auto pool = spikes_of(s, out, "behind");
        CHECK(*std::max_element(pool.begin(), pool.end()) > 0);
    }
}

TEST_CASE("a signed neuron corrects spikes that came too early", "[converters][unit]") {
    const dataset data = test::pixels({2, 5, 5}, 6, 3);
    hand_model m;
    const auto x = m.conv("conv", m.input({2, 5, 5}), 3, 3, 1, numbers(54, 1), {0.5F, -0.5F, 0});
    m.output(m.linear("fc", m.flatten("flat", x), 4, numbers(300, 2)));
    const streamed s(m, data, {64, input_encoder::rate});
    std::int32_t furthest = 0;
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const sim::sample_output out = run(s, data, sample);
        const auto positive = spikes_of(s, out, "conv");
        const auto negative = spikes_of(s, out, "conv/negative");
        const auto codes = codes_of(s, data, sample, "conv");
        for (std::size_t n = 0; n < codes.size(); ++n) {
            furthest = std::max(furthest, std::abs(positive[n] - negative[n] - codes[n]));
        }
    }
    // What the last steps bring may still have to be sent.
    CHECK(furthest <= 1);
}

TEST_CASE("signed values are the difference of two populations", "[converters][unit]") {
    const dataset data = test::pixels({2, 5, 5}, 4, 3);
    const auto leak = GENERATE(0.0F, 0.25F);
    const operation behind =
        leak == 0.0F ? operation{relu{}} : operation{leaky_relu{std::vector<float>{leak}}};
    hand_model m;
    auto x = m.conv("conv", m.input({2, 5, 5}), 3, 3, 1, numbers(54, 1), {0.5F, -0.5F, 0});
    if (leak != 0.0F) { x = m.layer("leak", behind, {x}, m.item(x)); }
    m.output(m.linear("fc", m.linear("hidden", m.flatten("flat", x), 6, numbers(450, 4)), 4,
                      numbers(24, 2)));
    const streamed s(m, data, {32, input_encoder::current});
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const sim::sample_output out = run(s, data, sample);
        std::vector<std::int32_t> difference = spikes_of(s, out, "conv");
        const auto negative = spikes_of(s, out, "conv/negative");
        CHECK(*std::max_element(negative.begin(), negative.end()) > 0);
        for (std::size_t n = 0; n < difference.size(); ++n) { difference[n] -= negative[n]; }
        CHECK(difference == codes_of(s, data, sample, "conv"));
    }
}

TEST_CASE("no clamp changes a potential within the steps of a sample", "[converters][unit]") {
    const dataset data = test::pixels({2, 5, 5}, 3, 5);
    const streamed s(two_layers(), data, {64, input_encoder::rate});
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        for (const sim::population_record& p : run(s, data, sample).result.populations) {
            CHECK(p.flags == clamp_flags{});
        }
    }
}

TEST_CASE("what has no streaming form is refused by name", "[converters][unit]") {
    const dataset data = test::pixels({2, 5, 5}, 3, 5);
    const auto refused = [&](const hand_model& m, stream_options how, const std::string& text) {
        try {
            const streamed s(m, data, how);
            FAIL("not refused");
        } catch (const unsupported_model& e) {
            CHECK_THAT(std::string(e.what()), test::contains_text(text));
        }
    };
    const curve sigmoid = then(curve{}, {curve_op::sigmoid, 0.0F, 0.0F});
    const stream_options how{16, input_encoder::current};
    refused(around(sigmoid, {3, 5, 5}, false), how, "fires by its threshold alone");
    kernel_geometry g;
    g.kernel = {2, 2};
    g.stride = {2, 2};
    refused(around(max_pool{g}, {3, 2, 2}, false), how, "largest of signed values");
    hand_model pooled;
    const auto x = pooled.layer("pool", max_pool{g}, {pooled.input({2, 5, 5})}, {2, 2, 2});
    pooled.output(pooled.linear("fc", pooled.flatten("flat", x), 3, numbers(24, 6)));
    refused(pooled, how, "graded values are no spikes");
    hand_model leaky;
    const auto y = leaky.conv("conv", leaky.input({2, 5, 5}), 3, 3, 1, numbers(54, 1));
    leaky.output(leaky.linear("fc", leaky.flatten("flat", y), 3, numbers(225, 6)));
    refused(leaky, {24, input_encoder::current}, "--steps 32");
}
