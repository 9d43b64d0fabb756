// SPDX-License-Identifier: Apache-2.0
// Real maps as projections with integer weights, in the network's order of neurons.
#include <algorithm>
#include <cmath>
#include <utility>

#include "layout.hpp"
#include "quantise.hpp"

namespace synfire::converters::nir {

namespace {

// More than half of all pairs: rows without column numbers are smaller.
constexpr std::size_t dense_share = 2;

class rounding {
  public:
    rounding(const std::vector<double>& units, double levels, int shift, weight_error& error)
        : units_(units),
          levels_(levels),
          unit_(std::ldexp(1.0, shift)),
          error_(error) {}

    std::int8_t operator()(double weight, std::size_t channel) {
        const double step = units_[channel] * unit_;
        const double code = std::clamp(std::round(weight / step), -levels_, levels_);
        error_.error += (code * step - weight) * (code * step - weight);
        error_.weight += weight * weight;
        return static_cast<std::int8_t>(code);
    }

  private:
    const std::vector<double>& units_;
    double levels_;
    double unit_;
    weight_error& error_;
};

/// Smallest shift with which all weights fit.
int shift_for(const linear_map& map, const shape& to, const std::vector<double>& units,
              double levels) {
    double largest = 0.0;
    const bool windows = map.form == map_form::conv || map.form == map_form::pool;
    const std::size_t rows = windows ? static_cast<std::size_t>(map.output[0]) : map.outputs();
    const std::size_t each = map.values.size() / rows;
    const std::size_t elements = map.outputs() / rows;
    for (std::size_t row = 0; row < rows; ++row) {
        const bool sparse = map.form == map_form::sparse;
        const std::size_t first = sparse ? map.row_ptr[row] : row * each;
        const std::size_t last = sparse ? map.row_ptr[row + 1] : (row + 1) * each;
        const double unit = units[row * elements / to.positions()];
        for (std::size_t e = first; e < last; ++e) {
            largest = std::max(largest, std::abs(map.values[e]) / unit);
        }
    }
    int shift = 0;
    constexpr int most = 31;
    // Half a step more still rounds to the largest code.
    while (shift < most && std::ldexp(largest, -shift) > levels + 0.5) { shift += 1; }
    return shift;
}

void add_window(const linear_map& map, const shape& to, rounding& round, projection& p) {
    const window& w = map.taps;
    const auto side = [](std::int64_t n) { return static_cast<std::int32_t>(n); };
    p.kind = map.form == map_form::conv ? connectivity::conv2d : connectivity::sum_pool;
    p.geometry.kernel = {side(w.kernel[0]), side(w.kernel[1])};
    p.geometry.stride = {side(w.stride[0]), side(w.stride[1])};
    p.geometry.dilation = {side(w.dilation[0]), side(w.dilation[1])};
    p.geometry.pads = {side(w.pads[0]), side(w.pads[1]), side(w.pads[2]), side(w.pads[3])};
    p.groups = map.form == map_form::conv ? side(w.groups) : 1;
    const std::size_t each = map.values.size() / static_cast<std::size_t>(to.channels);
    for (std::size_t n = 0; n < map.values.size(); ++n) {
        p.weights.push_back(round(map.values[n], n / each));
    }
}

void add_dense(const linear_map& map, const shape& from, const shape& to, rounding& round,
               projection& p) {
    p.kind = connectivity::dense;
    const std::vector<std::size_t> source = order_of(from);
    const std::vector<std::size_t> target = order_of(to);
    const auto channels = static_cast<std::size_t>(to.channels);
    p.weights.reserve(source.size() * target.size());
    for (std::size_t t = 0; t < target.size(); ++t) {
        const double* const row = &map.values[target[t] * source.size()];
        for (const std::size_t s : source) { p.weights.push_back(round(row[s], t % channels)); }
    }
}

void add_sparse(const linear_map& map, const shape& from, const shape& to, rounding& round,
                projection& p) {
    p.kind = connectivity::sparse;
    const std::vector<std::size_t> source = order_of(from);
    std::vector<std::int32_t> neuron(source.size());
    for (std::size_t n = 0; n < source.size(); ++n) {
        neuron[source[n]] = static_cast<std::int32_t>(n);
    }
    const std::vector<std::size_t> target = order_of(to);
    const auto channels = static_cast<std::size_t>(to.channels);
    p.row_ptr.push_back(0);
    for (std::size_t t = 0; t < target.size(); ++t) {
        std::vector<std::pair<std::int32_t, double>> row;
        for (std::size_t e = map.row_ptr[target[t]]; e < map.row_ptr[target[t] + 1]; ++e) {
            row.emplace_back(neuron[map.column[e]], map.values[e]);
        }
        std::sort(row.begin(), row.end());
        for (const auto& [column, weight] : row) {
            p.column.push_back(column);
            p.weights.push_back(round(weight, t % channels));
        }
        p.row_ptr.push_back(static_cast<std::int64_t>(p.column.size()));
    }
}

/// One weight per channel between populations of one shape.
bool is_one_to_one(const linear_map& map, const shape& from, const shape& to) {
    if (map.form != map_form::diagonal || !(from == to)) { return false; }
    for (std::size_t n = 0; n < map.values.size(); ++n) {
        if (map.values[n] != map.values[n / to.positions() * to.positions()]) { return false; }
    }
    return true;
}

/// The map in the form in which it becomes a projection.
linear_map fitting(const linear_map& map, const shape& from, const shape& to) {
    const bool windows = map.form == map_form::conv || map.form == map_form::pool;
    const bool same = network_shape(map.input) == from && network_shape(map.output) == to;
    if (map.form == map_form::dense || (windows && same) || is_one_to_one(map, from, to)) {
        return map;
    }
    linear_map sparse = to_sparse(map, "layer");
    const std::size_t pairs = sparse.inputs() * sparse.outputs();
    if (sparse.values.size() <= pairs / dense_share) { return sparse; }
    linear_map dense{map_form::dense, sparse.input, sparse.output, {}, {}, {}, {}};
    dense.values.assign(pairs, 0.0);
    for (std::size_t o = 0; o < sparse.outputs(); ++o) {
        for (std::size_t e = sparse.row_ptr[o]; e < sparse.row_ptr[o + 1]; ++e) {
            dense.values[o * sparse.inputs() + sparse.column[e]] = sparse.values[e];
        }
    }
    return dense;
}

}  // namespace

projection projection_of(const real_path& path, const projection_grid& grid, weight_error& error) {
    const auto& [from, to, units, weight_bits] = grid;
    const linear_map map = fitting(path.map, from, to);
    const bool plain = map.form == map_form::diagonal || map.form == map_form::pool;
    projection p;
    p.source = path.source;
    p.source_channels = {0, from.channels};
    p.target_channels = {0, to.channels};
    p.delay = path.delay;
    // Pools and one-to-one weights have 8 bits whatever the others have.
    p.weight_bits = plain ? 8 : weight_bits;
    const auto levels = static_cast<double>((1 << (p.weight_bits - 1)) - 1);
    p.shift = shift_for(map, to, units, levels);
    rounding round(units, levels, p.shift, error);
    switch (map.form) {
    case map_form::conv:
    case map_form::pool:
        add_window(map, to, round, p);
        break;
    case map_form::dense:
        add_dense(map, from, to, round, p);
        break;
    case map_form::sparse:
        add_sparse(map, from, to, round, p);
        break;
    default:
        p.kind = connectivity::one_to_one;
        for (std::int32_t c = 0; c < to.channels; ++c) {
            const auto channel = static_cast<std::size_t>(c);
            p.weights.push_back(round(map.values[channel * to.positions()], channel));
        }
    }
    return p;
}

}  // namespace synfire::converters::nir
