// SPDX-License-Identifier: Apache-2.0
// Parts of random networks: windows, kernels, weights, and thresholds that follow the potentials
// that really occur.
#pragma once

#include <cstdint>
#include <vector>

#include <support/dice.hpp>
#include <synfire/core/network.hpp>

namespace synfire::test {

/// Codes of each sample, per population.
using sample_codes = std::vector<std::vector<std::int32_t>>;

/// Any coding with 1 to 16 steps whose largest code is at most `largest`.
code_window random_window(dice& d, std::int64_t largest);

/// Part or all of what the window can send; signed now and then.
code_range random_range(dice& d, const code_window& window);

/// Kernel geometry for a source of this size, and the size that it gives.
struct sized_geometry {
    kernel_geometry geometry;
    std::int32_t height = 1;
    std::int32_t width = 1;
};
sized_geometry random_convolution(dice& d, const shape& source);
sized_geometry random_transposed(dice& d, const shape& source);
sized_geometry random_pooling(dice& d, const shape& source);

/// Weights of 2 to `most_bits` bits, some of them zero; sets weight_bits.
void random_weights(dice& d, projection& p, std::size_t count, int most_bits = 8);

/// Sets bias, thresholds and table of the spiking population `number` so that a part of its neurons
/// is active, some are saturated, some sit on a tie; returns its codes. All projections into it
/// exist already. Fire tables come now and then, where `tables` lets them.
sample_codes calibrate(dice& d, network& net, std::size_t number,
                       const std::vector<sample_codes>& codes, bool tables = true);

/// Codes of a spiking population whose projections, bias and thresholds are set.
sample_codes fired_codes(const network& net, std::size_t number,
                         const std::vector<sample_codes>& codes);

}  // namespace synfire::test
