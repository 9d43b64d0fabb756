// SPDX-License-Identifier: Apache-2.0
// What networks take of an engine's memories, and what would make them fit.
#include <cstdint>
#include <vector>

#include <support/catch.hpp>
#include <support/random_hardware.hpp>
#include <synfire/core/error.hpp>
#include <synfire/core/validate.hpp>
#include <synfire/hw/expected_codes.hpp>
#include <synfire/hw/needs.hpp>

#include "hand_network.hpp"

using namespace synfire;

namespace {

const code_window four_steps{coding::phase, 4, 0, 0};

/// 64 inputs, dense layers of these sizes, 10 answers.
network mlp(const std::vector<std::int32_t>& sizes) {
    network net;
    net.populations.push_back(test::input_of({64, 1, 1}, four_steps, {0, 15}));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        net.populations.push_back(
            test::spiking_of("layer" + std::to_string(i + 1), {sizes[i], 1, 1}, four_steps));
    }
    net.populations.push_back(test::readout_of(10));
    for (std::size_t i = 0; i + 1 < net.populations.size(); ++i) {
        projection p = test::joined(net, i, i + 1, connectivity::dense);
        p.weights.assign(static_cast<std::size_t>(p.source_channels.count())
                             * static_cast<std::size_t>(p.target_channels.count()),
                         1);
        net.projections.push_back(p);
    }
    return net;
}

hw::engine_config engine_with_rows(std::size_t rows) {
    hw::engine_config config = hw::simulation_config();
    config.counted_rows = rows;
    return config;
}

hw::memory_words words_of(const hw::image& image) {
    return {image.act_words, image.code_words, static_cast<std::int64_t>(image.weight_rows()),
            static_cast<std::int64_t>(image.descriptors.size())};
}

}  // namespace

TEST_CASE("needs are what the image takes", "[hw][unit]") {
    const std::uint64_t seed = test::seed_from_environment(100);
    for (std::uint64_t i = seed; i < seed + 30; ++i) {
        CAPTURE(i);
        const int lanes = 4 << (i % 5);
        const network net = test::make_hardware_case(i, test::simulated_family(lanes)).net;
        const hw::engine_config config = hw::simulation_config(lanes);
        const hw::image_options options{i % 2 == 0};
        const hw::network_needs needs = hw::needs_of(net, config, options);
        CHECK(needs.fits());
        CHECK((needs.all == words_of(hw::make_image(net, config, options))));
        hw::memory_words sum;
        for (const hw::layer_needs& l : needs.layers) {
            sum.weights += l.words.weights;
            sum.program += l.words.program;
            CHECK(l.constant_rows <= l.words.weights);
        }
        CHECK(sum.weights == needs.all.weights);
        CHECK(sum.program == needs.all.program);
    }
}

TEST_CASE("needs of a network that is too large are told with everything that is", "[hw][unit]") {
    hw::engine_config small = hw::simulation_config();
    small.counted_rows = 100;
    small.accumulator_bits = 9;
    const hw::network_needs needs = hw::needs_of(mlp({32}), small);
    CHECK_FALSE(needs.fits());
    CHECK(needs.all.weights > 256);
    CHECK_FALSE(hw::fits_in(needs.all, hw::memory_of(small)));
    CHECK(needs.misfits.size() >= 2);
}

TEST_CASE("an image reuses buffers only where the network does not fit otherwise", "[hw][unit]") {
    const network net = mlp({256, 256, 256, 256});
    hw::engine_config config = hw::simulation_config();
    config.descriptor_address_bits = 11;
    CHECK((words_of(hw::make_fitting_image(net, config)) == hw::needs_of(net, config).all));
    config.act_address_bits = 5;
    CHECK_FALSE(hw::needs_of(net, config).fits());
    CHECK((words_of(hw::make_fitting_image(net, config)) == hw::needs_of(net, config, {true}).all));
    config.act_address_bits = 3;
    CHECK_THROWS_AS(hw::make_fitting_image(net, config), hw::does_not_fit);
}

TEST_CASE("a network does not fit because nobody found how to cut it", "[hw][unit][parts]") {
    // Many small passes, of which more or fewer may stay, and one that takes nearly all rows.
    const network net = mlp({4, 1600});
    std::size_t cut = 0;
    for (std::size_t rows = 1600; rows < 1680; ++rows) {
        CAPTURE(rows);
        const hw::network_needs needs = hw::needs_of(net, engine_with_rows(rows), {.parts = true});
        CHECK(needs.fits() == (needs.in_parts.parts > 1));
        cut += needs.fits() ? 1 : 0;
    }
    CHECK(cut > 60);
}

TEST_CASE("a network whose rows do not fit is cut into as few parts as its passes allow",
          "[hw][unit][parts]") {
    const network net = mlp({64, 64});
    const hw::engine_config config = engine_with_rows(400);
    const hw::network_needs needs = hw::needs_of(net, config, {.parts = true});
    REQUIRE(needs.fits());
    CHECK(needs.in_parts.parts > 1);
    CHECK(needs.in_parts.rows + needs.in_parts.resident_rows == needs.all.weights);
    CHECK(needs.in_parts.cut == std::vector<std::size_t>{1, 2});
    const hw::image made = hw::make_fitting_image(net, config);
    CHECK(made.parts.size() == needs.in_parts.parts);
    CHECK(made.words_a_sample()
          == static_cast<std::size_t>(2 * needs.in_parts.rows + 2 * needs.in_parts.words));
    std::size_t row = made.resident_rows;
    for (const hw::image_part& part : made.parts) {
        CHECK(part.first_row == row);
        CHECK(made.resident_rows + part.rows <= 400);
        CHECK(part.words <= made.program_length());
        row += part.rows;
    }
    CHECK(row == made.weight_rows());
    CHECK(made.resident_rows > 0);  // where they stay, less is loaded
}

TEST_CASE("what fits is not cut, and a pass that is too large alone is told by name",
          "[hw][unit][parts]") {
    CHECK(hw::make_fitting_image(mlp({64}), engine_with_rows(2000)).parts.empty());
    const hw::network_needs needs = hw::needs_of(mlp({64}), engine_with_rows(60), {.parts = true});
    REQUIRE_FALSE(needs.fits());
    CHECK(needs.misfits.front().what == "weight rows of a pass");
    CHECK(needs.misfits.front().where == "population 'layer1'");
    CHECK(needs.in_parts.parts == 0);
}

TEST_CASE("a program that is too long is cut as well", "[hw][unit][parts]") {
    hw::engine_config config = hw::simulation_config();
    config.descriptor_address_bits = 5;
    const hw::image made = hw::make_fitting_image(mlp({64, 64}), config);
    CHECK(made.parts.size() > 4);
    CHECK(made.program_length() <= 32);
    CHECK(made.resident_rows == made.weight_rows());  // nothing but programs is loaded again
}

TEST_CASE("a layer that is pruned as advised fits, and hardly more would", "[hw][unit]") {
    const hw::engine_config config = engine_with_rows(700);
    CHECK_FALSE(hw::pruning_that_fits(mlp({32}), config));
    const auto advice = hw::pruning_that_fits(mlp({96, 16}), config);
    REQUIRE(advice);
    CHECK(advice->populations == std::vector<std::size_t>{1});
    const std::int32_t kept = advice->channels.front();
    CHECK(hw::needs_of(mlp({kept, 16}), config).fits());
    CHECK_FALSE(hw::needs_of(mlp({kept + 8, 16}), config).fits());
}

TEST_CASE("where one layer is not enough, all of them are pruned alike", "[hw][unit]") {
    const hw::engine_config config = engine_with_rows(1200);
    const auto advice = hw::pruning_that_fits(mlp({128, 128}), config);
    REQUIRE(advice);
    CHECK(advice->populations == std::vector<std::size_t>{1, 2});
    CHECK(advice->channels[0] == advice->channels[1]);
    CHECK(hw::needs_of(mlp(advice->channels), config).fits());
}

TEST_CASE("layers that share channels are pruned together", "[hw][unit]") {
    network net = mlp({96, 96});
    projection skip = test::joined(net, 1, 2, connectivity::one_to_one);
    skip.weights.assign(96, 1);
    net.projections.push_back(skip);
    const auto advice = hw::pruning_that_fits(net, engine_with_rows(1600));
    REQUIRE(advice);
    CHECK(advice->populations == std::vector<std::size_t>{1, 2});
}

TEST_CASE("pruning helps no potential that is too wide", "[hw][unit]") {
    hw::engine_config config = engine_with_rows(100);
    config.accumulator_bits = 9;
    CHECK_FALSE(hw::pruning_that_fits(mlp({64}), config));
}

TEST_CASE("made-up samples are as active as the file expects", "[hw][unit]") {
    network net = mlp({512});
    net.populations[0].expected = expected_activity{{8, 16, 16, 32}, {}};
    CHECK_FALSE(hw::has_expected_activity(net));
    CHECK_THROWS_AS(hw::expected_codes(net, 1), bad_input);
    net.populations[1].expected = expected_activity{{50, 0, 100, 200}, {}};
    REQUIRE(hw::has_expected_activity(net));
    CHECK(hw::expected_codes(net, 1) == hw::expected_codes(net, 1));
    CHECK(hw::expected_codes(net, 1) != hw::expected_codes(net, 2));
    std::vector<double> spikes(4);
    constexpr int samples = 40;
    for (int seed = 0; seed < samples; ++seed) {
        const auto codes = hw::expected_codes(net, static_cast<std::uint64_t>(seed));
        REQUIRE(codes.size() == 3);
        CHECK(codes[2].empty());
        for (const std::int32_t code : codes[1]) {
            for (std::size_t t = 0; t < 4; ++t) { spikes[t] += code >> (3 - t) & 1; }
        }
    }
    // Five deviations of a mean over 40 samples of up to 512 * p * (1 - p).
    for (std::size_t t = 0; t < 4; ++t) {
        CHECK(spikes[t] / samples == Approx(net.populations[1].expected->mean_spikes[t]).margin(9));
    }
}
