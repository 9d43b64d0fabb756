// SPDX-License-Identifier: Apache-2.0
// Whole samples of streaming networks: encoders, answers over time, early exit, refusals.
#include <support/catch.hpp>

#include <functional>

#include <synfire/core/error.hpp>
#include <synfire/core/random.hpp>
#include <synfire/core/streaming.hpp>
#include <synfire/sim/simulator.hpp>

#include "small_classifier.hpp"
#include "small_stream.hpp"

namespace {

using namespace synfire;

population input_with(input_encoder encoder, std::int32_t steps) {
    population p = test::small_stream().populations[0];
    p.input->encoder = encoder;
    p.window = {encoder == input_encoder::latency ? coding::ttfs : coding::rate, steps};
    p.range = {0, steps};
    return p;
}

spike_train sent(input_encoder encoder, std::int32_t window, std::int32_t steps,
                 const std::vector<std::int32_t>& codes) {
    const sim::encoded_input e = sim::encode_codes(input_with(encoder, window), codes, steps);
    CHECK(e.codes.empty());
    return e.spikes;
}

TEST_CASE("streaming inputs repeat rates, and send codes and latencies once", "[sim][unit]") {
    CHECK(sent(input_encoder::rate, 4, 10, {1, 0}) == spike_train{{3, 0, 1}, {7, 0, 1}});
    CHECK(sent(input_encoder::code, 4, 10, {2, 1}) == spike_train{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}});
    CHECK(sent(input_encoder::code, 40, 2, {30, 1})
          == spike_train{{0, 0, 1}, {0, 1, 1}, {1, 0, 1}});
    CHECK(sent(input_encoder::latency, 20, 30, {20, 0}) == spike_train{{0, 0, 1}});
    CHECK(sent(input_encoder::latency, 20, 30, {1, 2}) == spike_train{{18, 1, 1}, {19, 0, 1}});
    CHECK(sent(input_encoder::latency, 20, 10, {1, 2}).empty());
}

TEST_CASE("poisson inputs go on through all steps of a streaming sample", "[sim][unit]") {
    const population p = input_with(input_encoder::poisson, 1);
    const std::vector<double> probabilities{0.3, 0.0};
    const sim::encoded_input e = sim::encode_poisson(p, probabilities, 5, 2, 200);
    spike_train expected;
    for (std::int32_t t = 0; t < 200; ++t) {
        if (poisson_spike(0.3, 5, 2, 0, static_cast<std::uint32_t>(t))) {
            expected.push_back({t, 0, 1});
        }
    }
    CHECK(expected.size() > 30);
    CHECK(e.spikes == expected);
}

TEST_CASE("several events of a neuron in a step are one spike, anywhere in the sample",
          "[sim][unit]") {
    const population p = input_with(input_encoder::events, 2);
    const spike_train events{{7, 1, 1}, {3, 0, 1}, {7, 1, 1}};
    CHECK(sim::encode_events(p, events, 8).spikes == spike_train{{3, 0, 1}, {7, 1, 1}});
    CHECK_THROWS_AS(sim::encode_events(p, events, 7), bad_input);
}

dataset pixels(const std::vector<std::uint8_t>& values) {
    dataset d;
    d.name = "pixels";
    d.sample_shape = {2};
    d.bytes = values;
    return d;
}

TEST_CASE("answers over time settle, and a margin ends the sample", "[sim][unit]") {
    const network net = test::small_stream();
    const dataset data = pixels({255, 51, 0, 255});
    sim::options how;
    how.record.answers = true;
    for (const auto engine : {sim::engine_kind::reference, sim::engine_kind::event_driven}) {
        how.engine = engine;
        how.early_exit_margin.reset();
        const sim::run_result all = sim::run(net, data, how);
        // Pixel 255 fires in every step, so its neuron every second; the spike takes a step.
        CHECK(all.samples[0].readouts[0].potentials == std::vector<std::int64_t>{4, 0});
        CHECK(all.samples[1].answers == std::vector<std::int32_t>{0, 0, 1, 1, 1, 1, 1, 1, 1, 1});
        CHECK(all.samples[1].steps == 10);
        how.early_exit_margin = 2.0;
        const sim::run_result early = sim::run(net, data, how);
        CHECK(early.samples[1].steps == 5);
        CHECK(early.samples[1].answers == std::vector<std::int32_t>{0, 0, 1, 1, 1});
        CHECK(early.samples[1].readouts[0].potentials == std::vector<std::int64_t>{0, 2});
        CHECK(early.counts.populations[1].neuron_updates == 2 * 5 * 2);
        CHECK(early.counts.populations[1].spikes_per_step.size() == 10);
    }
}

TEST_CASE("a margin is measured in real units", "[sim][unit]") {
    network net = test::small_stream();
    net.populations[2].scale = {0.5, 0.5};
    sim::options how;
    how.early_exit_margin = 2.0;
    CHECK(sim::run(net, pixels({0, 255}), how).samples[0].steps == 9);
}

TEST_CASE("a run has as many steps as one likes", "[sim][unit]") {
    network net = test::small_stream();
    net.populations[0].expected =
        expected_activity{std::vector<double>(10, 1.0), std::vector<double>(10, 1.0)};
    set_steps(net, 1000);
    CHECK_FALSE(net.populations[0].expected.has_value());
    const sim::run_result result = sim::run(net, pixels({0, 255}));
    CHECK(result.samples[0].steps == 1000);
    CHECK(result.counts.populations[1].spikes == 500);
    CHECK_THROWS_AS(set_steps(net, 0), bad_input);
    CHECK_THROWS_AS(set_steps(net, max_streaming_steps + 1), bad_input);
    network other = test::small_classifier();
    CHECK_THROWS_AS(set_steps(other, 5), bad_input);
}

TEST_CASE("a synchronous network has no answer before the end", "[sim][unit]") {
    sim::options how;
    how.record.answers = true;
    CHECK_THROWS_AS(sim::run(test::small_classifier(), test::byte_pairs(2), how), bad_input);
    how.record.answers = false;
    how.early_exit_margin = 1.0;
    CHECK_THROWS_AS(sim::run(test::small_classifier(), test::byte_pairs(2), how), bad_input);
}

void check_refused(const sim::encoded_input& input, const char* part) {
    sim::simulator simulator(test::small_stream());
    CAPTURE(part);
    try {
        simulator.run(std::span(&input, 1));
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(part)); }
}

TEST_CASE("inputs that do not fit a streaming sample are refused", "[sim][unit]") {
    check_refused({{1, 0}, {}}, "has no codes");
    check_refused({{}, {{10, 0, 1}}}, "outside the sample");
    check_refused({{}, {{0, 2, 1}}}, "outside the sample");
    check_refused({{}, {{0, 0, -1}}}, "has a sign");
    check_refused({{}, {{1, 0, 1}, {0, 0, 1}}}, "sorted");
}

}  // namespace
