// SPDX-License-Identifier: Apache-2.0
// One step of 64 neurons of every kind and instruction set, against the neuron of the semantics;
// and what is proven about how far states get.
#include <support/catch.hpp>

#include <algorithm>
#include <limits>
#include <random>
#include <vector>

#include <synfire/core/streaming.hpp>

#include "dispatch.hpp"
#include "small_stream.hpp"
#include "streaming/state_bounds.hpp"

namespace {

using namespace synfire;

constexpr std::size_t count = sim::block_neurons;

struct draws {
    std::mt19937_64 random;
    std::int32_t operator()(std::int64_t lo, std::int64_t hi) {
        return static_cast<std::int32_t>(
            std::uniform_int_distribution<std::int64_t>(lo, hi)(random));
    }
};

/// 64 neurons in both forms.
struct both_forms {
    population p;
    sim::state_kind states;
    std::vector<std::int32_t> v;
    std::vector<std::int32_t> s;
    std::vector<std::uint32_t> arrivals;
    std::vector<std::int32_t> bias;
    std::vector<std::uint32_t> decay_v;
    std::vector<std::uint32_t> decay_s;
    std::vector<double> keep_v;
    std::vector<double> keep_s;
    std::uint64_t resting = 0;
    std::vector<streaming_state> expected;

    both_forms(std::uint64_t seed, int kind, sim::state_kind proven) : states(proven) {
        draws d{std::mt19937_64(seed)};
        // Products with the largest decays stay within 32 bits unless they need not.
        const std::int32_t most = states == sim::state_kind::wide ? 1 << 29 : 1 << 19;
        const bool leaks = (kind & 1) != 0;
        p.kind = kind < 4 ? population_kind::readout : population_kind::spiking;
        p.shape = {static_cast<std::int32_t>(count), 1, 1};
        streaming_neuron& n = p.streaming.emplace();
        n.reset = (kind & 4) != 0 ? reset_rule::zero : reset_rule::subtract;
        n.refractory = (kind & 8) != 0 ? 3 : 0;
        n.refractory_kind = (kind & 16) != 0 ? refractory_rule::hold : refractory_rule::integrate;
        const std::int32_t wall = states == sim::state_kind::free ? 1 << 30 : most;
        n.v_range = n.s_range = {-wall, wall};
        for (std::size_t j = 0; j < count; ++j) {
            n.decay_v.push_back(leaks ? d(0, 4096) : 0);
            if ((kind & 2) != 0) { n.decay_s.push_back(d(0, 4096)); }
            p.theta.push_back(d(1, most));
            p.bias.push_back(d(-20, 20));
            add_neuron(d, most);
        }
    }

    void add_neuron(draws& d, std::int32_t most) {
        const std::size_t j = v.size();
        const std::int32_t decay = p.streaming->decay_v_of(j);
        const std::int32_t current = p.streaming->decay_s_of(j);
        const bool rests = p.streaming->refractory > 0 && d(0, 3) == 0;
        v.push_back(d(0, 4) == 0 ? d(-3, 3) : d(-most, most));
        s.push_back(d(0, 4) == 0 ? 0 : d(-most, most));
        arrivals.push_back(static_cast<std::uint32_t>(d(0, 1) == 0 ? 0 : d(-most, most)));
        bias.push_back(static_cast<std::int32_t>(p.bias[j]));
        decay_v.push_back(static_cast<std::uint32_t>(decay));
        decay_s.push_back(static_cast<std::uint32_t>(current));
        keep_v.push_back((4096 - decay) / 4096.0);
        keep_s.push_back((4096 - current) / 4096.0);
        resting |= static_cast<std::uint64_t>(rests) << j;
        expected.push_back({v[j], p.streaming->has_current() ? s[j] : 0, rests ? 2 : 0});
    }

    sim::update_kind kind() const {
        const streaming_neuron& n = *p.streaming;
        const bool fires = p.kind == population_kind::spiking;
        const auto reset =
            n.reset == reset_rule::zero ? sim::firing_kind::zero : sim::firing_kind::subtract;
        const auto rest = n.refractory_kind == refractory_rule::hold ? sim::resting_kind::hold
                                                                     : sim::resting_kind::integrate;
        const bool leaks =
            std::any_of(n.decay_v.begin(), n.decay_v.end(), [](auto x) { return x != 0; });
        return {fires ? reset : sim::firing_kind::none,
                fires && n.refractory > 0 ? rest : sim::resting_kind::none, states, n.has_current(),
                leaks};
    }

    void check(const sim::kernel_table& kernels) {
        const streaming_neuron& n = *p.streaming;
        std::uint64_t fired = 0;
        clamp_flags flags;
        bool moved = false;
        for (std::size_t j = 0; j < count; ++j) {
            const streaming_state before = expected[j];
            const std::int64_t in = std::int64_t{bias[j]} + static_cast<std::int32_t>(arrivals[j]);
            const bool fires = step_neuron(p, j, in, expected[j], flags);
            fired |= static_cast<std::uint64_t>(fires) << j;
            moved = moved || fires || arrivals[j] != 0 || expected[j].v != before.v
                    || expected[j].s != before.s;
        }
        const sim::update_rules rules{n.s_range.lo, n.s_range.hi, n.v_range.lo, n.v_range.hi, 12};
        const sim::update_outcome out = kernels.updates.of(kind())(
            rules, {v.data(), s.data(), arrivals.data(), bias.data(), p.theta.data(),
                    decay_v.data(), decay_s.data(), keep_v.data(), keep_s.data(), resting});
        REQUIRE(out.fired == fired);
        REQUIRE((out.changed != 0) == moved);
        REQUIRE(((out.flags & sim::flag_s_min) != 0) == flags.s_min);
        REQUIRE(((out.flags & sim::flag_s_max) != 0) == flags.s_max);
        REQUIRE(((out.flags & sim::flag_v_min) != 0) == flags.v_min);
        REQUIRE(((out.flags & sim::flag_v_max) != 0) == flags.v_max);
        for (std::size_t j = 0; j < count; ++j) {
            REQUIRE(arrivals[j] == 0);
            REQUIRE(v[j] == expected[j].v);
            if (n.has_current()) { REQUIRE(s[j] == expected[j].s); }
        }
    }
};

TEST_CASE("a step of every kind of neuron is that of the semantics", "[sim][unit]") {
    const int level = GENERATE(1, 2, 3, 4);
    const auto states =
        GENERATE(sim::state_kind::free, sim::state_kind::clamped, sim::state_kind::wide);
    const sim::kernel_table& kernels = sim::select_kernels(static_cast<sim::simd_level>(level));
    for (int kind = 0; kind < 32; ++kind) {
        for (std::uint64_t seed = 0; seed < 8; ++seed) {
            CAPTURE(level, static_cast<int>(states), kind, seed);
            both_forms(seed, kind, states).check(kernels);
        }
    }
}

/// At most 10 arrive at a neuron in a step.
network pushed_stream(std::int32_t decay) {
    network net = test::small_stream();
    net.populations[1].streaming->decay_v.assign(net.populations[1].theta.size(), decay);
    return net;
}

TEST_CASE("states that leak enough need no clamp, and large products two words", "[sim][unit]") {
    network net = pushed_stream(2048);
    CHECK(sim::proven_states(net, 1) == sim::state_kind::free);
    net.populations[1].streaming->v_range = {-1, 1};
    CHECK(sim::proven_states(net, 1) == sim::state_kind::clamped);
    net = pushed_stream(0);
    CHECK(sim::proven_states(net, 1) == sim::state_kind::clamped);
    net.populations[1].streaming->v_range = {-(1 << 30), 1 << 30};
    CHECK(sim::proven_states(net, 1) == sim::state_kind::clamped);
    net.populations[1].streaming->decay_v.front() = 4096;
    CHECK(sim::proven_states(net, 1) == sim::state_kind::wide);
}

TEST_CASE("a state may start beyond what its input reaches", "[sim][unit]") {
    network net = pushed_stream(2048);
    streaming_neuron& n = *net.populations[1].streaming;
    n.v_range = {-(1 << 30), 1 << 30};
    CHECK(sim::proven_states(net, 1) == sim::state_kind::free);
    n.initial_v.assign(net.populations[1].theta.size(), 1 << 29);
    CHECK(sim::proven_states(net, 1) == sim::state_kind::wide);
}

}  // namespace
