// SPDX-License-Identifier: Apache-2.0
// The step-by-step door, followed by hand, and everything that it refuses.
#include <support/catch.hpp>

#include <functional>
#include <thread>
#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/sim/stream.hpp>

#include "small_classifier.hpp"
#include "small_stream.hpp"

namespace {

using namespace synfire;
using potentials = std::vector<std::int64_t>;
using neurons = std::vector<std::uint32_t>;

const auto engines = {sim::engine_kind::reference, sim::engine_kind::event_driven};

neurons fired(const sim::stream& s, std::size_t population) {
    const auto now = s.fired(population);
    return {now.begin(), now.end()};
}

void inject(sim::stream& s, const neurons& which) { s.inject(0, which); }

TEST_CASE("a stream moves step by step, and its delays with it", "[sim][unit]") {
    for (const sim::engine_kind engine : engines) {
        CAPTURE(to_string(engine));
        sim::stream s(test::small_stream(), engine);
        CHECK(s.steps() == 0);
        inject(s, {1, 0, 1});
        s.step();
        CHECK(fired(s, 0) == neurons{0, 1});
        CHECK(s.potentials(1) == potentials{10, 10});
        inject(s, {1});
        s.step();
        CHECK(fired(s, 0) == neurons{1});
        CHECK(fired(s, 1) == neurons{1});
        CHECK(s.potentials(1) == potentials{10, 0});
        CHECK(s.potentials(2) == potentials{0, 0});  // the spike arrives a step later
        s.step();
        CHECK(fired(s, 0).empty());
        CHECK(fired(s, 1).empty());
        CHECK(s.answer(2).potentials == potentials{0, 1});
        CHECK(s.answer(2).arg_max == 1);
        CHECK(s.currents(1).empty());
        CHECK(s.flags(1) == clamp_flags{});
        CHECK(s.steps() == 3);
        const activity counts = s.counts();
        CHECK(counts.populations[0].spikes_per_step == std::vector<std::uint64_t>{2, 1, 0});
        CHECK(counts.populations[1] == population_activity{1, 1, 6, {0, 1, 0}});
        CHECK(counts.projections[1] == projection_activity{2, 1, 2, 1, 1});
    }
}

TEST_CASE("a neuron that its input holds in place goes on when the input ends", "[sim][unit]") {
    network net = test::small_stream();
    net.populations[1].theta = {100, 100};
    net.populations[1].streaming->v_range = {-10, 10};
    net.populations[1].streaming->decay_v = {2048, 2048};  // half
    for (const sim::engine_kind engine : engines) {
        sim::stream s(net, engine);
        std::vector<std::int64_t> course;
        for (int t = 0; t < 7; ++t) {
            if (t < 3) { inject(s, {0}); }
            s.step();
            course.push_back(s.potentials(1)[0]);
        }
        CHECK(course == std::vector<std::int64_t>{10, 10, 10, 5, 2, 1, 0});
    }
}

TEST_CASE("a reset forgets everything, spikes on their way included", "[sim][unit]") {
    for (const sim::engine_kind engine : engines) {
        sim::stream s(test::small_stream(), engine);
        inject(s, {0});
        s.step();
        inject(s, {0});
        s.step();
        inject(s, {1});  // not even sent
        s.reset();
        CHECK(s.steps() == 0);
        s.step();
        CHECK(s.potentials(1) == potentials{0, 0});
        CHECK(s.answer(2).potentials == potentials{0, 0});
        CHECK(totals(s.counts()).spikes == 0);
    }
}

network current_stream() {
    network net = test::small_stream();
    net.populations[0].input->encoder = input_encoder::current;
    net.populations[0].window = {};
    net.populations[0].range = {-3, 3};
    return net;
}

TEST_CASE("currents act in every step until they are changed", "[sim][unit]") {
    for (const sim::engine_kind engine : engines) {
        sim::stream s(current_stream(), engine);
        s.step();
        CHECK(s.potentials(1) == potentials{0, 0});
        s.set_current(0, std::vector<std::int32_t>{1, -2});
        s.step();
        CHECK(s.potentials(1) == potentials{10, -20});
        s.step();
        CHECK(fired(s, 1) == neurons{0});
        CHECK(s.potentials(1) == potentials{0, -40});
        s.set_current(0, std::vector<std::int32_t>{0, 3});
        s.step();
        CHECK(s.potentials(1) == potentials{0, -10});
        CHECK(s.counts().macs_first_layer == 5);
        s.reset();
        s.step();
        CHECK(s.potentials(1) == potentials{0, 0});
    }
}

TEST_CASE("before the first step an answer is the initial potential, or an empty sum",
          "[sim][unit]") {
    for (const sim::engine_kind engine : engines) {
        for (const readout_rule rule : {readout_rule::last, readout_rule::sum, readout_rule::max}) {
            network net = test::small_stream();
            net.populations[2].streaming->initial_v = {-3, 7};
            net.populations[2].streaming->answer = rule;
            const sim::stream s(net, engine);
            const bool sum = rule == readout_rule::sum;
            CHECK(s.answer(2).potentials == (sum ? potentials{0, 0} : potentials{-3, 7}));
        }
    }
}

TEST_CASE("counts of an endless stream stay small", "[sim][unit]") {
    for (const sim::engine_kind engine : engines) {
        sim::stream s(test::small_stream(), engine);
        constexpr std::int64_t steps = 3 * static_cast<std::int64_t>(most_step_entries);
        for (std::int64_t t = 0; t < steps; ++t) {
            if (t % 3 == 0) { inject(s, {0}); }
            s.step();
        }
        const population_activity counts = s.counts().populations[0];
        CHECK(counts.steps_per_entry == 4);
        CHECK(counts.spikes_per_step.size() == static_cast<std::size_t>(steps / 4));
        CHECK(counts.spikes_per_step[0] == 2);
        CHECK(counts.spikes_per_step[1] == 1);
        CHECK(counts.spikes == most_step_entries);
    }
}

TEST_CASE("streams of one network are independent, on threads of their own, too", "[sim][unit]") {
    const sim::stream first(test::small_stream());
    std::vector<sim::stream> streams;
    for (int i = 0; i < 4; ++i) { streams.push_back(first.another()); }
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < streams.size(); ++i) {
        threads.emplace_back([&streams, i] {
            for (int t = 0; t < 100; ++t) {
                if (t % 4 < static_cast<int>(i)) { inject(streams[i], {0}); }
                streams[i].step();
            }
        });
    }
    for (std::thread& t : threads) { t.join(); }
    for (std::size_t i = 0; i < streams.size(); ++i) {
        CHECK(streams[i].counts().populations[0].spikes == 25 * i);
        CHECK(streams[i].counts().populations[1].spikes == 25 * i / 2);
    }
    CHECK(first.steps() == 0);
}

void check_refused(const char* part, const std::function<void()>& act) {
    CAPTURE(part);
    try {
        act();
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(part)); }
}

TEST_CASE("a stream refuses what does not exist or fit", "[sim][unit]") {
    sim::stream s(test::small_stream());
    sim::stream fed(current_stream());
    const neurons one{0};
    check_refused("no population of that number", [&] { s.inject(3, one); });
    check_refused("takes no spikes from outside", [&] { s.inject(1, one); });
    check_refused("takes no spikes from outside", [&] { fed.inject(0, one); });
    check_refused("no neuron of that number", [&] { s.inject(0, neurons{2}); });
    check_refused("is not fed with currents", [&] {
        s.set_current(0, std::vector<std::int32_t>{1, 1});
    });
    check_refused("wrong number of codes",
                  [&] { fed.set_current(0, std::vector<std::int32_t>{1}); });
    check_refused("outside the range", [&] {
        fed.set_current(0, std::vector<std::int32_t>{1, 4});
    });
    check_refused("never fires", [&] { s.fired(2); });
    check_refused("has no potential", [&] { s.potentials(0); });
    check_refused("has no potential", [&] { s.currents(0); });
    check_refused("has no potential", [&] { s.flags(0); });
    check_refused("is no readout", [&] { s.answer(1); });
    check_refused("only streaming networks run step by step",
                  [] { sim::stream(test::small_classifier()); });
    network broken = test::small_stream();
    broken.projections[0].weights.pop_back();
    check_refused("wrong number of weights", [&] { const sim::stream never(broken); });
}

}  // namespace
