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
    for (const auto& values : plan.below) {
        if (!values.empty()) { digits = std::max(digits, bytes_for(values)); }
    }
    return digits == 3 && plan.term_digits != 0 ? 4 : digits;
}

std::int64_t largest(int bits) { return (std::int64_t{1} << (bits - 1)) - 1; }

void set_row(const row_writer& rows, std::int64_t row, const std::vector<std::int64_t>& values,
             int digit) {
    for (std::size_t lane = 0; lane < values.size(); ++lane) {
        rows.set(row, static_cast<std::int64_t>(lane), low_byte(values[lane] >> (8 * digit)));
    }
}

}  // namespace

void constant_plan::fill(const row_writer& rows) const {
    for (int digit = 0; digit < digits; ++digit) {
        set_row(rows, digit, bias, digit);
        if (!theta.empty()) { set_row(rows, digits + digit, theta, digit); }
        for (std::size_t i = 0; i < below.size(); ++i) {
            const auto before = static_cast<int>(i) + 2;
            if (!below[i].empty()) { set_row(rows, before * digits + digit, below[i], digit); }
        }
    }
}

namespace {

/// x >= 0 becomes x + (theta >> 1); x < 0 becomes -x - 1, and that plus 1 + (theta_neg >> 1).
void plan_below(const population& p, channel_group group, std::int64_t first_step,
                constant_plan& plan) {
    for (std::int32_t c = group.first; c < group.last(); ++c) {
        const auto channel = static_cast<std::size_t>(c);
        plan.below[0].push_back(p.theta_neg_of(channel) * first_step);
        plan.below[1].push_back(-(p.theta_of(channel) >> 1));
        plan.below[2].push_back(-(p.theta_neg_of(channel) >> 1) - 1);
    }
}

}  // namespace

constant_plan plan_constants(const population& p, channel_group group, bool is_signed,
                             const engine_config& config) {
    const bool fires = p.kind == population_kind::spiking;
    constant_plan plan;
    if (p.bias_per_neuron) { plan_biases_per_neuron(p, group, plan); }
    const std::int64_t first_step =
        fires && !config.shared_adder ? step_values(p.window).front() : 1;
    for (std::int32_t lane = 0; lane < group.lanes; ++lane) {
        const auto channel = static_cast<std::size_t>(group.first + lane);
        const std::int64_t half = fires && !is_signed ? p.theta_of(channel) >> 1 : 0;
        plan.bias.push_back(half
                            + (p.bias_per_neuron ? plan.middle[static_cast<std::size_t>(lane)]
                                                 : p.bias_of(channel)));
        if (fires) { plan.theta.push_back(p.theta_of(channel) * first_step); }
    }
    if (is_signed) { plan_below(p, group, first_step, plan); }
    plan.digits = digits_for(plan, config);
    // Padding lanes stay silent. The threshold must not turn negative where lanes are narrower.
    const auto lanes = static_cast<std::size_t>(config.lanes);
    plan.bias.resize(lanes, is_signed ? 0 : -1);
    const int theta_bits =
        config.shared_adder ? 16 : std::min(8 * plan.digits, config.accumulator_bits);
    if (fires) { plan.theta.resize(lanes, largest(theta_bits)); }
    if (is_signed) {
        plan.below[0].resize(lanes, largest(theta_bits));
        plan.below[1].resize(lanes, 0);
        plan.below[2].resize(lanes, 0);
    }
    return plan;
}

term_plan bias_term(const population& p, channel_group group, const constant_plan& constants) {
    const int digits = constants.digits;
    term_plan plan;
    term& t = plan.fields;
    const auto positions = static_cast<std::int64_t>(p.shape.positions());
    t.tap_bits = t.x_stride = digits;
    t.y_stride = t.row_bits = std::int64_t{p.shape.width} * digits;
    t.map_bits = positions * digits;
    t.taps_x = t.taps_y = 1;
    t.constant = 1;
    t.mask_count = group.lanes;
    t.lane_mask = (std::int64_t{1} << group.lanes) - 1;
    plan.rows = positions * digits;
    plan.fill = [&p, group, digits, positions, middle = constants.middle](const row_writer& rows) {
        for (std::int64_t position = 0; position < positions; ++position) {
            for (std::int32_t lane = 0; lane < group.lanes; ++lane) {
                const std::int64_t neuron = position * p.shape.channels + group.first + lane;
                std::int64_t rest = p.bias_of(static_cast<std::size_t>(neuron))
                                    - middle[static_cast<std::size_t>(lane)];
                for (int digit = 0; digit < digits; ++digit) {
                    rows.set(position * digits + digit, lane, low_byte(rest));
                    rest = (rest - low_byte(rest)) / 256;
                }
            }
        }
    };
    return plan;
}

}  // namespace synfire::hw::detail
