// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <utility>

#include <synfire/core/error.hpp>
#include <synfire/sim/simulator.hpp>

#include "small_classifier.hpp"

namespace {

using namespace synfire;
using sim::encoded_input;

const auto engines = {sim::engine_kind::reference, sim::engine_kind::event_driven};

encoded_input coded(const network& net, const std::vector<std::int32_t>& codes) {
    return sim::encode_codes(net.populations[0], codes);
}

TEST_CASE("a sample gives potentials, codes, spikes and counts that can be followed by hand",
          "[sim][unit]") {
    for (const sim::engine_kind engine : engines) {
        CAPTURE(to_string(engine));
        sim::simulator simulator(test::small_classifier(), engine);
        const encoded_input input[] = {coded(simulator.net(), {170, 3})};  // 10101010, 00000011
        const sim::sample_output& out = simulator.run(input, {true, true});
        CHECK(out.result.populations[1].potentials == std::vector<std::int64_t>{170, 3});
        CHECK(out.result.populations[1].codes == std::vector<std::int32_t>{10, 0});
        CHECK(out.result.populations[1].spikes == spike_train{{0, 0, 1}, {2, 0, 1}});
        CHECK(out.result.readouts[0].potentials == std::vector<std::int64_t>{10, 0});
        CHECK(out.result.readouts[0].arg_max == 0);
        CHECK(out.counts.samples == 1);
        CHECK(out.counts.populations[0].spikes == 6);
        CHECK(out.counts.populations[0].active_sources == 2);
        CHECK(out.counts.populations[1].neuron_updates == 8);
        CHECK(out.counts.projections[0] == projection_activity{6, 6, 2, 2, 2});
        CHECK(out.counts.projections[1] == projection_activity{4, 2, 2, 1, 1});
    }
}

TEST_CASE("the lowest index wins a tie and records are empty unless asked for", "[sim][unit]") {
    for (const sim::engine_kind engine : engines) {
        sim::simulator simulator(test::small_classifier(), engine);
        const encoded_input input[] = {coded(simulator.net(), {0, 0})};
        const sim::sample_output& out = simulator.run(input);
        CHECK(out.result.readouts[0].arg_max == 0);
        CHECK(out.result.populations.empty());
    }
}

TEST_CASE("a simulator can be moved", "[sim][unit]") {
    sim::simulator first(test::small_classifier());
    sim::simulator second(std::move(first));
    const encoded_input input[] = {coded(second.net(), {0, 255})};
    CHECK(second.run(input).result.readouts[0].arg_max == 1);
}

void check_refused(sim::simulator& simulator, const encoded_input& input, const char* part) {
    CAPTURE(part);
    try {
        simulator.run(std::span(&input, 1));
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(part)); }
}

TEST_CASE("inputs that would break a proof are refused", "[sim][unit]") {
    sim::simulator simulator(test::small_classifier());
    check_refused(simulator, {{1}, {}}, "wrong number of codes");
    check_refused(simulator, {{256, 0}, {}}, "outside the range");
    check_refused(simulator, {{1, 0}, {}}, "do not agree");
    check_refused(simulator, {{1, 0}, {{8, 0, 1}}}, "outside the window");
    check_refused(simulator, {{1, 0}, {{7, 2, 1}}}, "outside the window");
    check_refused(simulator, {{0, 0}, {{7, 0, 1}, {7, 0, -1}}}, "wrong number of spikes");
    check_refused(simulator, {{3, 0}, {{7, 0, 1}, {6, 0, 1}}}, "sorted");
    CHECK_THROWS_AS(simulator.run({}), bad_input);
}

TEST_CASE("a network that is not valid does not become a simulator", "[sim][unit]") {
    network net = test::small_classifier();
    net.projections[0].weights.pop_back();
    CHECK_THROWS_AS(sim::simulator(net), bad_input);
    net = test::small_classifier();
    net.execution = execution::streaming;  // and nothing of what that needs
    CHECK_THROWS_AS(sim::simulator(net), bad_input);
}

}  // namespace
