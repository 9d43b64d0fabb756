// SPDX-License-Identifier: Apache-2.0
// The zoo's networks that were trained spiking (models/zoo/*/train.py): the integer network's
// accuracy on the whole test set against the one that snnTorch measured in float.
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <synfire/converters/nir_model.hpp>
#include <synfire/io/dataset.hpp>
#include <synfire/sim/simulator.hpp>

#include "support/catch.hpp"

using namespace synfire;

namespace {

// What the project promises of native networks: half a percentage point.
constexpr double largest_loss = 0.005;

converters::nir_conversion convert(const std::string& name, std::int32_t steps,
                                   input_encoder encoder) {
    converters::nir_conversion_options options;
    options.timing.dialect = converters::nir_dialect::snntorch;
    options.steps = steps;
    options.encoder = encoder;
    return converters::convert_nir(converters::read_nir(std::filesystem::path(SYNFIRE_SOURCE_DIR)
                                                        / "models/zoo" / name / "model.nir"),
                                   options);
}

/// train.py's encoding: row t fires in step t, each pixel once for every level that it is above.
spike_train rows_of(std::span<const std::uint8_t> image) {
    constexpr std::array<int, 4> levels{32, 96, 160, 224};
    constexpr std::size_t side = 28;
    spike_train events;
    for (std::size_t y = 0; y < side; ++y) {
        for (std::size_t x = 0; x < side; ++x) {
            for (std::size_t k = 0; k < levels.size(); ++k) {
                if (image[y * side + x] <= levels[k]) { continue; }
                events.push_back({static_cast<std::int32_t>(y),
                                  static_cast<std::uint32_t>(x * levels.size() + k)});
            }
        }
    }
    return events;
}

}  // namespace

TEST_CASE("a recurrent network that was trained spiking keeps its accuracy", "[converters][nir]") {
    constexpr double trained = 0.8382;  // card.json of models/zoo/fashion_rows
    const network net = convert("fashion_rows", 28, input_encoder::events).net;
    const dataset data = io::load_dataset("fashion-mnist", io::dataset_part::test);
    sim::simulator simulator(net);
    std::size_t correct = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const sim::encoded_input in = sim::encode_events(net.populations[net.find("input")],
                                                         rows_of(data.byte_sample(i)), net.steps);
        const auto answer = simulator.run(std::span(&in, 1)).result.readouts.front().arg_max;
        correct += answer == static_cast<std::size_t>(data.labels[i]) ? 1 : 0;
    }
    const double accuracy = static_cast<double>(correct) / static_cast<double>(data.size());
    INFO("accuracy " << accuracy << ", trained " << trained);
    CHECK(accuracy >= trained - largest_loss);
}

TEST_CASE("a convolutional network that was trained spiking keeps its accuracy",
          "[converters][nir]") {
    constexpr double trained = 0.8362;  // card.json of models/zoo/fashion_spiking_cnn
    const network net = convert("fashion_spiking_cnn", 6, input_encoder::current).net;
    const dataset data = io::load_dataset("fashion-mnist", io::dataset_part::test);
    const sim::run_result result = sim::run(net, data);
    std::size_t correct = 0;
    for (std::size_t i = 0; i < data.size(); ++i) {
        const std::size_t answer = result.samples[i].readouts.front().arg_max;
        correct += answer == static_cast<std::size_t>(data.labels[i]) ? 1 : 0;
    }
    const double accuracy = static_cast<double>(correct) / static_cast<double>(data.size());
    INFO("accuracy " << accuracy << ", trained " << trained);
    CHECK(accuracy >= trained - largest_loss);
}
