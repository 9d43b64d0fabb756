// SPDX-License-Identifier: Apache-2.0
// What calibration counts, and whether the step that it chooses is the best.
#include <omp.h>

#include <support/catch.hpp>

#include <cmath>
#include <numeric>
#include <stdexcept>

#include "hand_model.hpp"
#include "quantise/calibration.hpp"

using namespace synfire;
using namespace synfire::converters;
using Catch::Matchers::WithinRel;

namespace {

/// A ReLU of the raw pixels, so that calibration sees them as they are.
neuron_graph raw_pixels(std::int64_t count) {
    test::hand_model m;
    const auto x = m.input({count});
    const auto y = m.relu("relu", m.layer("offset", affine{{-1}, {0}}, {x}, {count}));
    m.output(m.linear("fc", y, 1, std::vector<float>(static_cast<std::size_t>(count), 1)));
    return lower(m.graph, {1.0, {0.0}, {1.0}, false});
}

dataset real_data(std::vector<float> values, std::int64_t per_sample) {
    dataset data;
    data.sample_shape = {per_sample};
    data.reals = std::move(values);
    return data;
}

std::uint64_t total(const magnitude_histogram& h) {
    return std::accumulate(h.bins.begin(), h.bins.end(), std::uint64_t{0});
}

/// Squared error of quantising the values themselves, not their bins.
double error_of(const std::vector<float>& values, double step, std::int32_t levels) {
    double error = 0.0;
    for (const float v : values) {
        const double x = std::abs(static_cast<double>(v));
        const double q = std::min(std::floor(x / step + 0.5), static_cast<double>(levels));
        error += (q * step - x) * (q * step - x);
    }
    return error;
}

}  // namespace

TEST_CASE("calibration counts every value that is not zero in its bin", "[converters][unit]") {
    const neuron_graph graph = raw_pixels(3);
    const dataset data = real_data({-8, -2, 0, -1, 5, -8, 0, 0, -4}, 3);
    const calibration measured = calibrate(graph, data, data.size());
    CHECK(measured.samples == 3);
    CHECK(measured.negative_inputs[0]);
    const magnitude_histogram& h = measured.nodes[1];
    CHECK(h.largest == 8.0);
    REQUIRE(h.bins.size() >= 256);
    const std::size_t unit = h.bins.size() / 8;
    CHECK(total(h) == 5);
    CHECK(h.bins[h.bins.size() - 1]
          == 2);  // 8, twice: the end of the range belongs to the last bin
    CHECK(h.bins[2 * unit] == 1);
    CHECK(h.bins[unit] == 1);
    CHECK(h.bins[4 * unit] == 1);
    // The input is measured by magnitude in raw units; read-outs are not measured.
    CHECK(measured.nodes[0].largest == 8.0);
    CHECK(total(measured.nodes[0]) == 6);
    CHECK(measured.nodes.back().bins.empty());
}

TEST_CASE("samples beyond the wanted number are not looked at", "[converters][unit]") {
    const calibration measured = calibrate(raw_pixels(1), real_data({-1, -2, -100}, 1), 2);
    CHECK(measured.nodes[1].largest == 2.0);
}

TEST_CASE("a node that was never active has no step", "[converters][unit]") {
    const calibration measured = calibrate(raw_pixels(2), real_data({1, 2, 3, 4}, 2), 2);
    CHECK(measured.nodes[1].largest == 0.0);
    CHECK(best_step(measured.nodes[1], 15) == 0.0);
    CHECK_FALSE(measured.negative_inputs[0]);
}

TEST_CASE("errors of a step are split into clipping and rounding", "[converters][unit]") {
    magnitude_histogram h;
    h.largest = 4.0;
    h.bins = {1, 0, 2, 3};  // 0.5, 2.5, 2.5, 3.5, 3.5, 3.5
    const step_error error = error_of_step(h, 1.0, 3);
    CHECK_THAT(error.power, WithinRel(0.25 + 2 * 6.25 + 3 * 12.25, 1e-12));
    CHECK_THAT(error.round, WithinRel(3 * 0.25, 1e-12));
    CHECK_THAT(error.clip, WithinRel(3 * 0.25, 1e-12));
}

TEST_CASE("the step is as good as the best that a search over the values finds",
          "[converters][unit]") {
    const std::int32_t levels = GENERATE(1, 3, 15, 255);
    std::vector<float> values = test::numbers(4000, 5);
    for (float& v : values) { v = -std::abs(v * v * v); }  // most are small, a few are large
    const calibration measured = calibrate(raw_pixels(4000), real_data(values, 4000), 1);
    const double found = error_of(values, best_step(measured.nodes[1], levels), levels);
    double least = found;
    for (int i = 1; i <= 2000; ++i) {
        least = std::min(least,
                         error_of(values, measured.nodes[1].largest * i / 2000 / levels, levels));
    }
    CHECK(found <= 1.05 * least);
    CHECK(least > 0.0);
}

TEST_CASE("calibration is the same for any number of threads", "[converters][unit]") {
    test::hand_model m;
    auto x = m.relu("relu", m.conv("conv", m.input({2, 6, 6}), 5, 3, 1, test::numbers(90, 1)));
    m.output(m.linear("fc", m.flatten("flat", x), 3, test::numbers(540, 2)));
    const neuron_graph graph = lower(m.graph, {});
    const dataset data = test::pixels({2, 6, 6}, 37, 3);
    const int before = omp_get_max_threads();
    omp_set_num_threads(1);
    const calibration once = calibrate(graph, data, data.size());
    for (const int threads : {1, 2, 3, 8}) {
        omp_set_num_threads(threads);
        const calibration again = calibrate(graph, data, data.size());
        for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
            CHECK(again.nodes[i].largest == once.nodes[i].largest);
            CHECK(again.nodes[i].bins == once.nodes[i].bins);
        }
    }
    omp_set_num_threads(before);
}

TEST_CASE("the first failure in sample order leaves a parallel loop", "[converters][unit]") {
    const auto body = [](std::size_t sample, std::size_t) {
        if (sample == 7 || sample == 23) { throw std::runtime_error(std::to_string(sample)); }
    };
    CHECK_THROWS_WITH(for_each_sample(40, body), "7");
}
