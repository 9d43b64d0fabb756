// SPDX-License-Identifier: Apache-2.0
// Words of several positions, and groups in one term, field by field. That they compute what the
// simulator computes is in image_random_test.cpp.
#include <bit>

#include <synfire/hw/image.hpp>

#include <support/catch.hpp>

#include "hand_network.hpp"

using namespace synfire;

namespace {

constexpr std::int8_t none = -128;

std::int8_t weight(const hw::image& image, std::int64_t row, std::int64_t lane) {
    return image.weights.at(static_cast<std::size_t>(row * image.config.lanes + lane));
}

/// 2x3x3 -> `p` -> a map of `out` -> dense -> out.
network through(const projection& p, const shape& out) {
    network net = test::hand_network();
    net.populations[1] = test::spiking_of("hidden", out, {coding::phase, 3, 0, 0});
    net.projections[0] = p;
    net.projections[0].target = 1;
    net.projections[1] = test::joined(net, 1, 2, connectivity::dense);
    net.projections[1].weights.assign(2 * out.neurons(), 1);
    return net;
}

projection on_all(connectivity kind, const kernel_geometry& geometry, std::int32_t channels) {
    projection p;
    p.kind = kind;
    p.source_channels = {0, 2};
    p.target_channels = {0, channels};
    p.geometry = geometry;
    return p;
}

}  // namespace

TEST_CASE("a layer with few channels computes neighbours in one word", "[hw][unit]") {
    const network net = test::hand_network();  // 2x3x3, conv 3x3, 3x3x3
    const hw::image image = hw::make_image(net, hw::simulation_config());
    const hw::map_info& m = image.maps[1];
    CHECK(m.positions == 2);
    CHECK(m.pitch == 4);
    CHECK(m.columns == 4);  // the last word of a row has a position beside the map
    CHECK(m.bit_of(3 * 3 * 1 + 3 * 2 + 1) == m.act_base + 1 * 16 + 2 * 4 + 1);
    const hw::pass_header& h = image.passes[0].header;
    CHECK(h.width == 2);
    CHECK(h.height == 3);
    CHECK(h.lanes == 6);
    CHECK(h.edge_lanes == 3);
    CHECK(h.edge_end == 4);
    CHECK(h.act_step == 8);
    const hw::term& t = image.passes[0].terms[0];
    CHECK(t.taps_x == 1);
    CHECK(t.tap_bits == (3 + 1) * 2);
    CHECK(t.x_first == -2);
    CHECK(t.x_stride == 4);
    CHECK(t.row_bits == 6);
    CHECK(t.lane_mask == 0x77);
    CHECK(t.mask_count == 6);
    // Column 0 is tap 0 of position 0 and none of position 1; column 3 the other way round.
    const std::vector<std::int8_t>& w = net.projections[0].weights;
    CHECK(weight(image, t.row + 0 * 2 + 1, 2) == w[2 * 18 + 9]);
    CHECK(weight(image, t.row + 0 * 2 + 1, 4 + 2) == none);
    CHECK(weight(image, t.row + 1 * 2 + 1, 4 + 2) == w[2 * 18 + 9]);
    CHECK(weight(image, t.row + 3 * 2 + 1, 2) == none);
    CHECK(weight(image, t.row + 3 * 2 + 1, 4 + 2) == w[2 * 18 + 9 + 2]);
    const hw::pass_header& out = image.passes[1].header;
    CHECK(out.edge_lanes == out.lanes);
    CHECK(out.edge_end == 8);
}

TEST_CASE("positions of a word have the same constants, and padding between them", "[hw][unit]") {
    const hw::image image = hw::make_image(test::hand_network(), hw::simulation_config());
    const hw::pass_header& h = image.passes[0].header;
    CHECK(weight(image, h.constants, 0) == weight(image, h.constants, 4));
    CHECK(weight(image, h.constants + 1, 2) == weight(image, h.constants + 1, 4 + 2));
    CHECK(weight(image, h.constants, 3) == -1);
    CHECK(weight(image, h.constants + 1, 4 + 3) == 127);
}

TEST_CASE("a skip between maps of one arrangement is one run and one row", "[hw][unit]") {
    projection p = on_all(connectivity::one_to_one, {}, 2);
    p.weights = {3, 5};
    const hw::image image = hw::make_image(through(p, {2, 3, 3}), hw::simulation_config());
    const hw::term& t = image.passes[0].terms[0];
    CHECK(image.maps[1].positions == 4);
    CHECK(t.diagonal == 1);
    CHECK(t.tap_bits == 8);
    CHECK(t.x_stride == 8);
    CHECK(t.row_bits == 6);  // where the map ends
    CHECK(weight(image, t.row, 1) == 5);
    CHECK(weight(image, t.row, 2 + 1) == 5);
}

TEST_CASE("rows of a pool say which lanes a source is for", "[hw][unit]") {
    const kernel_geometry pairs{{1, 2}, {1, 1}, {1, 1}, {0, 0, 0, 0}};
    network net = through(on_all(connectivity::window, pairs, 2), {2, 3, 2});
    net.populations[1].kind = population_kind::max_pool;
    net.populations[1].window = net.populations[0].window;
    net.populations[1].range = net.populations[0].range;
    net.populations[1].theta.clear();
    net.populations[1].bias.clear();
    const hw::image image = hw::make_image(net, hw::simulation_config());
    REQUIRE(image.maps[1].positions == 2);  // their windows share a column
    const hw::term& t = image.passes[0].terms[0];
    CHECK(t.diagonal == 0);
    CHECK(t.tap_bits == 3 * 2);
    CHECK(weight(image, t.row + 0 * 2 + 1, 1) == 0);
    CHECK(weight(image, t.row + 0 * 2 + 1, 0) == none);
    CHECK(weight(image, t.row + 0 * 2 + 1, 4 + 1) == none);
    CHECK(weight(image, t.row + 1 * 2 + 1, 1) == 0);
    CHECK(weight(image, t.row + 1 * 2 + 1, 4 + 1) == 0);
}

TEST_CASE("groups of a convolution are one term, unless the adder also fires", "[hw][unit]") {
    network net;
    net.populations = {test::input_of({8, 2, 2}, {coding::phase, 4, 0, 0}, {0, 15}),
                       test::spiking_of("hidden", {8, 2, 2}, {coding::phase, 3, 0, 0}),
                       test::readout_of(2)};
    projection conv = test::joined(net, 0, 1, connectivity::conv2d);
    conv.groups = 4;
    for (std::int8_t w = 0; w < 16; ++w) { conv.weights.push_back(w); }
    projection dense = test::joined(net, 1, 2, connectivity::dense);
    dense.weights.assign(2 * 32, 1);
    net.projections = {conv, dense};
    const hw::image image = hw::make_image(net, hw::simulation_config());
    REQUIRE(image.passes[0].terms.size() == 1);
    const hw::term& t = image.passes[0].terms[0];
    CHECK(t.tap_bits == 8);
    CHECK(t.mask_count == 8);
    CHECK(weight(image, t.row + 5, 4) == 9);  // group 2: channels 4 and 5 on both sides
    CHECK(weight(image, t.row + 5, 3) == none);
    CHECK(weight(image, t.row + 5, 6) == none);
    hw::engine_config shared = hw::simulation_config();
    shared.shared_adder = true;
    shared.firing = shared.fire_tables = 0;
    CHECK(hw::make_image(net, shared).passes[0].terms.size() == 4);
}

TEST_CASE(
    "where the weight rows do not suffice, and where nobody wants them, words have one position",
    "[hw][unit]") {
    const network net = test::hand_network();
    hw::engine_config config = hw::simulation_config();
    const std::size_t rows = hw::make_image(net, config).weight_rows();
    CHECK(rows == (3 * 4 * 2 + 2) + (27 + 1));
    config.counted_rows = rows;
    CHECK(hw::make_image(net, config).maps[1].positions == 2);
    config.counted_rows = rows - 1;
    CHECK(hw::make_image(net, config).maps[1].positions == 1);
    config.counted_rows = 0;
    CHECK(hw::make_image(net, config, {.share_words = false}).maps[1].positions == 1);
    config.shared_adder = true;
    config.firing = config.fire_tables = 0;
    CHECK(hw::make_image(net, config).maps[1].positions == 1);
}

TEST_CASE("as many neighbours share a word as make the layer fastest", "[hw][unit]") {
    const auto positions = [](int lanes, const kernel_geometry& g, const shape& out) {
        projection p = on_all(connectivity::conv2d, g, out.channels);
        p.weights.assign(static_cast<std::size_t>(2 * out.channels * g.kernel[0] * g.kernel[1]), 1);
        network net = through(p, out);
        net.populations[0].shape = {2, 16, 16};
        return hw::make_image(net, hw::simulation_config(lanes)).maps[1].positions;
    };
    const kernel_geometry three{{3, 3}, {1, 1}, {1, 1}, {1, 1, 1, 1}};
    CHECK(positions(32, three, {16, 16, 16}) == 2);
    CHECK(positions(32, three, {17, 16, 16}) == 1);
    CHECK(positions(32, three, {8, 16, 16}) == 4);
    CHECK(positions(8, three, {8, 16, 16}) == 1);
    CHECK(positions(32, three, {1, 16, 16}) == 16);  // no wider than the map
}
