// SPDX-License-Identifier: Apache-2.0
// Choice of integer thresholds for the channels of one population.
#pragma once

#include <cstdint>
#include <vector>

namespace synfire::converters {

/// What is known of one channel before its threshold is chosen.
struct channel_facts {
    double step = 0.0;  ///< s_out: real value of one unit of code
    double largest_weight =
        0;                    ///< M_c: largest |W * s_in| over dense, convolution and sparse terms
    double largest_gain = 0;  ///< largest |gain * s_in| over identity and pool terms
    double bias = 0.0;        ///< largest |bias|, real
    double slope = 1.0;       ///< of negative values; theta / slope is a threshold, too
};

struct threshold_choice {
    std::vector<std::int32_t> theta;
    int shift = 0;  ///< e of the weighted terms
};

/// theta_c = min(theta_max, floor(2^e * s_out * weight_max / M_c)) with the smallest e for which
/// every live channel has at least 64 (an eighth of `theta_max`, where that is less). theta_max is
/// 32767 or what the caller says; the choice keeps theta * d_0 and the
/// bias within `width_bits`, and the factor of a skip within two 8-bit weights; otherwise a skip
/// connection does not set the grid; a channel with nothing but skips takes the largest theta whose
/// factors have 8 bits.
threshold_choice choose_thresholds(const std::vector<channel_facts>& channels,
                                   std::int32_t weight_max, std::int32_t first_step_value,
                                   int width_bits, std::int32_t theta_max = 32767);

}  // namespace synfire::converters
