// SPDX-License-Identifier: Apache-2.0
#include "constants.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include <synfire/core/coding.hpp>
#include <synfire/core/width.hpp>

#include "streaming.hpp"
#include "tables.hpp"

namespace synfire::hw::detail {
namespace {

/// The lowest bits, the top one being a sign.
std::int64_t low_digit(std::int64_t value, int bits) {
    const std::int64_t modulus = std::int64_t{1} << bits;
    const std::int64_t digit = value & (modulus - 1);
    return digit >= modulus / 2 ? digit - modulus : digit;
}

int bytes_for(const std::vector<std::int64_t>& values) {
    const auto [lo, hi] = std::minmax_element(values.begin(), values.end());
    return (bits_for(*lo, *hi) + 7) / 8;
}

/// Digits that are each signed by itself, for rows that are added like weights.
int signed_digits_for(std::int64_t value, int bits) {
    int digits = 1;
    while (value != low_digit(value, bits)) {
        value = (value - low_digit(value, bits)) >> bits;
        ++digits;
    }
    return std::min(digits, 32 / bits);  // beyond 32 bits the sum wraps around to the right value
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
        plan.term_digits =
            std::max({plan.term_digits, signed_digits_for(e.lo - middle, plan.digit_bits),
                      signed_digits_for(e.hi - middle, plan.digit_bits)});
    }
}

/// The engine masks the number of a digit: with a bias per neuron it is a power of two.
int bytes_for(const constant_plan& plan, const engine_config& config) {
    if (config.shared_adder) { return config.constant_bytes(); }
    const int a_byte = config.digits_a_byte();
    int bytes = std::max(bytes_for(plan.bias), (plan.term_digits + a_byte - 1) / a_byte);
    if (!plan.theta.empty()) { bytes = std::max(bytes, bytes_for(plan.theta)); }
    for (const auto& values : plan.below) {
        if (!values.empty()) { bytes = std::max(bytes, bytes_for(values)); }
    }
    for (const auto& values : plan.state) {
        if (!values.empty()) { bytes = std::max(bytes, bytes_for(values)); }
    }
    return bytes == 3 && plan.term_digits != 0 ? 4 : bytes;
}

std::int64_t largest(int bits) { return (std::int64_t{1} << (bits - 1)) - 1; }

/// One constant of each lane in the rows from `first` on: a digit a row, or so many lanes a row
/// that all their digits fill it.
void set_constants(const row_writer& rows, std::int64_t first, const constant_plan& plan,
                   const std::vector<std::int64_t>& values) {
    const auto lanes = static_cast<std::int64_t>(values.size());
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
        for (std::int64_t digit = 0; digit < plan.digits; ++digit) {
            const std::int64_t flat = lane * plan.digits + digit;
            const std::int64_t row = plan.whole ? flat / lanes : digit;
            const std::int64_t place = plan.whole ? flat % lanes : lane;
            const std::int64_t value = values[static_cast<std::size_t>(lane)];
            rows.set(first + row, place,
                     static_cast<std::int8_t>(
                         low_digit(value >> (plan.digit_bits * digit), plan.digit_bits)));
        }
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
    set_constants(rows, 0, *this, bias);
    if (!theta.empty()) { set_constants(rows, digits, *this, theta); }
    for (std::size_t i = 0; i < below.size(); ++i) {
        const auto before = static_cast<std::int64_t>(i) + 2;
        if (!below[i].empty()) { set_constants(rows, before * digits, *this, below[i]); }
    }
    for (std::size_t i = 0; i < state.size(); ++i) {
        const auto before = static_cast<std::int64_t>(i) + 2;
        if (!state[i].empty()) { set_constants(rows, before * digits, *this, state[i]); }
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

/// Bias and threshold as they are, and the state's constants; read-outs have no threshold to reach.
void plan_streaming(const population& p, channel_group group, constant_plan& plan) {
    for (std::int32_t i = 0; i < group.channels; ++i) {
        const auto channel = static_cast<std::size_t>(group.first + i);
        plan.bias.push_back(p.bias_per_neuron ? plan.middle[static_cast<std::size_t>(i)]
                                              : p.bias_of(channel));
        plan.theta.push_back(p.kind == population_kind::spiking ? p.theta_of(channel) : 0);
        const state_constants state = plan_state(p, group.first + i);
        for (std::size_t k = 0; k < state.size(); ++k) { plan.state[k].push_back(state[k]); }
    }
}

void plan_firing(const population& p, channel_group group, bool is_signed, bool shared_adder,
                 constant_plan& plan) {
    const bool fires = p.kind == population_kind::spiking;
    const code_window& window = p.table ? window_of_index(*p.table) : p.window;
    const std::int64_t first_step = fires && !shared_adder ? step_values(window).front() : 1;
    for (std::int32_t i = 0; i < group.channels; ++i) {
        const auto channel = static_cast<std::size_t>(group.first + i);
        const std::int64_t half = fires && !is_signed ? p.theta_of(channel) >> 1 : 0;
        plan.bias.push_back(
            half
            + (p.bias_per_neuron ? plan.middle[static_cast<std::size_t>(i)] : p.bias_of(channel)));
        if (fires) { plan.theta.push_back(p.theta_of(channel) * first_step); }
    }
    if (is_signed) { plan_below(p, group, first_step, plan); }
}

}  // namespace

constant_plan plan_constants(const population& p, channel_group group, bool is_signed,
                             const engine_config& config) {
    const bool fires = p.kind == population_kind::spiking;
    constant_plan plan;
    plan.digit_bits = config.weight_bits;
    plan.whole = config.shared_adder;
    if (p.bias_per_neuron) { plan_biases_per_neuron(p, group, plan); }
    const bool keeps = p.streaming.has_value();
    if (keeps) {
        plan_streaming(p, group, plan);
    } else {
        plan_firing(p, group, is_signed, config.shared_adder, plan);
    }
    plan.bytes = bytes_for(plan, config);
    plan.digits = plan.bytes * config.digits_a_byte();
    // Padding lanes stay silent. The threshold must not turn negative where lanes are narrower.
    plan.bias = all_lanes(plan.bias, is_signed || keeps ? 0 : -1, group);
    const int theta_bits = config.shared_adder ? config.theta_bits()
                                               : std::min(8 * plan.bytes, config.accumulator_bits);
    if (fires || keeps) { plan.theta = all_lanes(plan.theta, largest(theta_bits), group); }
    for (auto& values : plan.state) {
        if (keeps) { values = all_lanes(values, 0, group); }
    }
    if (is_signed) {
        plan.below[0] = all_lanes(plan.below[0], largest(theta_bits), group);
        plan.below[1] = all_lanes(plan.below[1], 0, group);
        plan.below[2] = all_lanes(plan.below[2], 0, group);
    }
    return plan;
}

namespace {

/// Row of the map whose biases are stored in each place, band behind band.
std::vector<std::int32_t> stored_rows(const std::vector<row_band>& bands) {
    std::vector<std::int32_t> rows;
    for (const row_band& band : bands) {
        for (std::int32_t i = 0; i < band.stored_rows(); ++i) { rows.push_back(band.first + i); }
    }
    return rows;
}

}  // namespace

term_plan bias_term(const population& p, channel_group group, const constant_plan& constants,
                    const std::vector<row_band>& bands) {
    const int digits = constants.digits;
    term_plan plan;
    term& t = plan.fields;
    const std::vector<std::int32_t> stored = stored_rows(bands);
    const std::int64_t words = (p.shape.width + group.positions - 1) / group.positions;  // a row
    t.tap_bits = t.x_stride = digits;
    t.y_stride = t.row_bits = words * digits;
    t.map_bits = static_cast<std::int64_t>(stored.size()) * t.row_bits;
    t.taps_x = t.taps_y = 1;
    t.constant = 1;
    t.mask_count = group.neurons();
    t.lane_mask = mask_of(group, {group.first, group.last()});
    plan.rows = t.map_bits;
    plan.fill = [&p, group, digits, words, stored, bits = constants.digit_bits,
                 middle = constants.middle](const row_writer& rows) {
        const auto positions = static_cast<std::int64_t>(stored.size()) * p.shape.width;
        for (std::int64_t position = 0; position < positions; ++position) {
            const auto x = static_cast<std::int32_t>(position % p.shape.width);
            const std::int64_t place = position / p.shape.width;
            const std::int64_t row = (place * words + x / group.positions) * digits;
            const std::int64_t y = stored[static_cast<std::size_t>(place)];
            for (std::int32_t i = 0; i < group.channels; ++i) {
                const std::int64_t neuron =
                    (y * p.shape.width + x) * p.shape.channels + group.first + i;
                std::int64_t rest = p.bias_of(static_cast<std::size_t>(neuron))
                                    - middle[static_cast<std::size_t>(i)];
                for (int digit = 0; digit < digits; ++digit) {
                    const std::int64_t low = low_digit(rest, bits);
                    rows.set(row + digit, group.lane_of(x % group.positions, group.first + i),
                             static_cast<std::int8_t>(low));
                    rest = (rest - low) >> bits;
                }
            }
        }
    };
    return plan;
}

}  // namespace synfire::hw::detail
