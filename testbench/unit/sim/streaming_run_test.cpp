// SPDX-License-Identifier: Apache-2.0
// Whole samples of streaming networks: encoders, answers over time, early exit, refusals.
#include <support/catch.hpp>

#include <chrono>
#include <cmath>
#include <functional>
#include <limits>
#include <set>
#include <thread>

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

TEST_CASE("without the steps of a sample an input sends its window, however long", "[sim][unit]") {
    const auto window = [](input_encoder encoder, std::int32_t steps,
                           const std::vector<std::int32_t>& codes) {
        const sim::encoded_input e = sim::encode_codes(input_with(encoder, steps), codes);
        CHECK(e.codes == codes);
        return e.spikes;
    };
    spike_train all;
    for (std::int32_t t = 0; t < 50; ++t) {
        all.push_back({t, 0, 1});
        if (t < 2) { all.push_back({t, 1, 1}); }
    }
    CHECK(window(input_encoder::code, 50, {50, 2}) == all);
    CHECK(window(input_encoder::latency, 50, {1, 50}) == spike_train{{0, 1, 1}, {49, 0, 1}});
    CHECK(window(input_encoder::rate, 50, {1, 0}) == spike_train{{49, 0, 1}});
    constexpr std::int32_t longest = max_streaming_steps;
    CHECK(window(input_encoder::code, longest, {1, 0}) == spike_train{{0, 0, 1}});
    CHECK(window(input_encoder::code, longest, {0, longest}).back() == spike{longest - 1, 1, 1});
    CHECK(window(input_encoder::latency, longest, {1, longest})
          == spike_train{{0, 1, 1}, {longest - 1, 0, 1}});
    // Up to 16 steps spikes are looked up: the same ones.
    for (const auto encoder : {input_encoder::code, input_encoder::latency}) {
        for (std::int32_t q = 0; q <= 16; ++q) {
            CHECK(window(encoder, 16, {q, 16 - q}) == sent(encoder, 16, 16, {q, 16 - q}));
        }
    }
}

TEST_CASE("signed and weighted codes have no long windows", "[sim][unit]") {
    population p = input_with(input_encoder::code, 50);
    p.range.lo = -50;
    const std::vector<std::int32_t> codes{-1, 1};
    CHECK_THROWS_AS(sim::encode_codes(p, codes), bad_input);
    p = input_with(input_encoder::code, 20);
    p.window.kind = coding::phase;
    CHECK_THROWS_AS(sim::encode_codes(p, std::vector<std::int32_t>{1, 1}), bad_input);
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

TEST_CASE("data are checked and encoded for the longest window", "[sim][unit]") {
    constexpr std::int32_t longest = max_streaming_steps;
    const dataset data = pixels({51, 0});
    const population codes = input_with(input_encoder::code, longest);
    CHECK_NOTHROW(sim::check_data(codes, data));
    CHECK(sim::encode(codes, data, 0).spikes.size() == 209715);  // a fifth of the window
    const population events = input_with(input_encoder::events, longest);
    CHECK(sim::encode_events(events, spike_train{{longest - 1, 1, 1}}).codes
          == std::vector<std::int32_t>{0, 1});
    const population chance = input_with(input_encoder::poisson, 50);
    const std::vector<double> probabilities{1.0, 0.0};
    CHECK(sim::encode_poisson(chance, probabilities, 1, 0).codes
          == std::vector<std::int32_t>{50, 0});
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

void check_margin_refused(const network& net, double margin, const char* part) {
    sim::options how;
    how.early_exit_margin = margin;
    CAPTURE(part);
    try {
        sim::run(net, pixels({0, 255}), how);
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(part)); }
}

TEST_CASE("an early exit needs a margin that can be met", "[sim][unit]") {
    network net = test::small_stream();
    const char* impossible = "the margin of an answer is not possible";
    check_margin_refused(net, -1.0, impossible);
    check_margin_refused(net, std::nan(""), impossible);
    check_margin_refused(net, std::numeric_limits<double>::infinity(), impossible);
    net.populations[2].shape = {1, 1, 1};
    net.populations[2].bias = {0};
    net.projections[1].target_channels = {0, 1};
    net.projections[1].weights = {1, 1};
    CHECK_NOTHROW(sim::run(net, pixels({0, 255})));
    check_margin_refused(net, 1.0, "population 'out': an early exit compares values");
    net.populations.pop_back();
    net.projections.pop_back();
    check_margin_refused(net, 1.0, "0 values");
}

TEST_CASE("two streaming samples go to two threads", "[sim][unit]") {
    std::set<std::thread::id> threads;
    sim::options how;
    how.threads = 2;
    how.observer = [&](std::size_t, const activity&) {
        threads.insert(std::this_thread::get_id());
        // One thread reports at a time: the other has time to take the second sample.
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    };
    CHECK(sim::run(test::small_stream(), pixels({0, 255, 255, 0}), how).threads == 2);
    CHECK(threads.size() == 2);
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
