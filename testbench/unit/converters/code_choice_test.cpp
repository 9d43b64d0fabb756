// SPDX-License-Identifier: Apache-2.0
// Which code a layer gets, and that it changes no code, no potential and no answer.
#include <support/catch.hpp>

#include <synfire/core/validate.hpp>
#include <synfire/sim/encode.hpp>
#include <synfire/sim/simulator.hpp>

#include "code_choice.hpp"
#include "hand_model.hpp"

using namespace synfire;
using namespace synfire::converters;
using test::hand_conversion;
using test::hand_model;
using test::numbers;

namespace {

code_window digit(std::int32_t base, std::int32_t digits) {
    return {coding::digit, digits * (base - 1), base, digits};
}

std::vector<code_window> windows_of(const network& net) {
    std::vector<code_window> windows;
    for (const population& p : net.populations) { windows.push_back(p.window); }
    return windows;
}

network chosen(const hand_conversion& c, const dataset& data) {
    network net = c.net();
    const quantised_model quantised(c.state);
    choose_codes(net, count_codes(net, quantised, data, data.size()), data.size());
    return net;
}

}  // namespace

TEST_CASE("windows with the levels of phase", "[converters][unit]") {
    CHECK(equal_windows(1) == std::vector<code_window>{{coding::phase, 1, 0, 0}});
    CHECK(equal_windows(4)
          == std::vector<code_window>{
              {coding::phase, 4, 0, 0}, digit(4, 2), {coding::ttfs, 15, 0, 0}});
    CHECK(equal_windows(6)
          == std::vector<code_window>{{coding::phase, 6, 0, 0}, digit(4, 3), digit(8, 2)});
    for (std::int32_t steps = 1; steps <= 15; ++steps) {
        for (const code_window& w : equal_windows(steps)) {
            CHECK(max_code(w) == (1 << steps) - 1);
            CHECK(w.steps <= max_window_steps);
        }
    }
}

TEST_CASE("wide fan-outs get one spike per code, narrow ones bits", "[converters][unit]") {
    hand_model m;
    const auto wide = m.relu("wide", m.linear("fc1", m.input({6}), 64, numbers(384, 1)));
    const auto narrow = m.relu("narrow", m.linear("fc2", wide, 200, numbers(12800, 2)));
    m.output(m.linear("fc3", narrow, 2, numbers(400, 3)));
    const dataset data = test::pixels({6}, 20, 4);
    const hand_conversion c(m, data);
    const network net = chosen(c, data);
    CHECK(net.populations[net.find("fc1")].window.kind == coding::ttfs);
    CHECK(net.populations[net.find("fc2")].window.kind == coding::phase);
    CHECK(net.populations[0].window == c.net().populations[0].window);
    validate(net);
}

TEST_CASE("chosen codes change spikes and nothing else", "[converters][unit]") {
    hand_model m;
    auto x = m.relu("relu1", m.conv("conv1", m.input({2, 6, 6}), 32, 3, 1, numbers(576, 1)));
    const auto y = m.relu("relu2", m.conv("conv2", x, 32, 3, 1, numbers(9216, 2)));
    x = m.relu("relu3", m.layer("add", sum{}, {y, x}, m.item(x)));
    m.output(m.linear("fc", m.flatten("flat", x), 3, numbers(3456, 4)));
    const dataset data = test::pixels({2, 6, 6}, 10, 3);
    const hand_conversion c(m, data);
    const network net = chosen(c, data);
    REQUIRE(windows_of(net) != windows_of(c.net()));
    sim::simulator before(c.net(), sim::engine_kind::reference);
    sim::simulator after(net, sim::engine_kind::reference);
    std::uint64_t events[2] = {0, 0};
    for (std::size_t sample = 0; sample < data.size(); ++sample) {
        const std::vector<sim::encoded_input> input{sim::encode(net.populations[0], data, sample)};
        const sim::sample_output a = before.run(input, {true, true});
        const sim::sample_output b = after.run(input, {true, true});
        for (std::size_t p = 0; p < net.populations.size(); ++p) {
            CHECK(a.result.populations[p].codes == b.result.populations[p].codes);
            CHECK(a.result.populations[p].potentials == b.result.populations[p].potentials);
        }
        for (const projection_activity& n : a.counts.projections) {
            events[0] += n.synaptic_events;
        }
        for (const projection_activity& n : b.counts.projections) {
            events[1] += n.synaptic_events;
        }
    }
    CHECK(events[1] < events[0]);
}
