// SPDX-License-Identifier: Apache-2.0
// Sparse layers of which few or many sources are active, against the reference engine: the engine
// takes either the active sources one by one or all synapses.
#include <support/catch.hpp>

#include <cstdint>

#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>
#include <synfire/sim/simulator.hpp>

#include <support/compare_runs.hpp>
#include <support/dice.hpp>

namespace {

using namespace synfire;

constexpr std::int32_t sources = 320;
constexpr std::int32_t targets = 24;

population with_shape(const char* name, population_kind kind, std::int32_t neurons) {
    population p;
    p.name = name;
    p.kind = kind;
    p.shape = {neurons, 1, 1};
    return p;
}

/// Every target has a tenth of the sources; weights are shifted.
network sparse_network(int shift, test::dice& dice) {
    population in = with_shape("in", population_kind::input, sources);
    in.window = {coding::phase, 4};
    in.range = {0, 15};
    population answer = with_shape("answer", population_kind::readout, targets);
    answer.bias.assign(targets, 0);
    projection p;
    p.kind = connectivity::sparse;
    p.target = 1;
    p.shift = shift;
    p.source_channels = {0, sources};
    p.target_channels = {0, targets};
    p.row_ptr = {0};
    for (std::int32_t t = 0; t < targets; ++t) {
        for (std::int32_t s = 0; s < sources; ++s) {
            if (!dice.chance(10)) { continue; }
            p.column.push_back(s);
            p.weights.push_back(static_cast<std::int8_t>(dice.small(-127, 127)));
        }
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
    network net;
    net.populations = {in, answer};
    net.projections = {p};
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

TEST_CASE("sparse layers give the bits of the reference engine for few and for many active sources",
          "[sim][unit]") {
    test::dice dice(20261127);
    constexpr sim::record_options everything{true, true};
    for (const int shift : {0, 1, 3}) {
        const network net = sparse_network(shift, dice);
        validate(net);
        sim::simulator reference(net, sim::engine_kind::reference);
        sim::simulator event(net);
        for (const std::int32_t active : {0, 1, 5, 19, 200, sources}) {
            std::vector<std::int32_t> codes(sources);
            for (std::int32_t i = 0; i < active; ++i) {
                codes[static_cast<std::size_t>(i * 7 % sources)] = dice.small(1, 15);
            }
            CAPTURE(shift, active);
            const sim::encoded_input input = sim::encode_codes(net.populations[0], codes);
            CHECK(test::first_difference(net, reference.run({&input, 1}, everything),
                                         event.run({&input, 1}, everything))
                  == "");
        }
    }
}

}  // namespace
