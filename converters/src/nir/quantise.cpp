// SPDX-License-Identifier: Apache-2.0
// Units: the largest weight of a channel fills the weight bits; a power of two, common to the
// layer, then makes the unit fine enough for thresholds and leaks.
#include "quantise.hpp"

#include <algorithm>
#include <cmath>

#include "layout.hpp"

namespace synfire::converters::nir {

namespace {

// A leak of 1 in 100 rounds towards zero by up to a unit a step, 100 units in all: below 1 % of a
// threshold of this size.
constexpr double least_theta = 1 << 14;
// Readouts have no threshold that sets their scale; their weights get this shift.
constexpr double readout_fineness = 1 << 7;
// Sums of arrivals, potential and current stay within 32 bits.
constexpr double largest_arrivals = 1 << 29;
constexpr int readout_state_bits = 30;

double levels_of(int bits) { return static_cast<double>((1 << (bits - 1)) - 1); }

std::size_t channel_of(std::size_t element, const shape& layout) {
    return element / layout.positions();
}

struct row_sums {
    std::vector<double> largest;  ///< absolute value, per channel
    std::vector<double> total;    ///< largest sum of absolute values of a row, per channel
};

/// Entries of a row, without making windows sparse.
row_sums sums_of(const linear_map& map, const shape& layout) {
    row_sums sums;
    sums.largest.assign(static_cast<std::size_t>(layout.channels), 0.0);
    sums.total = sums.largest;
    const bool windows = map.form == map_form::conv || map.form == map_form::pool;
    const std::size_t rows = windows ? static_cast<std::size_t>(map.output[0]) : map.outputs();
    const std::size_t each = map.values.size() / rows;
    for (std::size_t row = 0; row < rows; ++row) {
        const bool sparse = map.form == map_form::sparse;
        const std::size_t first = sparse ? map.row_ptr[row] : row * each;
        const std::size_t last = sparse ? map.row_ptr[row + 1] : (row + 1) * each;
        double total = 0.0;
        double largest = 0.0;
        for (std::size_t e = first; e < last; ++e) {
            total += std::abs(map.values[e]);
            largest = std::max(largest, std::abs(map.values[e]));
        }
        if (map.form == map_form::pool) {
            total *= static_cast<double>(map.taps.kernel[0] * map.taps.kernel[1]);
        }
        const std::size_t elements = windows ? map.outputs() / rows : 1;
        for (std::size_t n = row * elements; n < (row + 1) * elements; ++n) {
            const std::size_t c = channel_of(n, layout);
            sums.largest[c] = std::max(sums.largest[c], largest);
            sums.total[c] = std::max(sums.total[c], total);
        }
    }
    return sums;
}

bool is_main(const linear_map& map) {
    return map.form != map_form::diagonal && map.form != map_form::pool;
}

/// Largest weight and largest sum of arrivals of each channel.
row_sums sums_of(const real_layer& layer, const shape& layout) {
    row_sums all;
    all.largest.assign(static_cast<std::size_t>(layout.channels), 0.0);
    all.total = all.largest;
    const bool mains = std::any_of(layer.paths.begin(), layer.paths.end(),
                                   [](const real_path& p) { return is_main(p.map); });
    for (const real_path& path : layer.paths) {
        const row_sums one = sums_of(path.map, layout);
        for (std::size_t c = 0; c < all.largest.size(); ++c) {
            if (!mains || is_main(path.map)) {
                all.largest[c] = std::max(all.largest[c], one.largest[c]);
            }
            all.total[c] += one.total[c] * path.largest_code;
        }
    }
    for (std::size_t n = 0; n < layer.bias.size(); ++n) {
        const std::size_t c = channel_of(n, layout);
        all.total[c] = std::max(all.total[c], all.total[c] + std::abs(layer.bias[n]));
    }
    return all;
}

std::vector<double> readout_units(const row_sums& sums, double levels) {
    const double largest = *std::max_element(sums.largest.begin(), sums.largest.end());
    const double total = *std::max_element(sums.total.begin(), sums.total.end());
    const double unit = std::max(largest / levels / readout_fineness, total / largest_arrivals);
    return std::vector<double>(sums.largest.size(), unit > 0.0 ? unit : 1.0);
}

std::vector<double> per_channel(const std::vector<double>& values, const shape& layout) {
    std::vector<double> out;
    for (std::size_t n = 0; n < values.size(); n += layout.positions()) {
        out.push_back(values[n]);
    }
    return out;
}

/// Smallest theta in units: v > theta, or v >= theta where `inclusive`.
std::int32_t theta_of(double theta, bool inclusive) {
    const double nearest = std::round(theta);
    constexpr double same = 1e-7;
    if (std::abs(theta - nearest) > same * std::max(1.0, nearest)) {
        return static_cast<std::int32_t>(std::ceil(theta));
    }
    return static_cast<std::int32_t>(nearest) + (inclusive ? 0 : 1);
}

std::vector<std::int32_t> decays_of(const std::vector<double>& decay, const shape& layout,
                                    std::int32_t bits) {
    std::vector<std::int32_t> out;
    for (const double d : per_channel(decay, layout)) {
        out.push_back(static_cast<std::int32_t>(std::round(std::ldexp(d, bits))));
    }
    return out;
}

void add_biases(const real_layer& layer, const shape& layout, const std::vector<double>& units,
                population& p) {
    const std::vector<std::size_t> order = order_of(layout);
    std::vector<std::int64_t> each(order.size());
    const auto channels = static_cast<std::size_t>(layout.channels);
    bool uniform = true;
    for (std::size_t n = 0; n < order.size(); ++n) {
        each[n] = std::llround(layer.bias[order[n]] / units[n % channels]);
        uniform = uniform && each[n] == each[n % channels];
    }
    p.bias_per_neuron = !uniform;
    if (uniform) { each.resize(channels); }
    p.bias = std::move(each);
}

void add_thresholds(const dynamics& d, const shape& layout, const std::vector<double>& units,
                    population& p) {
    // Without leak v - 1 behaves as v does: then v >= theta says v > theta, and exactly theta is
    // taken off.
    const bool leaks =
        std::any_of(d.decay_v.begin(), d.decay_v.end(), [](double x) { return x != 0.0; });
    const bool shifted = !leaks && d.reset == reset_rule::subtract && !d.fires_at_threshold;
    const std::vector<double> thresholds = per_channel(d.threshold, layout);
    for (std::size_t c = 0; c < thresholds.size(); ++c) {
        p.theta.push_back(theta_of(thresholds[c] / units[c], d.fires_at_threshold || shifted));
    }
    p.streaming->reset = d.reset;
    if (!shifted) { return; }
    p.streaming->initial_v.resize(thresholds.size(), 0);
    for (std::int32_t& v : p.streaming->initial_v) { v -= 1; }
}

}  // namespace

std::vector<double> units_of(const real_layer& layer, const shape& layout,
                             const nir_conversion_options& options) {
    const row_sums sums = sums_of(layer, layout);
    const double levels = levels_of(options.weight_bits);
    const dynamics& d = layer.part.moves;
    if (!d.fires()) { return readout_units(sums, levels); }
    const std::vector<double> theta = per_channel(d.threshold, layout);
    const double most_theta = std::ldexp(1.0, options.state_bits - 2);
    double fineness = 1.0;
    for (std::size_t c = 0; c < theta.size(); ++c) {
        while (sums.largest[c] > 0.0
               && theta[c] * levels * fineness / sums.largest[c] < least_theta) {
            fineness *= 2.0;
        }
    }
    std::vector<double> units(theta.size());
    double common = 0.0;
    for (std::size_t c = 0; c < theta.size(); ++c) {
        const double fine =
            sums.largest[c] > 0.0 ? sums.largest[c] / levels / fineness : theta[c] / least_theta;
        units[c] = std::max({fine, theta[c] / most_theta, sums.total[c] / largest_arrivals});
        common = std::max(common, theta[c] / units[c]);
    }
    if (d.floor) {
        // One bound holds for all channels: their thresholds are then equal.
        for (std::size_t c = 0; c < theta.size(); ++c) { units[c] = theta[c] / std::round(common); }
    }
    return units;
}

population quantised(const real_layer& layer, const shape& layout, const std::vector<double>& units,
                     const nir_conversion_options& options) {
    const dynamics& d = layer.part.moves;
    population p;
    p.name = layer.part.name;
    p.kind = layer.part.kind;
    p.shape = layout;
    p.streaming = streaming_neuron{};
    streaming_neuron& s = *p.streaming;
    s.decay_bits = options.decay_bits;
    if (std::any_of(d.decay_v.begin(), d.decay_v.end(), [](double x) { return x != 0.0; })) {
        s.decay_v = decays_of(d.decay_v, layout, s.decay_bits);
    }
    if (!d.decay_s.empty()) { s.decay_s = decays_of(d.decay_s, layout, s.decay_bits); }
    const int bits = d.fires() ? options.state_bits : readout_state_bits;
    s.v_range = {-(1 << (bits - 1)), (1 << (bits - 1)) - 1};
    s.s_range = s.v_range;
    if (!d.initial.empty()) {
        const std::vector<double> initial = per_channel(d.initial, layout);
        for (std::size_t c = 0; c < initial.size(); ++c) {
            s.initial_v.push_back(static_cast<std::int32_t>(
                std::llround(std::clamp(initial[c] / units[c], static_cast<double>(s.v_range.lo),
                                        static_cast<double>(s.v_range.hi)))));
        }
    }
    add_biases(layer, layout, units, p);
    if (d.fires()) {
        add_thresholds(d, layout, units, p);
        p.scale.assign(units.size(), 1.0);
        if (d.floor) { s.v_range.lo = -p.theta.front(); }
    } else {
        p.scale = units;
        s.answer = options.answer;
    }
    return p;
}

}  // namespace synfire::converters::nir
