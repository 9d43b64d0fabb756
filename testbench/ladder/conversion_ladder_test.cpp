// SPDX-License-Identifier: Apache-2.0
// Conversions of the zoo on real data: what is lost against the trained network, and that the
// spiking network is the quantised one on every neuron.
#include <omp.h>

#include <filesystem>

#include <synfire/converters/convert.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/io/network_file.hpp>

#include <support/catch.hpp>

#include "levels.hpp"

namespace {

using namespace synfire;

constexpr std::size_t calibration_samples = 256;

struct zoo_network {
    std::string name;
    std::string data;
    std::filesystem::path model() const {
        return std::filesystem::path(SYNFIRE_SOURCE_DIR) / "models/zoo" / name / "model.onnx";
    }
    dataset calibration() const {
        return converters::draw_samples(io::load_dataset(data, io::dataset_part::train),
                                        calibration_samples, 1);
    }
    dataset test() const { return io::load_dataset(data, io::dataset_part::test); }
};

const zoo_network digits{"digits_cnn", "digits"};
const zoo_network fashion{"fashion_cnn", "fashion-mnist"};

converters::convert_options phase(std::int32_t steps) {
    converters::convert_options options;
    options.steps = steps;
    return options;
}

cli::level_comparison converted_and_compared(const zoo_network& net,
                                             const converters::convert_options& options,
                                             std::size_t samples) {
    const converters::conversion conversion =
        converters::convert_onnx(net.model(), net.calibration(), options);
    return cli::compare_levels({net.model(), conversion, net.test(), samples, {}});
}

void check_equal(const cli::level_comparison& levels) {
    CHECK(levels.neurons_compared > 0);
    CHECK(levels.different == 0);
    CHECK_FALSE(levels.first_difference.has_value());
    CHECK(levels.quantised.correct == levels.spiking.correct);
}

}  // namespace

TEST_CASE("digits_cnn keeps its answers, and spikes are the quantised network's",
          "[converters][sim][ladder]") {
    const auto [steps, allowed] = GENERATE(std::pair<std::int32_t, std::size_t>{4, 2},
                                           std::pair<std::int32_t, std::size_t>{8, 0});
    CAPTURE(steps);
    const cli::level_comparison levels = converted_and_compared(digits, phase(steps), 0);
    CHECK(levels.spiking.samples == 360);
    check_equal(levels);
    CHECK(levels.lost <= allowed);
}

TEST_CASE("digits_cnn in rate code and with 4-bit weights equals its quantised network",
          "[converters][sim][ladder]") {
    converters::convert_options options;
    SECTION("rate code of 8 steps") { options.code = coding::rate; }
    SECTION("weights of 4 bits") { options.weight_bits = 4; }
    options.steps = 8;
    const cli::level_comparison levels = converted_and_compared(digits, options, 120);
    check_equal(levels);
    // Far from chance; what these options cost is measured elsewhere.
    CHECK(levels.spiking.accuracy.value_or(0.0) > 0.95);
}

TEST_CASE("fashion_cnn spikes are the quantised network's", "[converters][sim][ladder]") {
    const cli::level_comparison levels = converted_and_compared(fashion, phase(4), 300);
    check_equal(levels);
    CHECK(levels.spiking.accuracy.value_or(0.0) > 0.85);
}

TEST_CASE("a conversion is the same for any number of threads, and the second time",
          "[converters][ladder]") {
    const dataset calibration = digits.calibration();
    const auto hash = [&](int threads) {
        omp_set_num_threads(threads);
        return io::network_hash(converters::convert_onnx(digits.model(), calibration, {}).net);
    };
    const int before = omp_get_max_threads();
    const std::string once = hash(1);
    CHECK(hash(1) == once);
    CHECK(hash(2) == once);
    CHECK(hash(5) == once);
    omp_set_num_threads(before);
}
