// SPDX-License-Identifier: Apache-2.0
// Blocks of neurons that nothing happens to are not updated: seen from inside, since results must
// not show it.
#include <support/catch.hpp>

#include <memory>

#include "dispatch.hpp"
#include "small_stream.hpp"
#include "streaming/stream_population_state.hpp"

namespace {

using namespace synfire;

constexpr std::int32_t blocks = 8;  // more than are always updated

network wide_stream() {
    network net = test::small_stream();
    for (population& p : net.populations) { p.shape = {2, 32 * blocks, 1}; }
    net.projections[1].kind = connectivity::one_to_one;
    net.projections[1].weights = {1, 1};
    return net;
}

/// Spikes of one neuron as a delivery sees them.
sim::active_set spike_of(std::uint32_t neuron) {
    sim::active_set active;
    active.neurons.push_back(neuron);
    active.codes.push_back(1);
    active.positions.push_back({neuron / 2, 0, 1});
    return active;
}

TEST_CASE("blocks fall asleep, and wake where something arrives", "[sim][unit]") {
    const auto net = std::make_shared<const network>(wide_stream());
    const sim::stream_plan plan(net, sim::select_kernels(sim::simd_level::baseline));
    sim::stream_population_state state(plan.populations[1]);
    sim::firing fired;
    sim::delivery_scratch scratch;
    state.start();
    state.update(fired);
    CHECK(state.updated_blocks() == blocks);
    state.update(fired);
    CHECK(state.updated_blocks() == 0);
    for (const std::uint32_t neuron : {70U, 70U}) {
        const sim::active_set active = spike_of(neuron);
        const sim::delivery& how = *plan.projections[0].how;
        how.deliver({active, {}, state.arrivals(), plan.kernels, scratch});
        state.wake(how, active);
        state.update(fired);
        CHECK(state.updated_blocks() == 1);
    }
    CHECK(fired == sim::firing{70});
    state.update(fired);  // finds out that nothing changes any more
    CHECK(state.updated_blocks() == 1);
    state.update(fired);
    CHECK(state.updated_blocks() == 0);
}

TEST_CASE("a change of the constant input wakes the blocks that it reaches", "[sim][unit]") {
    const auto net = std::make_shared<const network>(wide_stream());
    const sim::stream_plan plan(net, sim::select_kernels(sim::simd_level::baseline));
    sim::stream_population_state state(plan.populations[1]);
    sim::firing fired;
    state.start();
    state.update(fired);
    state.update(fired);
    state.start_input();
    state.finish_input();
    state.update(fired);
    CHECK(state.updated_blocks() == 0);
    state.start_input();
    state.input()[200] = 1;
    state.finish_input();
    state.update(fired);
    CHECK(state.updated_blocks() == 1);
}

}  // namespace
