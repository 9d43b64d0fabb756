// SPDX-License-Identifier: Apache-2.0
#include "digits_stream.hpp"

#include <cmath>
#include <cstdint>
#include <vector>

#include <synfire/core/width.hpp>
#include <synfire/io/dataset.hpp>

namespace synfire::test {

namespace {

constexpr std::size_t pixels = 64;
constexpr std::size_t classes = digit_classes;

/// How much brighter each pixel is in a class than in all samples, four times.
std::vector<std::int8_t> templates() {
    const dataset data = io::load_dataset("digits", io::dataset_part::train);
    std::vector<double> sums((classes + 1) * pixels, 0.0);
    std::vector<double> counts(classes + 1, 0.0);
    for (std::size_t i = 0; i < data.size(); ++i) {
        for (const std::size_t group : {static_cast<std::size_t>(data.labels[i]), classes}) {
            counts[group] += 1.0;
            for (std::size_t p = 0; p < pixels; ++p) {
                sums[group * pixels + p] += data.byte_sample(i)[p];
            }
        }
    }
    std::vector<std::int8_t> weights;
    for (std::size_t c = 0; c < classes; ++c) {
        for (std::size_t p = 0; p < pixels; ++p) {
            const double own = sums[c * pixels + p] / counts[c];
            const double all = sums[classes * pixels + p] / counts[classes];
            weights.push_back(static_cast<std::int8_t>(std::lround(4.0 * (own - all))));
        }
    }
    return weights;
}

population digits_input() {
    population p;
    p.name = "in";
    p.kind = population_kind::input;
    p.shape = {1, 8, 8};
    p.range = {0, 16};
    p.input = input_encoding{};
    p.input->encoder = input_encoder::current;
    p.input->data_shape = {8, 8};
    return p;
}

}  // namespace

network digits_stream() {
    population spikes;
    spikes.name = "spikes";
    spikes.shape = {classes, 1, 1};
    spikes.theta.assign(classes, 20000);
    spikes.bias.assign(classes, 0);
    spikes.streaming = streaming_neuron{};
    population out = spikes;
    out.name = "out";
    out.kind = population_kind::readout;
    out.theta.clear();
    network net;
    net.execution = execution::streaming;
    net.steps = 40;
    net.populations = {digits_input(), spikes, out};
    projection first;
    first.target = 1;
    first.source_channels = {0, 1};
    first.target_channels = {0, classes};
    first.weights = templates();
    projection second;
    second.source = 1;
    second.target = 2;
    second.source_channels = second.target_channels = {0, classes};
    second.kind = connectivity::one_to_one;
    second.weights.assign(classes, 1);
    net.projections = {first, second};
    const std::vector<int> widths = proven_widths(net);
    for (std::size_t i = 0; i < widths.size(); ++i) { net.populations[i].width_bits = widths[i]; }
    return net;
}

network digits_rate_stream() {
    network net = digits_stream();
    net.populations[0].input->encoder = input_encoder::rate;
    net.populations[0].window = {coding::rate, 16};
    return net;
}

}  // namespace synfire::test
