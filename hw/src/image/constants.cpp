// SPDX-License-Identifier: Apache-2.0
#include "constants.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include <synfire/core/coding.hpp>
#include <synfire/core/width.hpp>

namespace synfire::hw::detail {
namespace {

std::int8_t low_byte(std::int64_t value) {
    return static_cast<std::int8_t>(static_cast<std::uint8_t>(value & 0xff));
}

int bytes_for(const std::vector<std::int64_t>& values) {
    const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
    return (bits_for(*lo, *hi) + 7) / 8;
}

/// Digits that are each signed by itself, for rows that are added like weights.
int signed_digits_for(std::int64_t value) {
    int digits = 1;
    while (value < -128 || value > 127) {
        value = (value - low_byte(value)) / 256;
        ++digits;
    }
    return std::min(digits, 4);  // beyond 32 bits the sum wraps around to the right value
}

struct extent {
    std::int64_t lo = std::numeric_limits<std::int64_t>::max();
    std::int64_t hi = std::numeric_limits<std::int64_t>::min();
};

extent biases_of(const population& p, std::int32_t channel) {
    extent e;
    const auto channels = static_cast<std::size_t>(p.shape.channels);
    for (auto n = static_cast<std::size_t>(channel); n < p.shape.neurons(); n += channels) {
        e.lo = std::min(e.lo, p.bias_of(n));
        e.hi = std::max(e.hi, p.bias_of(n));
    }
    return e;
}

/// What is added per neuron are distances from the middle: few digits, so few cycles.
void plan_biases_per_neuron(const population& p, channel_group group, constant_plan& plan) {
    for (std::int32_t c = group.first; c < group.last(); ++c) {
        const extent e = biases_of(p, c);
        const std::int64_t middle = e.lo + (e.hi - e.lo) / 2;
        plan.middle.push_back(middle);
        plan.term_digits = std::max(
            {plan.term_digits, signed_digits_for(e.lo - middle), signed_digits_for(e.hi - middle)});
    }
}

/// The engine masks the number of a digit: with a bias per neuron it is a power of two.
int digits_for(const constant_plan& plan, const engine_config& config) {
    if (config.shared_adder) { return 4; }
    int digits = std::max(bytes_for(plan.bias), plan.term_digits);
    if (!plan.theta.empty()) { digits = std::max(digits, bytes_for(plan.theta)); }
    return digits == 3 && plan.term_digits != 0 ? 4 : digits;
}

std::int64_t largest(int bits) { return (std::int64_t{1} << (bits - 1)) - 1; }

void set_row(const row_writer& rows, std::int64_t row, const std::vector<std::int64_t>& values,
             int digit) {
    for (std::size_t lane = 0; lane < values.size(); ++lane) {
        rows.set(row, static_cast<std::int64_t>(lane), low_byte(values[lane] >> (8 * digit)));
    }
}

/// One value per channel, at each position of a word; padding between the positions.
std::vector<std::int64_t> all_lanes(std::vector<std::int64_t> values, std::int64_t padding,
                                    channel_group group) {
    values.resize(static_cast<std::size_t>(group.pitch), padding);
    std::vector<std::int64_t> lanes;
    for (std::int32_t position = 0; position < group.positions; ++position) {
        lanes.insert(lanes.end(), values.begin(), values.end());
    }
    return lanes;
}

}  // namespace

void constant_plan::fill(const row_writer& rows) const {
    for (int digit = 0; digit < digits; ++digit) {
        set_row(rows, digit, bias, digit);
        if (!theta.empty()) { set_row(rows, digits + digit, theta, digit); }
    }
}

constant_plan plan_constants(const population& p, channel_group group,
                             const engine_config& config) {
    const bool fires = p.kind == population_kind::spiking;
    constant_plan plan;
    if (p.bias_per_neuron) { plan_biases_per_neuron(p, group, plan); }
    const std::int64_t first_step =
        fires && !config.shared_adder ? step_values(p.window).front() : 1;
    for (std::int32_t i = 0; i < group.channels; ++i) {
        const auto channel = static_cast<std::size_t>(group.first + i);
        const std::int64_t half = fires ? p.theta_of(channel) >> 1 : 0;
        plan.bias.push_back(
            half
            + (p.bias_per_neuron ? plan.middle[static_cast<std::size_t>(i)] : p.bias_of(channel)));
        if (fires) { plan.theta.push_back(p.theta_of(channel) * first_step); }
    }
    plan.digits = digits_for(plan, config);
    // Padding lanes stay silent. The threshold must not turn negative where lanes are narrower.
    plan.bias = all_lanes(plan.bias, -1, group);
    const int theta_bits =
        config.shared_adder ? 16 : std::min(8 * plan.digits, config.accumulator_bits);
    if (fires) { plan.theta = all_lanes(plan.theta, largest(theta_bits), group); }
    return plan;
}

term_plan bias_term(const population& p, channel_group group, const constant_plan& constants) {
    const int digits = constants.digits;
    term_plan plan;
    term& t = plan.fields;
    const std::int64_t words = (p.shape.width + group.positions - 1) / group.positions;  // a row
    t.tap_bits = t.x_stride = digits;
    t.y_stride = t.row_bits = words * digits;
    t.map_bits = p.shape.height * t.row_bits;
    t.taps_x = t.taps_y = 1;
    t.constant = 1;
    t.mask_count = group.neurons();
    t.lane_mask = mask_of(group, {group.first, group.last()});
    plan.rows = t.map_bits;
    plan.fill = [&p, group, digits, words, middle = constants.middle](const row_writer& rows) {
        const auto positions = static_cast<std::int64_t>(p.shape.positions());
        for (std::int64_t position = 0; position < positions; ++position) {
            const auto x = static_cast<std::int32_t>(position % p.shape.width);
            const std::int64_t row =
                (position / p.shape.width * words + x / group.positions) * digits;
            for (std::int32_t i = 0; i < group.channels; ++i) {
                const std::int64_t neuron = position * p.shape.channels + group.first + i;
                std::int64_t rest = p.bias_of(static_cast<std::size_t>(neuron))
                                    - middle[static_cast<std::size_t>(i)];
                for (int digit = 0; digit < digits; ++digit) {
                    rows.set(row + digit, group.lane_of(x % group.positions, group.first + i),
                             low_byte(rest));
                    rest = (rest - low_byte(rest)) / 256;
                }
            }
        }
    };
    return plan;
}

}  // namespace synfire::hw::detail
