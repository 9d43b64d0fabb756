// SPDX-License-Identifier: Apache-2.0
#include "threshold.hpp"

#include <algorithm>
#include <cmath>

namespace synfire::converters {

namespace {

constexpr double least_theta =
    64.0;  // below it the rounding of the threshold would cost weight precision
constexpr double dead_theta = 256.0;
constexpr double largest_factor = 127.0;
// Of the largest threshold, which is the operand of a multiplier: 16 bits in the DSP blocks of
// small FPGAs. A channel reaches it only where its weights are small beside those of the layer; its
// codes then are far finer than those of its neighbours already. With less than that, thresholds
// give way before weights do: channels of a layer differ by a factor of 8 and less.
constexpr double spread = 8.0;
constexpr double largest_pair = 127.0 * 128.0;  // what two 8-bit weights can hold of a skip
constexpr int largest_shift = 16;

struct bounds {
    std::int32_t first_step_value;
    int width_bits;
    std::int32_t theta_max;
};

double theta_limit(const channel_facts& c, const bounds& b) {
    const double largest_potential = std::ldexp(1.0, b.width_bits - 1) - 1.0;
    double limit = std::min(static_cast<double>(b.theta_max),
                            largest_potential * std::min(c.slope, 1.0) / b.first_step_value);
    if (c.bias > 0.0) { limit = std::min(limit, largest_potential * c.step / c.bias); }
    if (c.largest_gain > 0.0) { limit = std::min(limit, largest_pair * c.step / c.largest_gain); }
    return std::max(1.0, std::floor(limit));
}

std::int32_t to_theta(double theta, double limit) {
    return static_cast<std::int32_t>(std::clamp(std::floor(theta), 1.0, limit));
}

}  // namespace

threshold_choice choose_thresholds(const std::vector<channel_facts>& channels,
                                   std::int32_t weight_max, std::int32_t first_step_value,
                                   int width_bits, std::int32_t theta_max) {
    const bounds b{first_step_value, width_bits, theta_max};
    const double least = std::min(least_theta, theta_max / spread);
    const auto unlimited = [&](const channel_facts& c, int e) {
        return std::ldexp(c.step * weight_max / c.largest_weight, e);
    };
    threshold_choice choice;
    const auto fine_enough = [&](const channel_facts& c) {
        const double limit = theta_limit(c, b);
        return c.largest_weight <= 0.0
               || std::floor(unlimited(c, choice.shift)) >= std::min(std::floor(least), limit);
    };
    while (choice.shift < largest_shift
           && !std::all_of(channels.begin(), channels.end(), fine_enough)) {
        ++choice.shift;
    }
    for (const channel_facts& c : channels) {
        const double limit = theta_limit(c, b);
        double theta = dead_theta;
        if (c.largest_weight > 0.0) {
            theta = unlimited(c, choice.shift);
        } else if (c.largest_gain > 0.0) {
            theta = largest_factor * c.step / c.largest_gain;
        }
        choice.theta.push_back(to_theta(theta, limit));
    }
    return choice;
}

}  // namespace synfire::converters
