// SPDX-License-Identifier: Apache-2.0
// Convolutions and dense layers wide enough for every block of outputs, every way of adding sources
// and sums that are emptied on the way, against the reference engine. The random networks of the
// property tests are too narrow for that.
#include <support/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include <synfire/core/validate.hpp>
#include <synfire/core/width.hpp>
#include <synfire/sim/simulator.hpp>

#include <support/compare_runs.hpp>
#include <support/dice.hpp>

#include "gather/gather_axis.hpp"
#include "gather/gather_weights.hpp"

namespace {

using namespace synfire;

/// What one random layer is made of.
struct layer {
    connectivity kind = connectivity::conv2d;
    std::int32_t in = 1;   ///< channels per group
    std::int32_t out = 1;  ///< channels per group
    std::int32_t groups = 1;
    std::int32_t steps = 4;
    bool is_signed = false;
    std::int32_t spare = 0;  ///< channels on both sides of the range that take no part
    kernel_geometry geometry;
};

population with_shape(const char* name, population_kind kind, const shape& s) {
    population p;
    p.name = name;
    p.kind = kind;
    p.shape = s;
    return p;
}

std::int32_t targets_of(const layer& l, std::int32_t side, std::size_t axis) {
    const kernel_geometry& g = l.geometry;
    const std::int32_t reach = (g.kernel[axis] - 1) * g.dilation[axis] + 1;
    const std::int32_t pads = g.pads[axis] + g.pads[axis + 2];
    if (l.kind == connectivity::conv_transpose2d) {
        return (side - 1) * g.stride[axis] + reach - pads;
    }
    return (side + pads - reach) / g.stride[axis] + 1;
}

/// in -> hidden -> answer; the answer adds up all hidden neurons.
network network_of(const layer& l, std::int32_t side, test::dice& dice) {
    const std::int32_t sources = l.in * l.groups;
    const std::int32_t targets = l.out * l.groups;
    const bool dense = l.kind == connectivity::dense;
    population in = with_shape("in", population_kind::input, {sources + 2 * l.spare, side, side});
    in.window = {coding::phase, l.steps};
    in.range = {l.is_signed ? -((1 << l.steps) - 1) : 0, (1 << l.steps) - 1};
    population hidden = with_shape(
        "hidden", population_kind::spiking,
        dense ? shape{targets, 1, 1}
              : shape{targets + 2 * l.spare, targets_of(l, side, 0), targets_of(l, side, 1)});
    hidden.window = {coding::phase, 4};
    hidden.range = {0, 15};
    for (std::int32_t c = 0; c < hidden.shape.channels; ++c) {
        hidden.theta.push_back(dice.small(50, 3000));
        hidden.bias.push_back(dice.small(-5000, 5000));
    }
    population answer = with_shape("answer", population_kind::readout, {1, 1, 1});
    answer.bias = {0};
    projection p;
    p.kind = l.kind;
    p.target = 1;
    p.groups = l.groups;
    p.geometry = l.geometry;
    p.shift = dice.small(0, 2);
    p.source_channels = {l.spare, l.spare + sources};
    p.target_channels =
        dense ? channel_range{0, targets} : channel_range{l.spare, l.spare + targets};
    const std::int32_t taps = dense ? side * side : l.geometry.kernel[0] * l.geometry.kernel[1];
    const std::int32_t spread = dice.small(1, 127);  // small: sums of 16 bits hold long
    for (std::int32_t i = 0; i < sources * l.out * taps; ++i) {
        p.weights.push_back(static_cast<std::int8_t>(dice.small(-spread, spread)));
    }
    projection sum;
    sum.source = 1;
    sum.target = 2;
    sum.spatial_sum = true;
    sum.source_channels = {0, hidden.shape.channels};
    sum.target_channels = {0, 1};
    sum.weights.assign(static_cast<std::size_t>(hidden.shape.channels), 1);
    network net;
    net.populations = {in, hidden, answer};
    net.projections = {p, sum};
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

layer random_layer(test::dice& dice) {
    layer l;
    if (dice.chance(20)) { l.kind = connectivity::conv_transpose2d; }
    if (dice.chance(20)) { l.kind = connectivity::dense; }
    l.groups = l.kind != connectivity::dense && dice.chance(25) ? 2 : 1;
    l.in = dice.small(1, 40);
    l.out = dice.pick({3, 8, 10, 16, 20, 32, 40, 48, 64, 70, 100});
    l.steps = dice.pick({1, 3, 4, 4, 5, 6, 7, 8, 12});
    l.is_signed = dice.chance(20);
    l.spare = dice.chance(33) ? dice.small(1, 5) : 0;
    if (l.kind == connectivity::dense) { return l; }
    for (std::size_t axis = 0; axis < 2; ++axis) {
        l.geometry.kernel[axis] = dice.small(1, 4);
        l.geometry.stride[axis] = dice.small(1, 2);
        l.geometry.dilation[axis] = dice.chance(25) ? 2 : 1;
        if (l.kind == connectivity::conv_transpose2d) { continue; }
        l.geometry.pads[axis] = dice.small(0, 2);
        l.geometry.pads[axis + 2] = dice.small(0, 2);
    }
    return l;
}

sim::encoded_input random_input(const population& p, std::int32_t percent, test::dice& dice) {
    std::vector<std::int32_t> codes(p.shape.neurons());
    for (std::int32_t& q : codes) {
        if (dice.small(1, 100) > percent) { continue; }
        q = dice.chance(50) ? p.range.hi : dice.small(p.range.lo, p.range.hi);
    }
    return sim::encode_codes(p, codes);
}

/// One engine for all samples; its SIMD level and threads follow from the number of the case.
void check_engines(const network& net, int number, std::initializer_list<std::int32_t> percents,
                   test::dice& dice) {
    constexpr sim::record_options everything{true, true};
    validate(net);
    sim::simulator reference(net, sim::engine_kind::reference);
    const auto level = static_cast<sim::simd_level>(1 + number % 4);
    sim::simulator event(net, sim::engine_kind::event_driven, level, 1 + number % 3);
    for (const std::int32_t percent : percents) {
        CAPTURE(percent);
        const sim::encoded_input input = random_input(net.populations[0], percent, dice);
        const std::string difference = test::first_difference(
            net, reference.run({&input, 1}, everything), event.run({&input, 1}, everything));
        REQUIRE(difference == "");
    }
}

TEST_CASE("wide layers give the bits of the reference engine at every level and activity",
          "[sim][property]") {
    test::dice dice(20261126);
    for (int i = 0; i < 150; ++i) {
        const layer l = random_layer(dice);
        const network net = network_of(l, dice.small(7, 11), dice);
        CAPTURE(i, to_string(l.kind), l.in, l.out, l.groups, l.steps, l.is_signed, l.spare);
        check_engines(net, i, {0, 2, 15, 40, 100}, dice);
    }
}

TEST_CASE("one channel of any width gives the bits of the reference engine", "[sim][property]") {
    test::dice dice(31);
    for (int i = 0; i < 60; ++i) {
        layer l;
        l.out = dice.pick({8, 8, 16, 24, 32, 10});
        l.steps = dice.pick({4, 7, 8});
        for (std::size_t axis = 0; axis < 2; ++axis) {
            l.geometry.kernel[axis] = dice.pick({1, 2, 3, 5, 5, 6});
            l.geometry.stride[axis] = dice.chance(20) ? 2 : 1;
            l.geometry.pads[axis] = dice.small(0, 3);
            l.geometry.pads[axis + 2] = dice.small(0, 3);
        }
        // Longer than the 64 codes that are looked at together.
        const std::int32_t side = i % 10 == 0 ? dice.pick({64, 65, 130}) : dice.small(6, 30);
        const network net = network_of(l, side, dice);
        CAPTURE(i, side, l.out, l.steps, l.geometry.kernel[0], l.geometry.kernel[1]);
        check_engines(net, i, {0, 3, 20, 45, 70}, dice);
    }
}

TEST_CASE("what one sample needs of its sources does not stay for the next", "[sim][unit]") {
    test::dice dice(7);
    layer l;
    l.in = 20;
    l.out = 8;
    l.steps = 7;
    l.geometry.kernel = {3, 3};
    l.geometry.pads = {1, 1, 1, 1};
    network net =
        network_of(l, 9, dice);  // rows of 16 bits, or windows from a few active sources on
    for (std::int8_t& w : net.projections[0].weights) { w = dice.chance(50) ? 127 : -127; }
    population narrow = net.populations[1];
    narrow.name = "narrow";
    narrow.shape.channels = 40;
    narrow.theta.assign(40, 100);
    narrow.bias.assign(40, 0);
    projection some = net.projections[0];  // rows of 8 bits, of a range of channels
    some.target = 3;
    some.source_channels = {3, 17};
    some.target_channels = {0, 40};
    some.weights.assign(40 * 14 * 9, 1);
    net.populations.push_back(narrow);
    net.projections.push_back(some);
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    validate(net);
    sim::simulator reference(net, sim::engine_kind::reference);
    sim::simulator event(net);
    for (const std::int32_t percent : {1, 20, 1, 60, 0, 20}) {
        const sim::encoded_input input = random_input(net.populations[0], percent, dice);
        const bool all = dice.chance(50);
        const sim::sample_output& found = event.run({&input, 1}, {all, all});
        const sim::sample_output& expected = reference.run({&input, 1}, {all, all});
        REQUIRE(found.counts == expected.counts);
        REQUIRE(found.result == expected.result);
    }
}

TEST_CASE("a shift without weights is not carried out", "[sim][unit]") {
    test::dice dice(8);
    layer l;
    l.steps = 8;
    network net = network_of(l, 7, dice);
    net.projections[0].shift = 31;
    std::fill(net.projections[0].weights.begin(), net.projections[0].weights.end(), std::int8_t{0});
    net.populations[1].width_bits = proven_widths(net)[1];
    const sim::encoded_input input = random_input(net.populations[0], 100, dice);
    sim::simulator event(net, sim::engine_kind::event_driven, sim::simd_level::baseline);
    sim::simulator reference(net, sim::engine_kind::reference);
    CHECK(event.run({&input, 1}, {true, true}).result
          == reference.run({&input, 1}, {true, true}).result);
}

TEST_CASE("maps far smaller than their pads take no plane of zeros", "[sim][unit]") {
    test::dice dice(9);
    layer l;
    l.in = 4;
    l.geometry.stride = {65535, 65535};
    l.geometry.pads = {65535, 65535, 65535, 65535};
    const network net = network_of(l, 1, dice);
    const sim::encoded_input input = random_input(net.populations[0], 100, dice);
    sim::simulator event(net);
    sim::simulator reference(net, sim::engine_kind::reference);
    CHECK(event.run({&input, 1}, {true, true}).result
          == reference.run({&input, 1}, {true, true}).result);
}

TEST_CASE("fewer samples than threads go through all threads one after the other", "[sim][unit]") {
    test::dice dice(10);
    layer l;
    l.in = 16;
    l.out = 32;
    l.geometry.kernel = {3, 3};
    network net = network_of(l, 16, dice);
    net.populations[0].input = input_encoding{};
    dataset data;
    data.name = "few";
    data.sample_shape = {16, 16, 16};
    for (std::int32_t i = 0; i < 3 * 16 * 16 * 16; ++i) {
        data.bytes.push_back(static_cast<std::uint8_t>(dice.between(0, 255)));
    }
    sim::options how;
    how.threads = 1;
    const sim::run_result one = sim::run(net, data, how);
    how.threads = 5;
    const sim::run_result five = sim::run(net, data, how);
    CHECK(one.threads == 1);
    CHECK(five.threads == 5);
    CHECK(five.counts == one.counts);
    CHECK(five.samples == one.samples);
}

TEST_CASE("16 bits hold as many entries as the largest weights of one sign allow", "[sim][unit]") {
    const std::vector<std::int8_t> column{100, -100, 100, -100, 100, 1, -1};
    CHECK(sim::entries_in_16_bits(column, 1) == 7);    // 301 and -201 fit whatever comes
    CHECK(sim::entries_in_16_bits(column, 108) == 7);  // 301 * 108 = 32508
    CHECK(sim::entries_in_16_bits(column, 109) == 3);  // 300 * 109 = 32700, 301 * 109 = 32809
    CHECK(sim::entries_in_16_bits(column, 163) == 2);  // 200 * 163 = 32600
    CHECK(sim::entries_in_16_bits(column, 164) == 1);
    CHECK(sim::entries_in_16_bits({-128, -128}, 128) == 2);  // -32768 fits, 32768 would not
}

TEST_CASE("lines of a kernel join where sources and taps ascend together", "[sim][unit]") {
    sim::axis_geometry g{3, 1, 1,    1,
                         5, 5, false};  // kernel, stride, dilation, pad, sources, targets
    const sim::gather_axis plain(g);
    REQUIRE(plain.spans(0).size() == 1);
    CHECK(plain.spans(0)[0].source == 0);
    CHECK(plain.spans(0)[0].tap == 1);
    CHECK(plain.spans(0)[0].count == 2);
    REQUIRE(plain.spans(2).size() == 1);
    CHECK(plain.spans(2)[0].count == 3);
    g.dilation = 2;
    const sim::gather_axis dilated(g);
    REQUIRE(dilated.spans(2).size() == 2);
    CHECK(dilated.spans(2)[1].source == 3);
    CHECK(dilated.spans(2)[1].tap == 1);
}

}  // namespace
