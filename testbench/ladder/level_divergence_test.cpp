// SPDX-License-Identifier: Apache-2.0
// First divergence between levels that must be equal: none in a conversion, and a planted one is
// found where it is.
#include <filesystem>

#include <synfire/converters/convert.hpp>
#include <synfire/core/error.hpp>
#include <synfire/io/dataset.hpp>

#include <support/catch.hpp>

#include "ladder.hpp"

using namespace synfire;

namespace {

const std::filesystem::path model =
    std::filesystem::path(SYNFIRE_SOURCE_DIR) / "models/zoo/digits_cnn/model.onnx";

struct digits_ladder {
    digits_ladder()
        : data(io::load_dataset("digits", io::dataset_part::test)),
          conversion(converters::convert_onnx(
              model,
              converters::draw_samples(io::load_dataset("digits", io::dataset_part::train), 32, 1),
              {})) {}

    std::optional<cli::rung> between(int upper, int lower) const {
        return cli::first_divergence({model, {}, conversion, data, 100, 1.0}, {upper, lower});
    }

    dataset data;
    converters::conversion conversion;
};

population line_of(std::int32_t channels) {
    population p;
    p.name = "line";
    p.shape = {channels, 2, 3};
    return p;
}

}  // namespace

TEST_CASE("the levels of a conversion do not part", "[converters][sim][ladder]") {
    const digits_ladder ladder;
    CHECK_FALSE(ladder.between(cli::trained_level, cli::event_level).has_value());
}

TEST_CASE("a bias planted in the spiking network is found at its layer and channel",
          "[converters][sim][ladder]") {
    digits_ladder ladder;
    population* planted = nullptr;
    for (population& p : ladder.conversion.net.populations) {
        if (p.kind == population_kind::spiking && p.shape.channels > 3) { planted = &p; }
    }
    REQUIRE(planted != nullptr);
    REQUIRE_FALSE(planted->bias_per_neuron);
    planted->bias[3] += 1;
    const auto found = ladder.between(cli::quantised_level, cli::event_level);
    REQUIRE(found.has_value());
    CHECK(found->upper == cli::quantised_level);
    CHECK(found->lower == cli::reference_level);
    CHECK(found->must_be_equal());
    CHECK(found->divergence.sample == 0);
    CHECK(found->divergence.layer == planted->name);
    CHECK(found->divergence.neuron.channel == 3);
    CHECK(found->divergence.neuron.y == 0);
    CHECK(found->divergence.neuron.x == 0);
    CHECK(found->divergence.field == "potential");
    CHECK(found->divergence.lower == found->divergence.upper + 1);
    // Both engines run the same network.
    CHECK_FALSE(ladder.between(cli::reference_level, cli::event_level).has_value());
}

TEST_CASE("records part at a potential, else at a code, else at a spike", "[cli][unit]") {
    const population p = line_of(4);
    sim::population_record upper;
    upper.potentials.assign(24, 7);
    upper.codes.assign(24, 2);
    upper.spikes = {{0, 5, 1}, {1, 2, 1}, {1, 21, 1}};
    CHECK_FALSE(cli::compare_records(p, upper, upper, {}).has_value());

    sim::population_record lower = upper;
    lower.spikes = {{0, 5, 1}, {1, 2, 1}, {2, 21, -1}};
    auto found = cli::compare_records(p, upper, lower, {});
    REQUIRE(found.has_value());
    CHECK(found->field == "spikes");
    CHECK(found->step == 1);
    CHECK(found->upper == 1.0);
    CHECK(found->lower == 0.0);
    // Neuron 21 = (y 1 * 3 + x 2) * 4 + channel 1.
    CHECK(found->neuron.channel == 1);
    CHECK(found->neuron.y == 1);
    CHECK(found->neuron.x == 2);

    lower.codes[21] = 3;
    lower.codes[23] = 9;
    found = cli::compare_records(p, upper, lower, {});
    CHECK(found->field == "code");
    CHECK(found->neuron.channel == 1);
    CHECK(found->step == 1);
    CHECK(found->lower == 3.0);

    lower.potentials[8] = -7;
    found = cli::compare_records(p, upper, lower, {});
    CHECK(found->field == "potential");
    CHECK(found->neuron.channel == 0);
    CHECK(found->neuron.x == 2);
    CHECK_FALSE(found->step.has_value());
    CHECK(found->lower == -7.0);

    lower = upper;
    lower.codes.pop_back();
    CHECK(cli::compare_records(p, upper, lower, {})->field == "code");
}

TEST_CASE("levels are named from the trained network downwards", "[cli][unit]") {
    CHECK(cli::level_range_of("L1,L2").lower == cli::quantised_level);
    CHECK_THROWS_AS(cli::level_range_of("L2,L1"), usage_error);
    CHECK_THROWS_AS(cli::level_range_of("L4,L5"), usage_error);
    CHECK_THROWS_AS(cli::level_range_of(""), usage_error);
}
