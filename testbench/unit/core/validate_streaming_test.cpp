// SPDX-License-Identifier: Apache-2.0
#include <support/catch.hpp>

#include <functional>
#include <limits>
#include <string>

#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>

#include "tiny_streaming.hpp"

namespace {

using namespace synfire;

void check_refused(const char* expected, const std::function<void(network&)>& make) {
    network net = test::tiny_streaming();
    make(net);
    CAPTURE(expected);
    try {
        validate(net);
        FAIL("not refused");
    } catch (const bad_input& e) { CHECK_THAT(e.what(), test::contains_text(expected)); }
}

streaming_neuron& hidden(network& n) { return *n.populations[1].streaming; }
streaming_neuron& out(network& n) { return *n.populations[2].streaming; }

TEST_CASE("the tiny streaming network is valid, with and without its width", "[core][unit]") {
    network net = test::tiny_streaming();
    CHECK_NOTHROW(validate(net));
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    CHECK_NOTHROW(validate(net));
}

TEST_CASE("streaming networks have steps and dynamics where they belong", "[core][unit]") {
    check_refused("impossible number of steps", [](network& n) { n.steps = 0; });
    check_refused("impossible number of steps", [](network& n) { n.steps = (1 << 20) + 1; });
    check_refused("population 'hidden': a population of a streaming network needs its dynamics",
                  [](network& n) { n.populations[1].streaming.reset(); });
    check_refused("only spiking populations and readouts of streaming networks have dynamics",
                  [](network& n) { n.populations[0].streaming = streaming_neuron{}; });
    check_refused("there is no max_pool in streaming networks", [](network& n) {
        n.populations.push_back(test::pool_population());
        n.populations.back().window = {};
        n.populations.back().range = {};
    });
    check_refused("neither negative thresholds nor fire tables", [](network& n) {
        n.populations[1].theta_neg = {1, 1, 1};
    });
    check_refused("neither negative thresholds nor fire tables", [](network& n) {
        n.populations[1].table = fire_table{0, 1, {0, 0}};
    });
    check_refused("has no window and no code range", [](network& n) {
        n.populations[1].window = {coding::rate, 4};
    });
    check_refused("has no window and no code range", [](network& n) {
        n.populations[1].range = {0, 4};
    });
}

TEST_CASE("inputs of streaming networks send unsigned unit spikes", "[core][unit]") {
    check_refused("worth 1 each", [](network& n) { n.populations[0].window = {coding::phase, 4}; });
    check_refused("worth 1 each", [](network& n) {
        n.populations[0].input = input_encoding{};
        n.populations[0].input->encoder = input_encoder::latency;
    });
    check_refused("impossible number of steps",
                  [](network& n) { n.populations[0].window.steps = 0; });
    check_refused("must start at 0", [](network& n) { n.populations[0].range = {-1, 10}; });
    check_refused("must start at 0", [](network& n) { n.populations[0].range = {0, 11}; });
}

TEST_CASE("decays, ranges and times of streaming neurons are possible", "[core][unit]") {
    check_refused("impossible number of bits", [](network& n) { hidden(n).decay_bits = 13; });
    check_refused("decay_v has the wrong number", [](network& n) { hidden(n).decay_v = {1}; });
    check_refused("decay_v is out of range", [](network& n) { hidden(n).decay_v = {0, 4097, 0}; });
    check_refused("decay_s is out of range", [](network& n) { hidden(n).decay_s = {0, -1, 0}; });
    check_refused("the range of the potential must hold 0", [](network& n) {
        hidden(n).v_range = {1, 5};
    });
    check_refused("the range of the synaptic current must hold 0", [](network& n) {
        hidden(n).s_range = {-5, -1};
    });
    check_refused("initial_v is out of range", [](network& n) {
        hidden(n).initial_v = {0, 0, 201};
    });
    check_refused("impossible refractory time", [](network& n) { hidden(n).refractory = -1; });
    check_refused("impossible refractory time", [](network& n) { hidden(n).refractory = 65536; });
    check_refused("neither reset nor refractory time", [](network& n) { out(n).refractory = 1; });
    check_refused("neither reset nor refractory time",
                  [](network& n) { out(n).reset = reset_rule::zero; });
    check_refused("only readouts answer with a sum",
                  [](network& n) { hidden(n).answer = readout_rule::sum; });
}

TEST_CASE("delays are possible, and every cycle has one", "[core][unit]") {
    check_refused("impossible delay", [](network& n) { n.projections[1].delay = 4096; });
    check_refused("impossible delay", [](network& n) { n.projections[1].delay = -1; });
    check_refused("a delay of at least one step in every cycle",
                  [](network& n) { n.projections[1].delay = 0; });
    check_refused("acts in every step and has no delay", [](network& n) {
        n.populations[0].window = {};
        n.populations[0].input = input_encoding{};
        n.populations[0].input->encoder = input_encoder::current;
        n.projections[0].delay = 1;
    });
}

TEST_CASE("a streaming width holds every value before its clamp", "[core][unit]") {
    network net = test::tiny_streaming();
    // hidden: i is -5 - 5 .. 18 taps * 3 + 7 = 61; with v it is -110 .. 261: 10 bits.
    // out: -96 - 100 .. 205: 9 bits.
    CHECK(proven_widths(net) == std::vector<int>{0, 10, 9});
    hidden(net).decay_s = {0, 0, 0};
    hidden(net).s_range = {-1000, 2000};  // v_max + s_max = 2200: 13 bits
    CHECK(proven_widths(net)[1] == 13);
    net.populations[1].theta[2] = 5000;
    CHECK(proven_widths(net)[1] == 14);
    net.populations[2].streaming->v_range.hi = 30000;  // 30005: 16 bits
    CHECK(proven_widths(net)[2] == 16);
}

TEST_CASE("what makes a streaming potential narrower is said where it is too wide",
          "[core][unit]") {
    network net = test::tiny_streaming();
    hidden(net).v_range = {-(1 << 30), std::numeric_limits<std::int32_t>::max()};
    try {
        validate(net);
        FAIL("not refused");
    } catch (const bad_input& e) {
        CHECK_THAT(e.what(), test::contains_text("33 bits"));
        CHECK_THAT(e.what(),
                   test::contains_text("narrower ranges of the state (v_range, s_range)"));
        CHECK(std::string(e.what()).find("steps") == std::string::npos);
    }
}

TEST_CASE("a streaming network has no windows: all populations advance together", "[core][unit]") {
    const network net = test::tiny_streaming();
    CHECK(window_starts(net) == std::vector<std::int32_t>{0, 0, 0});
    CHECK(latency_steps(net) == 10);
    CHECK(firing_steps(net, net.populations[1]) == 10);
    CHECK(firing_steps(net, net.populations[2]) == 0);
    CHECK(topological_order(net) == std::vector<std::size_t>{0, 1, 2});
}

}  // namespace
