// SPDX-License-Identifier: Apache-2.0
// Streaming networks on the engine: what is refused, by name; where states lie; samples as steps.
#include <functional>
#include <string>

#include <support/catch.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/needs.hpp>
#include <synfire/hw/registers.hpp>
#include <synfire/hw/streaming.hpp>

#include "hand_network.hpp"

using namespace synfire;

namespace {

/// The hand-made network with neurons that keep their potentials for 3 steps.
network streaming_network() {
    network net = test::hand_network();
    net.execution = execution::streaming;
    net.steps = 3;
    for (population& p : net.populations) {
        if (p.kind == population_kind::input) {
            p.window = {coding::rate, 1, 0, 0};
            p.range = {0, 1};
            p.input->encoder = input_encoder::events;
            continue;
        }
        p.window = {};
        p.range = {};
        p.streaming.emplace();
        p.streaming->v_range = {-1000, 1000};
    }
    return net;
}

/// in, channels x size x size -> 3x3 convolution, padded -> hidden, 16 channels, without bias.
network sensor_network(std::int32_t channels, std::int32_t size) {
    network net = streaming_network();
    net.populations[0].shape = {channels, size, size};
    net.populations[1].shape = {16, size, size};
    net.populations[1].theta.assign(16, 4);
    net.populations[1].bias.assign(16, 0);
    projection& conv = net.projections[0];
    conv.source_channels = {0, channels};
    conv.target_channels = {0, 16};
    conv.weights.assign(static_cast<std::size_t>(16 * channels * 9), 1);
    projection& dense = net.projections[1];
    dense.source_channels = {0, 16};
    dense.weights.assign(static_cast<std::size_t>(2 * 16 * size * size), 1);
    for (population& p : net.populations) { p.width_bits = 0; }
    return net;
}

/// The range of the pass that computes the hidden population.
hw::pass_range skips_of(const network& net, const hw::image_options& options = {}) {
    return hw::make_image(net, hw::streaming_config(), options).passes.front().range;
}

std::string message_of(const std::function<void()>& f) {
    try {
        f();
    } catch (const error& e) { return e.what(); }
    return "accepted";
}

std::string refused(const std::function<void(network&)>& spoil,
                    const hw::engine_config& config = hw::streaming_config()) {
    network net = streaming_network();
    spoil(net);
    return message_of([&] { hw::make_image(net, config); });
}

}  // namespace

TEST_CASE("what the engine lacks for streaming networks is refused by name", "[hw][unit]") {
    CHECK(refused([](network&) {}) == "accepted");
    CHECK_THAT(refused([](network&) {}, hw::simulation_config()),
               Catch::Contains("keeps no potentials") && Catch::Contains("state memory"));
    CHECK_THAT(refused([](network& n) { n.populations[1].streaming->refractory = 2; }),
               Catch::Contains("'hidden'") && Catch::Contains("refractory"));
    CHECK_THAT(refused([](network& n) {
                   n.populations[1].streaming->decay_s = {1, 1, 1};
               }),
               Catch::Contains("'hidden'") && Catch::Contains("synaptic current"));
    CHECK_THAT(refused([](network& n) { n.populations[0].input->most_events = 3; }),
               Catch::Contains("'in'") && Catch::Contains("3 events"));
    CHECK_THAT(refused([](network& n) { n.projections[1].delay = 1; }),
               Catch::Contains("'hidden' -> 'out'") && Catch::Contains("delays"));
    hw::engine_config narrow = hw::streaming_config();
    narrow.accumulator_bits = 24;
    CHECK_THAT(refused(
                   [](network& n) {
                       n.populations[1].streaming->v_range = {-5000000, 9000000};
                   },
                   narrow),
               Catch::Contains("'hidden'") && Catch::Contains("bits of its potential"));
}

TEST_CASE(
    "each word of neurons has a place for its state, and more than the memory has are refused",
    "[hw][unit]") {
    const hw::image made = hw::make_image(streaming_network(), hw::streaming_config());
    std::int64_t next = 0;
    for (const hw::pass_info& pass : made.passes) {
        if (pass.header.kind_of() == hw::pass_kind::emit) { continue; }
        CHECK(pass.range.keeps == 1);
        CHECK(pass.range.state == next);
        next += pass.header.width * pass.header.height;
    }
    CHECK(made.state_words == next);
    CHECK(made.steps == 3);
    hw::engine_config small = hw::streaming_config();
    small.streaming = 1;
    CHECK_THAT(refused([](network&) {}, small),
               Catch::Contains("potentials that are kept") && Catch::Contains("2"));
}

TEST_CASE("words at rest are skipped where fields are small, nothing is biased and it pays",
          "[hw][unit]") {
    using rest = hw::words_at_rest;
    const network sensor = sensor_network(2, 12);
    CHECK(skips_of(sensor).skips == 1);
    CHECK(skips_of(sensor).leaks == 0);
    CHECK(skips_of(sensor, {.at_rest = rest::visited}).skips == 0);
    CHECK(skips_of(sensor, {.reuse_buffers = true, .at_rest = rest::skipped}).skips == 0);
    CHECK(hw::make_image(sensor, hw::streaming_config(64), {.at_rest = rest::skipped})
              .passes.front()
              .range.skips
          == 0);
    network leaky = sensor;
    leaky.populations[1].streaming->decay_v.assign(16, 9);
    CHECK(skips_of(leaky).skips == 1);
    CHECK(skips_of(leaky).leaks == 1);
    network biased = sensor;
    biased.populations[1].bias[15] = 1;
    CHECK(skips_of(biased, {.at_rest = rest::skipped}).skips == 0);
    // Fields of 108 bits, which are seldom empty; and rows of 96 bits, and more.
    CHECK(skips_of(sensor_network(12, 8)).skips == 0);
    CHECK(skips_of(sensor_network(12, 8), {.at_rest = rest::skipped}).skips == 1);
    CHECK(skips_of(sensor_network(12, 9), {.at_rest = rest::skipped}).skips == 0);
}

TEST_CASE("synchronous images have no state", "[hw][unit]") {
    const hw::image made = hw::make_image(test::hand_network(), hw::streaming_config());
    CHECK(made.steps == 0);
    CHECK(made.state_words == 0);
    CHECK_THAT(message_of([&] { hw::encode_steps(made, {}); }), Catch::Contains("step by step"));
    CHECK_THAT(message_of([] { hw::step_network(test::hand_network()); }),
               Catch::Contains("only streaming networks have steps"));
}

TEST_CASE("a sample is one stream for each step, whose END says which are later ones",
          "[hw][unit]") {
    const hw::image made = hw::make_image(streaming_network(), hw::streaming_config());
    const std::vector<spike_train> spikes{{{0, 5, 1}, {2, 1, 1}, {2, 7, 1}}};
    const std::vector<hw::sample_words> steps = hw::encode_steps(made, spikes);
    const std::uint32_t first = hw::stream_word(hw::word_type::end);
    const std::uint32_t later = first | hw::end_of_later_step;
    REQUIRE(steps.size() == 3);
    CHECK(steps[0] == hw::sample_words{hw::code_word(5, 1), first});
    CHECK(steps[1] == hw::sample_words{later});
    CHECK(steps[2] == hw::sample_words{hw::code_word(1, 1), hw::code_word(5, 1), later});
    const std::vector<spike_train> late{{{3, 1, 1}}};
    CHECK_THAT(message_of([&] { hw::encode_steps(made, late); }),
               Catch::Contains("outside the sample") && Catch::Contains("step 3"));
}

TEST_CASE("a current input sends its codes in every step", "[hw][unit]") {
    network net = streaming_network();
    net.populations[0].input->encoder = input_encoder::current;
    net.populations[0].window = {};
    net.populations[0].range = {-3, 100};
    const hw::image made = hw::make_image(net, hw::streaming_config());
    CHECK(made.input.steps == 7);
    CHECK(made.input.is_signed);
    const std::vector<spike_train> none{{}};
    std::vector<std::vector<std::int32_t>> codes{std::vector<std::int32_t>(18, 0)};
    codes[0][2] = 100;
    codes[0][5] = -3;
    const std::vector<hw::sample_words> steps = hw::encode_steps(made, none, codes);
    REQUIRE(steps.size() == 3);
    for (const hw::sample_words& step : steps) {
        CHECK(step[0] == hw::code_word(2, 100));
        CHECK(step[1] == hw::code_word(2, 0x83));
        CHECK(step.size() == 3);
    }
    CHECK_THAT(message_of([&] { hw::encode_steps(made, none); }),
               Catch::Contains("one code per neuron"));
    codes[0][0] = 101;
    CHECK_THAT(message_of([&] { hw::encode_steps(made, none, codes); }),
               Catch::Contains("outside the input's range") && Catch::Contains("101"));
}
