// SPDX-License-Identifier: Apache-2.0
// Recordings of events on event inputs: places, steps, several events at once, and refusals.
#include <support/catch.hpp>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>
#include <synfire/sim/simulator.hpp>
#include <synfire/sim/stream.hpp>

#include "small_stream.hpp"

namespace {

using namespace synfire;

/// A camera of 2 polarities and 2 x 3 pixels; every neuron has a read-out of its own.
network camera_network(std::int32_t most_events) {
    network net = test::small_stream();
    population& in = net.populations[0];
    in.shape = {2, 2, 3};
    in.input->encoder = input_encoder::events;
    in.input->data_shape = {2, 2, 3};
    in.input->event_step_us = 100;
    in.input->most_events = most_events;
    population& out = net.populations[2];
    out.shape = in.shape;
    net.populations.erase(net.populations.begin() + 1);
    projection all;
    all.target = 1;
    all.source_channels = all.target_channels = {0, 2};
    all.kind = connectivity::one_to_one;
    all.weights = {1, 1};
    net.projections = {all};
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

dataset recordings(std::vector<sensor_event> events, std::vector<std::int64_t> shape = {2, 2, 3}) {
    dataset d;
    d.name = "recordings";
    d.sample_shape = std::move(shape);
    d.events = std::move(events);
    d.event_ends = {d.events.size()};
    return d;
}

sim::run_result run(const network& net, const dataset& data, sim::engine_kind engine) {
    sim::options how;
    how.engine = engine;
    how.record.spikes = true;
    return sim::run(net, data, how);
}

constexpr auto both = {sim::engine_kind::reference, sim::engine_kind::event_driven};

TEST_CASE("places become neurons, channel last, and times steps", "[sim][unit]") {
    // Place 10 is polarity 1, y 1, x 1: neuron (1 * 3 + 1) * 2 + 1.
    const dataset data = recordings({{99, 0}, {100, 10}, {950, 2}, {1000, 2}});
    for (const auto engine : both) {
        const sim::run_result r = run(camera_network(0), data, engine);
        CHECK(r.samples[0].populations[0].spikes
              == spike_train{{0, 0, 1}, {1, 9, 1}, {9, 4, 1}});  // the last one is too late
    }
    network last = camera_network(0);
    last.populations[0].input->layout = data_layout::channel_last;
    last.populations[0].input->data_shape = {2, 3, 2};
    const sim::run_result r =
        run(last, recordings({{0, 10}}, {2, 3, 2}), sim::engine_kind::reference);
    CHECK(r.samples[0].populations[0].spikes == spike_train{{0, 10, 1}});
}

TEST_CASE("several events in a step are one spike, or one that carries their number",
          "[sim][unit]") {
    const dataset data = recordings({{0, 0}, {1, 1}, {2, 0}, {3, 0}, {150, 0}});
    for (const auto engine : both) {
        const sim::run_result single = run(camera_network(0), data, engine);
        CHECK(single.samples[0].readouts[0].potentials[0] == 2);
        const sim::run_result summed = run(camera_network(3), data, engine);
        CHECK(summed.samples[0].readouts[0].potentials[0] == 4);
        CHECK(summed.samples[0].readouts[0].potentials[2] == 1);
        // Counts are those of spikes.
        CHECK(summed.counts == single.counts);
        CHECK(summed.samples[0].populations[0].spikes == single.samples[0].populations[0].spikes);
    }
}

TEST_CASE("widths are proven for the events that a spike may carry", "[sim][unit]") {
    const network one = camera_network(0);
    const network many = camera_network(32767);
    CHECK(many.populations[1].width_bits >= one.populations[1].width_bits);
    network wide = many;
    wide.populations[1].streaming->v_range = {-3, 3};
    const std::vector<int> widths = proven_widths(wide);
    CHECK(widths[1] == 17);  // v_max + 32767
    network stale = camera_network(0);
    stale.populations[1].streaming->v_range = {-3, 3};
    stale.populations[1].width_bits = proven_widths(stale)[1];
    stale.populations[0].input->most_events = 1000;
    CHECK_THROWS_AS(validate(stale), bad_input);
}

void check_refused(const network& net, const dataset& data, const char* part) {
    CAPTURE(part);
    try {
        sim::run(net, data);
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(part)); }
}

TEST_CASE("events that do not fit the input are refused", "[sim][unit]") {
    const network net = camera_network(2);
    check_refused(net, recordings({{0, 0}, {0, 0}, {5, 0}}), "3 events of neuron 0 in step 0");
    check_refused(net, recordings({{0, 3}}, {1, 2, 4}),
                  "recordings: recording 0, event 0: an event is outside the sensor of input 'in'");
    check_refused(net, recordings({{0, 3}}, {1, 2, 4}), "polarity 0, y 0, x 3");
    check_refused(net, recordings({{0, 3}}, {12}), "of another kind of sensor");
    network unsaid = net;
    unsaid.populations[0].input->event_step_us = 0;
    check_refused(unsaid, recordings({{0, 0}}), "does not say how long a step");
    check_refused(test::small_stream(), recordings({{0, 0}}), "holds events");
}

TEST_CASE("channels of a line take units, rows and columns, or no polarity", "[sim][unit]") {
    network net = camera_network(1);
    net.populations[0].input->data_shape = {2, 6};
    net.populations[0].shape = net.populations[1].shape = {2, 1, 6};
    for (const std::vector<std::int64_t>& shape :
         std::vector<std::vector<std::int64_t>>{{2, 6}, {12}, {1, 2, 6}}) {
        CAPTURE(shape.size());
        const sim::run_result r =
            run(net, recordings({{0, 7}}, shape), sim::engine_kind::event_driven);
        REQUIRE(r.samples[0].populations[0].spikes.size() == 1);
        CHECK(r.samples[0].populations[0].spikes[0].neuron == 3);  // channel 1, position 1
    }
    check_refused(net, recordings({{0, 13}}, {2, 2, 6}), "is outside the sensor");
    check_refused(net, recordings({{0, 12}}, {13}), "is outside the sensor");
    net.populations[0].input->data_shape = {12};
    net.populations[0].shape = net.populations[1].shape = {12, 1, 1};
    net.projections[0].source_channels = net.projections[0].target_channels = {0, 12};
    net.projections[0].weights.assign(12, 1);
    net.populations[1].bias.assign(12, 0);
    check_refused(net, recordings({{0, 3}}, {2, 2, 3}), "of another kind of sensor");
}

TEST_CASE("every recording is taken by itself", "[sim][unit]") {
    dataset data = recordings({{0, 0}, {110, 0}, {50, 10}});
    data.event_ends = {2, 3};
    for (const auto engine : both) {
        const sim::run_result r = run(camera_network(0), data, engine);
        REQUIRE(r.samples.size() == 2);
        CHECK(r.samples[0].populations[0].spikes == spike_train{{0, 0, 1}, {1, 0, 1}});
        CHECK(r.samples[1].populations[0].spikes == spike_train{{0, 9, 1}});
    }
}

TEST_CASE("a margin ends recordings of events early", "[sim][unit]") {
    const dataset data = recordings({{0, 0}, {110, 0}, {220, 0}, {330, 0}, {800, 1}});
    for (const readout_rule rule : {readout_rule::last, readout_rule::sum, readout_rule::max}) {
        network net = camera_network(0);
        net.populations[1].streaming->answer = rule;
        for (const auto engine : both) {
            sim::options how;
            how.engine = engine;
            how.early_exit_margin = 3.0;
            const sim::run_result r = sim::run(net, data, how);
            // The sum of 1, 2 is already 3 after two steps.
            CHECK(r.samples[0].steps == (rule == readout_rule::sum ? 2 : 3));
            CHECK(r.samples[0].readouts[0].potentials[0] == 3);
            CHECK(r.counts.populations[0].spikes == (rule == readout_rule::sum ? 2 : 3));
        }
    }
}

TEST_CASE("a stream adds up what is injected", "[sim][unit]") {
    for (const auto engine : both) {
        sim::stream stream(camera_network(3), engine);
        stream.inject(0, std::vector<std::uint32_t>{4, 4});
        stream.inject(0, std::vector<std::uint32_t>{4});
        CHECK_THROWS_AS(stream.inject(0, std::vector<std::uint32_t>{4}), bad_input);
        stream.step();
        CHECK(stream.answer(1).potentials[4] == 3);
        CHECK(stream.fired(0).size() == 1);
        CHECK(stream.counts().populations[0].spikes == 1);
    }
}

TEST_CASE("events of a synchronous network count in its window", "[sim][unit]") {
    population p = camera_network(0).populations[0];
    p.window = {coding::rate, 4};
    p.range = {0, 4};
    const sim::encoded_input e =
        sim::encode(p, recordings({{0, 0}, {1, 0}, {399, 0}, {400, 0}}), 0);
    CHECK(e.spikes == spike_train{{0, 0, 1}, {3, 0, 1}});
    CHECK(e.codes[0] == 2);
}

}  // namespace
