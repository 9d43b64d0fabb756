// SPDX-License-Identifier: Apache-2.0
// Images of hand-made networks, field by field.
#include <synfire/hw/image.hpp>

#include <support/catch.hpp>
#include <support/image_interpreter.hpp>
#include <synfire/core/error.hpp>
#include <synfire/hw/host.hpp>
#include <synfire/sim/simulator.hpp>

#include "hand_network.hpp"

using namespace synfire;
using hw::pass_kind;

namespace {

std::int8_t weight(const hw::image& image, std::int64_t row, int lane) {
    return image.weights.at(static_cast<std::size_t>(row * image.config.lanes + lane));
}

/// Codes and potentials of the interpreted image equal the simulator's.
void check_equal(const network& net, const hw::image& image,
                 const std::vector<std::int32_t>& codes) {
    const std::vector<sim::encoded_input> input{sim::encode_codes(net.populations[0], codes)};
    sim::simulator simulator(net);
    const sim::sample_output& expected = simulator.run(input, {true, true});
    const test::image_result found = test::interpret(image, test::input_patterns(image, input));
    for (std::size_t i = 1; i < net.populations.size(); ++i) {
        const sim::population_record& record = expected.result.populations[i];
        if (net.populations[i].kind == population_kind::readout) {
            CHECK(std::equal(record.potentials.begin(), record.potentials.end(),
                             found.potentials[i].begin(), found.potentials[i].end()));
            continue;
        }
        const std::uint32_t sign = 1U << (hw::pattern_bits_of(image.maps[i].format) - 1);
        for (std::size_t n = 0; n < record.codes.size(); ++n) {
            const std::int32_t q = record.codes[n];
            const auto size = static_cast<std::uint32_t>(q < 0 ? -q : q);
            CHECK(found.patterns[i][n] == (q < 0 ? size | sign : size));
        }
    }
}

constexpr hw::image_options plain{false, false};  ///< one position a word

std::vector<std::int32_t> some_codes(std::size_t count, std::int32_t top) {
    std::vector<std::int32_t> codes;
    for (std::size_t i = 0; i < count; ++i) {
        codes.push_back(static_cast<std::int32_t>(i * 7 % 11) % (top + 1));
    }
    return codes;
}

/// in 2x3x3 -> `p` into hidden of the same shape -> dense -> out.
network two_maps(const projection& p) {
    network net = test::hand_network();
    net.populations[1] = test::spiking_of("hidden", {2, 3, 3}, {coding::phase, 3, 0, 0});
    net.projections[0] = p;
    net.projections[1].source_channels = {0, 2};
    net.projections[1].weights.resize(2 * 18);
    return net;
}

projection one_to_one() {
    projection p;
    p.source_channels = p.target_channels = {0, 2};
    p.target = 1;
    p.kind = connectivity::one_to_one;
    p.weights = {3, 5};
    return p;
}

}  // namespace

TEST_CASE("a padded convolution becomes one merged term", "[hw][unit]") {
    const network net = test::hand_network();
    const hw::image image = hw::make_image(net, hw::simulation_config(), plain);
    REQUIRE(image.passes.size() == 3);
    const hw::pass_info& pass = image.passes[0];
    CHECK(pass.header.kind_of() == pass_kind::fire);
    CHECK(pass.header.steps == 3);
    CHECK(pass.header.lanes == 3);
    CHECK(pass.header.width == 3);
    CHECK(pass.header.act_out == 32);  // behind the one word of the input
    CHECK(pass.header.act_step == 8);
    CHECK(pass.header.code_step == 1);
    CHECK(pass.header.many == 0);
    REQUIRE(pass.terms.size() == 1);
    const hw::term& t = pass.terms[0];
    CHECK(t.x_first == -2);
    CHECK(t.y_first == -6);
    CHECK(t.tap_bits == 6);
    CHECK(t.taps_x == 1);
    CHECK(t.taps_y == 3);
    CHECK(t.row_step == 6);
    CHECK(t.row_bits == 6);
    CHECK(t.map_bits == 18);
    CHECK(t.mask_count == 3);
    CHECK(t.lane_mask == 7);
    CHECK(t.last == 1);
    // Row of tap (ky 1, kx 2), source channel 1; [out][in][ky][kx] of out 2.
    CHECK(weight(image, t.row + (1 * 3 + 2) * 2 + 1, 2)
          == net.projections[0].weights[2 * 18 + 9 + 5]);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("constants hold half a threshold, the first step's threshold and silent padding",
          "[hw][unit]") {
    const hw::image image = hw::make_image(test::hand_network(), hw::simulation_config(), plain);
    const hw::pass_header& h = image.passes[0].header;
    CHECK(h.digits == 1);
    CHECK(weight(image, h.constants, 0) == 1 + 2);
    CHECK(weight(image, h.constants + 1, 0) == 4 * 4);
    CHECK(weight(image, h.constants, 5) == -1);
    CHECK(weight(image, h.constants + 1, 5) == 127);
    const hw::pass_header& out = image.passes[1].header;
    CHECK(out.kind_of() == pass_kind::readout);
    CHECK(weight(image, out.constants, 0) == 0);
    CHECK(image.passes[2].header.kind_of() == pass_kind::emit);
    CHECK(image.passes[2].header.end == 1);
    CHECK(image.passes[2].header.channel == 2);
    CHECK(image.passes[2].header.code_out == out.code_out);
}

TEST_CASE("the program is the packed passes, one behind the other", "[hw][unit]") {
    const hw::image image = hw::make_image(test::hand_network(), hw::simulation_config(), plain);
    CHECK(image.descriptors.size() == 3 * 3 + 2 * 6);
    const hw::packed_header first{image.descriptors[0], image.descriptors[1], image.descriptors[2]};
    CHECK((hw::unpack_header(first) == image.passes[0].header));
    CHECK(image.weight_rows() == (18 + 2) + (27 + 1));
}

TEST_CASE("a dense layer on a padded map has one tap a position", "[hw][unit]") {
    const hw::image image = hw::make_image(test::hand_network(), hw::simulation_config(), plain);
    const hw::term& t = image.passes[1].terms[0];
    CHECK(t.taps_x == 3);
    CHECK(t.taps_y == 3);
    CHECK(t.tap_bits == 3);
    CHECK(t.x_tap == 8);
    CHECK(t.row_step == 3);
}

TEST_CASE("a dense layer on the input is one run", "[hw][unit]") {
    network net = test::hand_network();
    net.populations.erase(net.populations.begin() + 1);
    net.projections = {test::joined(net, 0, 1, connectivity::dense)};
    net.projections[0].weights.assign(2 * 18, 1);
    const hw::image image = hw::make_image(net, hw::simulation_config());
    const hw::term& t = image.passes[0].terms[0];
    CHECK(t.taps_x * t.taps_y == 1);
    CHECK(t.tap_bits == 18);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("one_to_one is diagonal", "[hw][unit]") {
    const network net = two_maps(one_to_one());
    const hw::image image = hw::make_image(net, hw::simulation_config(), plain);
    const hw::term& t = image.passes[0].terms[0];
    CHECK(t.diagonal == 1);
    CHECK(t.tap_bits == 2);
    CHECK(t.x_stride == 2);
    CHECK(weight(image, t.row, 1) == 5);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("a strided shortcut that pads channels is a diagonal term without them", "[hw][unit]") {
    network net = test::hand_network();
    net.populations[1] = test::spiking_of("hidden", {4, 2, 2}, {coding::phase, 3, 0, 0});
    projection p = test::joined(net, 0, 1, connectivity::index);
    p.weights = {1, 3, 5, 7};
    for (int y = 0; y < 2; ++y) {
        for (int x = 0; x < 2; ++x) {
            const int position = 2 * y * 3 + 2 * x;
            p.index.insert(p.index.end(), {-1, 2 * position, 2 * position + 1, -1});
        }
    }
    net.projections = {p, test::joined(net, 1, 2, connectivity::dense)};
    net.projections[1].weights.assign(2 * 16, 1);
    const hw::image image = hw::make_image(net, hw::simulation_config(), plain);
    REQUIRE(image.passes[0].terms.size() == 1);
    const hw::term& t = image.passes[0].terms[0];
    CHECK(t.lane0 == 1);
    CHECK(t.lane_mask == 6);
    CHECK(t.x_stride == 4);
    CHECK(t.y_stride == 12);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("a channel shuffle has one term for each stretch of channels", "[hw][unit]") {
    projection p = one_to_one();
    p.kind = connectivity::index;
    for (int position = 0; position < 9; ++position) {
        p.index.insert(p.index.end(), {2 * position + 1, 2 * position});
    }
    const network net = two_maps(p);
    const hw::image image = hw::make_image(net, hw::simulation_config());
    CHECK(image.passes[0].terms.size() == 2);
    CHECK(image.passes[0].header.many == 1);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("a bias per neuron is a constant term around the channel's middle", "[hw][unit]") {
    network net = two_maps(one_to_one());
    population& p = net.populations[1];
    p.bias_per_neuron = true;
    p.bias.clear();
    for (int n = 0; n < 18; ++n) { p.bias.push_back((n % 2 == 0 ? 30000 : -500) + n * 3); }
    p.theta = {9000, 300};
    const hw::image image = hw::make_image(net, hw::simulation_config(), plain);
    REQUIRE(image.passes[0].terms.size() == 2);
    const hw::term& t = image.passes[0].terms[1];
    CHECK(t.constant == 1);
    CHECK(image.passes[0].header.digits == 4);  // three would do, but digits are masked
    CHECK(t.tap_bits == 4);
    CHECK(t.map_bits == 36);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("rows of biases that repeat are stored once, for a pass of their own", "[hw][unit]") {
    network net = two_maps(one_to_one());
    net.populations[0].shape = net.populations[1].shape = {2, 7, 3};
    net.projections[1].weights.resize(2 * 42);
    population& p = net.populations[1];
    p.bias_per_neuron = true;
    p.bias.clear();
    for (int n = 0; n < 42; ++n) {
        const int y = n / 6;
        p.bias.push_back(y == 0 ? n % 5 : y == 6 ? 40 - n % 4 : 10 + n % 6 * 3);
    }
    const hw::image image = hw::make_image(net, hw::simulation_config(), plain);
    REQUIRE(image.passes.size() == 3 + 2);
    const std::int64_t digits = image.passes[0].header.digits;
    for (std::size_t i = 0; i < 3; ++i) {
        const hw::pass_info& pass = image.passes[i];
        CHECK(pass.header.height == (i == 1 ? 5 : 1));
        CHECK(pass.positions.first == (i == 0 ? 0 : i == 1 ? 3 : 18));
        const hw::term& t = pass.terms.back();
        CHECK(t.row == image.passes[0].terms.back().row);
        CHECK(t.map_bits == 3 * 3 * digits);
        CHECK(t.y_first == static_cast<std::int64_t>(i) * 3 * digits);
        CHECK((t.y_stride == 0) == (i == 1));
    }
    check_equal(net, image, some_codes(42, 15));

    // 3 passes of 15 program words beside the output's 9 and the read-out's 3; one pass fits 32.
    hw::engine_config small = hw::simulation_config();
    small.descriptor_address_bits = 5;
    const hw::image few = hw::make_image(net, small, plain);
    CHECK(few.passes.size() == 1 + 2);
    check_equal(net, few, some_codes(42, 15));
}

TEST_CASE("a group that no projection reaches has a term that adds nothing", "[hw][unit]") {
    network net = test::hand_network();
    net.populations[1] = test::spiking_of("hidden", {12, 3, 3}, {coding::phase, 3, 0, 0});
    net.projections[0].target_channels = {0, 3};
    net.projections[1].source_channels = {0, 12};
    net.projections[1].weights.assign(2 * 12 * 9, 1);
    const hw::image image = hw::make_image(net, hw::simulation_config());
    REQUIRE(image.passes[1].terms.size() == 1);
    CHECK(image.passes[1].terms[0].map_bits == 0);
    CHECK(image.passes[1].terms[0].lane_mask == 0);
    CHECK(image.passes[1].terms[0].last == 1);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("a signed population that is never negative is run unsigned", "[hw][unit]") {
    network net = two_maps(one_to_one());
    net.populations[1].range.lo = -7;
    const hw::image image = hw::make_image(net, hw::simulation_config());
    CHECK_FALSE(image.maps[1].is_signed);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("a signed input has its sign in the pattern", "[hw][unit]") {
    network net = test::hand_network();
    net.populations[0].range = {-15, 15};
    const hw::image image = hw::make_image(net, hw::simulation_config());
    CHECK(image.input.is_signed);
    CHECK(image.input.format == 1);
    std::vector<std::int32_t> codes = some_codes(18, 15);
    for (std::size_t i = 0; i < codes.size(); i += 3) { codes[i] = -codes[i]; }
    check_equal(net, image, codes);
}

TEST_CASE("maps that nobody reads any more give their place away", "[hw][unit]") {
    network net = test::hand_network();
    const projection last = net.projections.back();
    net.projections.pop_back();
    net.populations.pop_back();
    for (std::size_t i = 1; i < 5; ++i) {
        net.populations.push_back(
            test::spiking_of("more" + std::to_string(i), {3, 3, 3}, {coding::phase, 3, 0, 0}));
        projection p = test::joined(net, i, i + 1, connectivity::one_to_one);
        p.weights = {3, 2, 4};
        net.projections.push_back(p);
    }
    net.populations.push_back(test::readout_of(2));
    net.projections.push_back(last);
    net.projections.back().source = 5;
    net.projections.back().target = 6;
    const hw::image kept = hw::make_image(net, hw::simulation_config(), plain);
    const hw::image reused = hw::make_image(net, hw::simulation_config(), {true, false});
    CHECK(kept.act_words == 1 + 5 * 3);
    CHECK(reused.act_words == 1 + 2 * 3);
    check_equal(net, kept, some_codes(18, 15));
    check_equal(net, reused, some_codes(18, 15));
}

TEST_CASE("another weight, another engine: another identity", "[hw][unit]") {
    network net = test::hand_network();
    const std::uint32_t first = hw::make_image(net, hw::simulation_config()).identity;
    CHECK(hw::make_image(net, hw::simulation_config()).identity == first);
    CHECK(hw::make_image(net, hw::simulation_config(16)).identity != first);
    net.projections[0].weights[3] += 1;
    CHECK(hw::make_image(net, hw::simulation_config()).identity != first);
}

TEST_CASE("signed codes have a range, two thresholds and two offsets", "[hw][unit]") {
    network net = two_maps(one_to_one());
    population& p = net.populations[1];
    p.range = {-7, 5};
    p.theta = {9, 8};
    p.theta_neg = {20, 3};
    p.bias = {-4, 0};
    net.populations[0].range = {-15, 15};
    const hw::image image = hw::make_image(net, hw::simulation_config());
    const hw::pass_info& pass = image.passes[0];
    CHECK(pass.header.ranged == 1);
    CHECK(pass.range.limit == 5 << 13);
    CHECK(pass.range.limit_below == 7 << 13);
    CHECK(pass.range.is_signed == 1);
    CHECK(image.maps[1].is_signed);
    CHECK(pass.header.digits == 1);
    const std::int64_t rows = pass.header.constants;
    CHECK(weight(image, rows, 0) == -4);  // the sign is decided before half a threshold is added
    CHECK(weight(image, rows + 1, 0) == 9 * 4);
    CHECK(weight(image, rows + 2, 0) == 20 * 4);
    CHECK(weight(image, rows + 3, 0) == -4);
    CHECK(weight(image, rows + 4, 0) == -11);
    std::vector<std::int32_t> codes = some_codes(18, 15);
    for (std::size_t i = 0; i < codes.size(); i += 2) { codes[i] = -codes[i]; }
    check_equal(net, image, codes);
}

TEST_CASE("a transposed convolution has one pass for each row and phase, and weights once",
          "[hw][unit]") {
    network net = test::hand_network();
    net.populations[1] = test::spiking_of("hidden", {3, 6, 6}, {coding::phase, 3, 0, 0});
    projection& p = net.projections[0];
    p.kind = connectivity::conv_transpose2d;
    p.geometry = {{4, 4}, {2, 2}, {1, 1}, {1, 1, 1, 1}};
    p.weights.clear();
    for (int i = 0; i < 2 * 3 * 16; ++i) {
        p.weights.push_back(static_cast<std::int8_t>(i % 9 - 2));
    }
    net.projections[1].weights.assign(std::size_t{2} * 3 * 36, 1);
    const hw::image image = hw::make_image(net, hw::simulation_config());
    REQUIRE(image.passes.size() == 12 + 2);
    CHECK(image.passes[1].header.width == 3);
    CHECK(image.passes[1].header.height == 1);
    CHECK((image.passes[1].positions == hw::pass_positions{1, 2}));
    CHECK(image.passes[4].terms[0].row == image.passes[0].terms[0].row);
    CHECK(image.weight_rows() == 4 * (8 + 2) + 108 + 1);
    check_equal(net, image, some_codes(18, 15));
}

TEST_CASE("several inputs lie behind each other in one stream of the widest pattern",
          "[hw][unit]") {
    network net = test::hand_network();
    net.populations.push_back(test::input_of({5, 1, 1}, {coding::phase, 6, 0, 0}, {-63, 63}));
    net.populations.back().name = "second";
    projection more = test::joined(net, 3, 2, connectivity::dense);
    for (int i = 0; i < 10; ++i) { more.weights.push_back(static_cast<std::int8_t>(i - 4)); }
    net.projections.push_back(more);
    const hw::image image = hw::make_image(net, hw::simulation_config());
    REQUIRE(image.inputs.size() == 2);
    CHECK(image.inputs[1].population == 3);
    CHECK(image.inputs[1].first == 32);
    CHECK(image.inputs[0].format == 1);
    CHECK(image.input.neurons == 37);
    CHECK(image.input.steps == 6);
    CHECK(image.input.is_signed);
    const std::vector<std::vector<std::int32_t>> codes{some_codes(18, 15), {0, -63, 1, 5, 0}};
    const std::vector<sim::encoded_input> inputs{sim::encode_codes(net.populations[0], codes[0]),
                                                 sim::encode_codes(net.populations[3], codes[1])};
    sim::simulator simulator(net);
    const auto expected = simulator.run(inputs, {true, true}).result.populations[2].potentials;
    const auto found = test::interpret(image, test::input_patterns(image, inputs)).potentials[2];
    CHECK(std::equal(expected.begin(), expected.end(), found.begin(), found.end()));
    const std::vector<spike_train> spikes{inputs[0].spikes, inputs[1].spikes};
    CHECK(hw::encode(image, codes) == hw::encode(image, spikes));
    CHECK_THROWS_AS(hw::encode(image, std::vector<spike_train>{spikes[0]}), bad_input);
}
