// SPDX-License-Identifier: Apache-2.0
// The streaming neuron, followed by hand.
#include <support/catch.hpp>

#include <vector>

#include <synfire/core/streaming.hpp>

namespace {

using namespace synfire;

population neuron(std::int32_t theta, const streaming_neuron& dynamics) {
    population p;
    p.name = "neuron";
    p.theta = {theta};
    p.bias = {0};
    p.streaming = dynamics;
    return p;
}

/// Potentials after each input, and the steps at which the neuron fired.
struct course {
    std::vector<std::int64_t> v;
    std::vector<std::size_t> spikes;
    streaming_state last;
    clamp_flags flags;
};

course run(const population& p, const std::vector<std::int64_t>& inputs) {
    course c;
    for (std::size_t t = 0; t < inputs.size(); ++t) {
        if (step_neuron(p, 0, inputs[t], c.last, c.flags)) { c.spikes.push_back(t); }
        c.v.push_back(c.last.v);
    }
    return c;
}

TEST_CASE("decay goes towards zero from both sides and ends there", "[core][unit]") {
    CHECK(decayed(1000, 1024, 12) == 750);
    CHECK(decayed(-1000, 1024, 12) == -750);
    CHECK(decayed(1, 1, 12) == 0);
    CHECK(decayed(-1, 1, 12) == 0);
    CHECK(decayed(7, 0, 16) == 7);
    CHECK(decayed(2147483647, 65536, 16) == 0);
}

TEST_CASE("an integrate-and-fire neuron keeps what is left over, or nothing", "[core][unit]") {
    streaming_neuron n;
    const course subtracting = run(neuron(10, n), {7, 7, 0, 23, 0});
    CHECK(subtracting.v == std::vector<std::int64_t>{7, 4, 4, 17, 7});
    CHECK(subtracting.spikes == std::vector<std::size_t>{1, 3, 4});
    n.reset = reset_rule::zero;
    const course zeroing = run(neuron(10, n), {7, 7, 0, 23, 0});
    CHECK(zeroing.v == std::vector<std::int64_t>{7, 0, 0, 0, 0});
    CHECK(zeroing.spikes == std::vector<std::size_t>{1, 3});
}

TEST_CASE("a refractory neuron holds its potential, or integrates without firing", "[core][unit]") {
    streaming_neuron n;
    n.refractory = 2;
    n.reset = reset_rule::zero;
    const course holding = run(neuron(10, n), {12, 12, 12, 12});
    CHECK(holding.v == std::vector<std::int64_t>{0, 0, 0, 0});
    CHECK(holding.spikes == std::vector<std::size_t>{0, 3});
    n.refractory_kind = refractory_rule::integrate;
    const course integrating = run(neuron(10, n), {12, 12, 12, 12});
    CHECK(integrating.v == std::vector<std::int64_t>{0, 12, 24, 0});
    CHECK(integrating.spikes == std::vector<std::size_t>{0, 3});
}

TEST_CASE("a synaptic current carries input over and goes on in a refractory time",
          "[core][unit]") {
    streaming_neuron n;
    n.decay_s = {2048};  // half
    n.refractory = 1;
    n.reset = reset_rule::zero;
    const course c = run(neuron(100, n), {80, 0, 0, 0});
    CHECK(c.v == std::vector<std::int64_t>{80, 0, 0, 10});
    CHECK(c.spikes == std::vector<std::size_t>{1});
    CHECK(c.last.s == 10);
}

TEST_CASE("clamps set a flag only where they change a value", "[core][unit]") {
    streaming_neuron n;
    n.v_range = {-5, 20};
    CHECK(run(neuron(100, n), {20, -25}).flags == clamp_flags{});
    const course c = run(neuron(100, n), {21, -26});
    CHECK(c.v == std::vector<std::int64_t>{20, -5});
    CHECK(c.flags == clamp_flags{false, false, true, true});
    n.decay_s = {0};
    n.s_range = {-3, 3};
    CHECK(run(neuron(100, n), {4, -9}).flags == clamp_flags{true, true, false, false});
}

TEST_CASE("a readout does not fire", "[core][unit]") {
    population p = neuron(1, {});
    p.kind = population_kind::readout;
    p.theta.clear();
    CHECK(run(p, {1000, 1000}).v == std::vector<std::int64_t>{1000, 2000});
}

}  // namespace
