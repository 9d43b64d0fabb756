// SPDX-License-Identifier: Apache-2.0
// Small networks with exact counts of made-up spikes, and tables with prices that are easy to add
// up.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>

#include <synfire/core/activity.hpp>
#include <synfire/core/network.hpp>
#include <synfire/energy/cost_table.hpp>
#include <synfire/energy/dense_baseline.hpp>

namespace synfire::test {

/// input -> fully connected read-out, both vectors.
network fully_connected(std::int32_t inputs, std::int32_t outputs, std::int32_t steps = 4);

/// input 1x8x8 -> conv 3x3 (8 channels) -> max pool 2 -> fully connected read-out of 10.
network small_cnn();

/// One convolution of any geometry between an input and a spiking population.
struct conv_options {
    std::int32_t in_channels = 4;
    std::int32_t out_channels = 8;
    std::int32_t size = 6;
    std::int32_t kernel = 3;
    std::int32_t stride = 1;
    std::int32_t pad = 1;
    std::int32_t dilation = 1;
    std::int32_t groups = 1;
};
network single_conv(const conv_options& options);

/// Exact counts where every neuron that is not a read-out fires with the probability `density`,
/// each active neuron with a random number of spikes up to its window.
activity random_activity(const network& net, double density, std::uint64_t samples, unsigned seed);

/// Dense counts of the weighted populations; activations are non-zero with the given densities.
energy::dense_counts dense_counts_of(const network& net, std::uint64_t samples,
                                     double float_density, double code_density);

/// Every operation costs 1 pJ, a read 10 pJ, a write 20 pJ; no interval has a width.
energy::cost_table round_prices();

/// Every price of `table` moved to the product with `factor`.
energy::cost_table scaled(energy::cost_table table, double factor);

}  // namespace synfire::test
