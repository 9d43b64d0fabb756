// SPDX-License-Identifier: Apache-2.0
#include "linear_map.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include <synfire/core/error.hpp>

namespace synfire::converters::nir {

namespace {

// About half a gigabyte while it is built.
constexpr std::size_t most_entries = std::size_t{1} << 25;

std::array<std::int64_t, 3> volume(const nir_shape& s) {
    return s.size() == 3 ? std::array<std::int64_t, 3>{s[0], s[1], s[2]}
                         : std::array<std::int64_t, 3>{s[0], 1, s.back()};
}

class row_builder {
  public:
    row_builder(nir_shape input, nir_shape output, const std::string& where) : where_(where) {
        map_.form = map_form::sparse;
        map_.input = std::move(input);
        map_.output = std::move(output);
        map_.row_ptr.push_back(0);
    }

    void add(std::size_t column, double value) { row_.emplace_back(column, value); }

    void end_row() {
        std::stable_sort(row_.begin(), row_.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < row_.size(); ++i) {
            const bool again = i > 0 && row_[i].first == row_[i - 1].first;
            if (again) {
                map_.values.back() += row_[i].second;
                continue;
            }
            map_.column.push_back(static_cast<std::uint32_t>(row_[i].first));
            map_.values.push_back(row_[i].second);
        }
        row_.clear();
        map_.row_ptr.push_back(map_.values.size());
        if (map_.values.size() > most_entries) {
            throw bad_input({where_,
                             "the layers between two populations have too many synapses",
                             {},
                             fmt::format("at most {}", most_entries),
                             "put a neuron between them, or make the pooling smaller"});
        }
    }

    linear_map finish() { return std::move(map_); }

  private:
    const std::string& where_;
    linear_map map_;
    std::vector<std::pair<std::size_t, double>> row_;
};

/// Calls tap(input plane index, kernel position) for the taps of one output position.
template <class Tap>
void for_taps(const window& w, const std::array<std::int64_t, 3>& in, std::int64_t y,
              std::int64_t x, const Tap& tap) {
    for (std::int64_t k = 0; k < w.kernel[0] * w.kernel[1]; ++k) {
        const std::int64_t iy = y * w.stride[0] - w.pads[0] + k / w.kernel[1] * w.dilation[0];
        const std::int64_t ix = x * w.stride[1] - w.pads[1] + k % w.kernel[1] * w.dilation[1];
        if (iy < 0 || ix < 0 || iy >= in[1] || ix >= in[2]) { continue; }
        tap(static_cast<std::size_t>(iy * in[2] + ix), static_cast<std::size_t>(k));
    }
}

/// Rows of a convolution or pool.
linear_map windows_to_sparse(const linear_map& map, const std::string& where) {
    const auto in = volume(map.input);
    const auto out = volume(map.output);
    const auto plane = static_cast<std::size_t>(in[1] * in[2]);
    const auto taps = static_cast<std::size_t>(map.taps.kernel[0] * map.taps.kernel[1]);
    const bool conv = map.form == map_form::conv;
    const auto group_in = static_cast<std::size_t>(conv ? in[0] / map.taps.groups : 1);
    const auto group_out = static_cast<std::size_t>(conv ? out[0] / map.taps.groups : 1);
    row_builder rows(map.input, map.output, where);
    for (std::size_t c = 0; c < static_cast<std::size_t>(out[0]); ++c) {
        for (std::int64_t y = 0; y < out[1]; ++y) {
            for (std::int64_t x = 0; x < out[2]; ++x) {
                for (std::size_t i = 0; i < group_in; ++i) {
                    const std::size_t base = (c / group_out * group_in + i) * plane;
                    for_taps(map.taps, in, y, x, [&](std::size_t at, std::size_t k) {
                        rows.add(base + at,
                                 conv ? map.values[(c * group_in + i) * taps + k] : map.values[c]);
                    });
                }
                rows.end_row();
            }
        }
    }
    return rows.finish();
}

/// Equal within each of `channels` equal parts; one value each.
bool per_channel(const std::vector<double>& values, std::size_t channels,
                 std::vector<double>& out) {
    const std::size_t positions = values.size() / channels;
    out.clear();
    for (std::size_t n = 0; n < values.size(); ++n) {
        if (n % positions == 0) { out.push_back(values[n]); }
        if (values[n] != out.back()) { return false; }
    }
    return true;
}

/// A pool whose windows do not overlap, then a convolution: the convolution of a larger kernel. Its
/// padding must not bring back rows that the pool left out.
bool join_pool(const linear_map& pool, const linear_map& conv, linear_map& joined) {
    const window& p = pool.taps;
    const window& c = conv.taps;
    const auto in = volume(pool.input);
    const auto mid = volume(pool.output);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        const bool covered = mid.at(axis + 1) * p.stride.at(axis) >= in.at(axis + 1);
        if (p.pads.at(axis) != 0 || p.pads.at(axis + 2) != 0
            || p.kernel.at(axis) != p.stride.at(axis) || c.dilation.at(axis) != 1
            || (!covered && c.pads.at(axis + 2) != 0)) {
            return false;
        }
    }
    joined = conv;
    joined.input = pool.input;
    window& w = joined.taps;
    const auto out = volume(conv.output);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        w.kernel.at(axis) = c.kernel.at(axis) * p.stride.at(axis);
        w.stride.at(axis) = c.stride.at(axis) * p.stride.at(axis);
        w.pads.at(axis) = c.pads.at(axis) * p.stride.at(axis);
        // Just as much as the last output needs: rows that nothing reads need no padding.
        const std::int64_t end =
            (out.at(axis + 1) - 1) * w.stride.at(axis) + w.kernel.at(axis) - w.pads.at(axis);
        w.pads.at(axis + 2) = std::max<std::int64_t>(0, end - in.at(axis + 1));
    }
    if (w.output({in[1], in[2]}) != std::array<std::int64_t, 2>{out[1], out[2]}) { return false; }
    const auto taps = static_cast<std::size_t>(c.kernel[0] * c.kernel[1]);
    const auto group_in = static_cast<std::size_t>(in[0] / c.groups);
    const auto group_out = static_cast<std::size_t>(out[0] / c.groups);
    joined.values.clear();
    for (std::size_t pair = 0; pair < conv.values.size() / taps; ++pair) {
        const std::size_t channel = pair / group_in / group_out * group_in + pair % group_in;
        for (std::int64_t y = 0; y < w.kernel[0]; ++y) {
            for (std::int64_t x = 0; x < w.kernel[1]; ++x) {
                const auto k =
                    static_cast<std::size_t>(y / p.stride[0] * c.kernel[1] + x / p.stride[1]);
                joined.values.push_back(conv.values[pair * taps + k] * pool.values[channel]);
            }
        }
    }
    return true;
}

/// Rows of `second` times rows of `first`.
linear_map product(const linear_map& first, const linear_map& second, const std::string& where) {
    const linear_map a = to_sparse(first, where);
    if (second.form == map_form::dense) {
        linear_map dense{map_form::dense, first.input, second.output, {}, {}, {}, {}};
        const std::size_t inputs = a.inputs();
        const std::size_t middle = a.outputs();
        if (second.outputs() > most_entries / std::max<std::size_t>(inputs, 1)) {
            throw bad_input({where,
                             "the layers between two populations have too many synapses",
                             {},
                             fmt::format("at most {}", most_entries),
                             {}});
        }
        dense.values.assign(inputs * second.outputs(), 0.0);
        for (std::size_t o = 0; o < second.outputs(); ++o) {
            for (std::size_t m = 0; m < middle; ++m) {
                for (std::size_t e = a.row_ptr[m]; e < a.row_ptr[m + 1]; ++e) {
                    dense.values[o * inputs + a.column[e]] +=
                        second.values[o * middle + m] * a.values[e];
                }
            }
        }
        return dense;
    }
    const linear_map b = to_sparse(second, where);
    row_builder rows(first.input, second.output, where);
    for (std::size_t o = 0; o < b.outputs(); ++o) {
        for (std::size_t e = b.row_ptr[o]; e < b.row_ptr[o + 1]; ++e) {
            const std::size_t m = b.column[e];
            for (std::size_t f = a.row_ptr[m]; f < a.row_ptr[m + 1]; ++f) {
                rows.add(a.column[f], b.values[e] * a.values[f]);
            }
        }
        rows.end_row();
    }
    return rows.finish();
}

/// Multiplies what arrives, element by element.
linear_map scaled_input(const linear_map& map, const std::vector<double>& factors,
                        const std::string& where) {
    linear_map out = map;
    std::vector<double> channel;
    const auto channels = static_cast<std::size_t>(map.input[0]);
    if (map.form == map_form::dense) {
        for (std::size_t n = 0; n < out.values.size(); ++n) {
            out.values[n] *= factors[n % factors.size()];
        }
        return out;
    }
    if (map.form == map_form::pool && per_channel(factors, channels, channel)) {
        for (std::size_t c = 0; c < channels; ++c) { out.values[c] *= channel[c]; }
        return out;
    }
    if (map.form == map_form::conv && per_channel(factors, channels, channel)) {
        const auto taps = static_cast<std::size_t>(map.taps.kernel[0] * map.taps.kernel[1]);
        const std::size_t group_in = channels / static_cast<std::size_t>(map.taps.groups);
        const auto group_out = static_cast<std::size_t>(map.output[0] / map.taps.groups);
        for (std::size_t n = 0; n < out.values.size(); ++n) {
            const std::size_t pair = n / taps;
            out.values[n] *= channel[pair / group_in / group_out * group_in + pair % group_in];
        }
        return out;
    }
    out = to_sparse(map, where);
    for (std::size_t e = 0; e < out.values.size(); ++e) { out.values[e] *= factors[out.column[e]]; }
    return out;
}

}  // namespace

linear_map identity(const nir_shape& shape) {
    return {map_form::diagonal,
            shape,
            shape,
            std::vector<double>(value_count(shape), 1.0),
            {},
            {},
            {}};
}

linear_map map_of(const nir_graph& graph, const nir_node& node) {
    linear_map map = identity(node.input);
    map.output = node.output;
    if (node.type == "Scale") { map.values = node.parameter("scale").values; }
    if (node.type == "Linear" || node.type == "Affine") {
        map.form = map_form::dense;
        map.values = node.parameter("weight").values;
    }
    if (node.type == "Conv1d" || node.type == "Conv2d") {
        const auto in = volume(node.input);
        map.form = map_form::conv;
        map.values = node.parameter("weight").values;
        map.taps = window_of(graph, node, {in[1], in[2]});
    }
    if (node.type == "SumPool2d" || node.type == "AvgPool2d") {
        const auto in = volume(node.input);
        map.form = map_form::pool;
        map.taps = window_of(graph, node, {in[1], in[2]});
        const auto taps = static_cast<double>(map.taps.kernel[0] * map.taps.kernel[1]);
        map.values.assign(static_cast<std::size_t>(in[0]),
                          node.type == "AvgPool2d" ? 1.0 / taps : 1.0);
    }
    return map;
}

linear_map to_sparse(const linear_map& map, const std::string& where) {
    if (map.form == map_form::sparse) { return map; }
    if (map.form == map_form::conv || map.form == map_form::pool) {
        return windows_to_sparse(map, where);
    }
    const std::size_t inputs = map.inputs();
    row_builder rows(map.input, map.output, where);
    for (std::size_t o = 0; o < map.outputs(); ++o) {
        if (map.form == map_form::diagonal) {
            rows.add(o, map.values[o]);
        } else {
            for (std::size_t i = 0; i < inputs; ++i) { rows.add(i, map.values[o * inputs + i]); }
        }
        rows.end_row();
    }
    return rows.finish();
}

linear_map scaled(const linear_map& map, const std::vector<double>& factors,
                  const std::string& where) {
    linear_map out = map;
    std::vector<double> channel;
    const auto channels = static_cast<std::size_t>(map.output[0]);
    const bool windows = map.form == map_form::conv || map.form == map_form::pool;
    if (windows && per_channel(factors, channels, channel)) {
        const std::size_t each = out.values.size() / channels;
        for (std::size_t n = 0; n < out.values.size(); ++n) { out.values[n] *= channel[n / each]; }
        return out;
    }
    if (windows) { out = to_sparse(map, where); }
    for (std::size_t o = 0; o < out.outputs(); ++o) {
        const bool sparse = out.form == map_form::sparse;
        const std::size_t each = out.values.size() / out.outputs();
        const std::size_t first = sparse ? out.row_ptr[o] : o * each;
        const std::size_t last = sparse ? out.row_ptr[o + 1] : (o + 1) * each;
        for (std::size_t e = first; e < last; ++e) { out.values[e] *= factors[o]; }
    }
    return out;
}

linear_map compose(const linear_map& first, const linear_map& second, const std::string& where) {
    linear_map joined;
    if (second.form == map_form::diagonal) {
        const bool plain = std::all_of(second.values.begin(), second.values.end(),
                                       [](double v) { return v == 1.0; });
        joined = plain ? first : scaled(first, second.values, where);
        // Windows keep the axes that they were made for.
        if (joined.form != map_form::conv && joined.form != map_form::pool) {
            joined.output = second.output;
        }
        return joined;
    }
    if (first.form == map_form::diagonal) {
        joined = scaled_input(second, first.values, where);
        if (joined.form != map_form::conv && joined.form != map_form::pool) {
            joined.input = first.input;
        }
        return joined;
    }
    if (first.form == map_form::pool && second.form == map_form::conv
        && join_pool(first, second, joined)) {
        return joined;
    }
    return product(first, second, where);
}

}  // namespace synfire::converters::nir
