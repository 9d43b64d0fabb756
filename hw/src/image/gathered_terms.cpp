// SPDX-License-Identifier: Apache-2.0
#include "gathered_terms.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <synfire/core/synapses.hpp>

namespace synfire::hw::detail {
namespace {

using source_list = std::vector<gathered_source>;

/// One tap: a source position, and the weight of each lane there.
struct tap {
    std::int32_t y = 0;
    std::int32_t x = 0;
    std::vector<std::int8_t> weights;  ///< one per lane of the stretch
};

/// Neighbouring lanes that read the same positions, each the channel `offset` beyond its own.
struct stretch {
    channel_range lanes;
    std::int32_t offset = 0;
    std::vector<tap> taps;
};

bool same_places(const source_list& a, std::int32_t a_channel, const source_list& b,
                 std::int32_t b_channel) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](const gathered_source& s, const gathered_source& t) {
                          return s.y == t.y && s.x == t.x
                                 && s.channel - a_channel == t.channel - b_channel;
                      });
}

/// Sources of the first lane, split by how far their channel is from its own.
std::map<std::int32_t, std::vector<std::size_t>> by_offset(const source_list& list,
                                                           std::int32_t channel) {
    std::map<std::int32_t, std::vector<std::size_t>> offsets;
    for (std::size_t i = 0; i < list.size(); ++i) {
        offsets[list[i].channel - channel].push_back(i);
    }
    return offsets;
}

void add_grid(const term_context& c, const stretch& s, std::int32_t column_step,
              const std::vector<tap>& taps, std::size_t columns, std::vector<term_plan>& terms) {
    const std::int64_t pitch = c.source.pitch;
    const std::int64_t row = c.source.row_pitch();
    term t = diagonal_term(c, s.lanes, s.lanes.first + s.offset);
    const std::size_t rows = taps.size() / columns;
    t.x_first = taps.front().x * pitch;
    t.y_first = taps.front().y * row;
    t.x_stride = column_step * pitch;
    t.y_stride = row;
    t.x_tap = columns > 1 ? (taps[1].x - taps[0].x) * pitch : 0;
    t.y_tap = rows > 1 ? (taps[columns].y - taps[0].y) * row : 0;
    t.taps_x = static_cast<std::int64_t>(columns);
    t.taps_y = static_cast<std::int64_t>(rows);
    t.row_step = 1;
    const auto fill = [c, lanes = s.lanes, taps](const row_writer& to) {
        for (std::size_t i = 0; i < taps.size(); ++i) {
            for (std::int32_t l = 0; l < lanes.count(); ++l) {
                to.set(static_cast<std::int64_t>(i), c.lane_of(lanes.first + l),
                       taps[i].weights[static_cast<std::size_t>(l)]);
            }
        }
    };
    terms.push_back({t, static_cast<std::int64_t>(taps.size()), fill, c.p.source});
}

/// Taps of one source row.
using tap_row = std::vector<tap>;

bool is_even(const tap_row& row) {
    for (std::size_t i = 2; i < row.size(); ++i) {
        if (row[i].x - row[i - 1].x != row[1].x - row[0].x) { return false; }
    }
    return true;
}

bool is_grid(const std::vector<tap_row>& rows) {
    const auto same_columns = [&](const tap_row& row) {
        return std::equal(row.begin(), row.end(), rows[0].begin(), rows[0].end(),
                          [](const tap& a, const tap& b) { return a.x == b.x; });
    };
    for (std::size_t i = 2; i < rows.size(); ++i) {
        if (rows[i][0].y - rows[i - 1][0].y != rows[1][0].y - rows[0][0].y) { return false; }
    }
    return is_even(rows[0]) && std::all_of(rows.begin(), rows.end(), same_columns);
}

/// One term where the taps are a grid, otherwise one for each row of them, or for each tap.
void add_stretch(const term_context& c, const stretch& s, std::int32_t column_step,
                 std::vector<term_plan>& terms) {
    std::vector<tap_row> rows;
    for (const tap& t : s.taps) {
        if (rows.empty() || rows.back().front().y != t.y) { rows.emplace_back(); }
        rows.back().push_back(t);
    }
    if (is_grid(rows)) { return add_grid(c, s, column_step, s.taps, rows[0].size(), terms); }
    for (const tap_row& row : rows) {
        if (is_even(row)) {
            add_grid(c, s, column_step, row, row.size(), terms);
            continue;
        }
        for (const tap& t : row) { add_grid(c, s, column_step, {t}, 1, terms); }
    }
}

}  // namespace

gathered_sources::gathered_sources(const network& net, const projection& p)
    : channels_(net.populations[p.target].shape.channels),
      width_(net.populations[p.target].shape.width),
      lists_(net.populations[p.target].shape.neurons()) {
    const shape& from = net.populations[p.source].shape;
    for_each_synapse(net, p, [&](std::size_t source, std::size_t target, std::int32_t weight) {
        const auto n = static_cast<std::int32_t>(source);
        const std::int32_t position = n / from.channels;
        lists_[target].push_back({position / from.width, position % from.width, n % from.channels,
                                  static_cast<std::int8_t>(weight)});
    });
    const auto place = [](const gathered_source& s) { return std::tuple(s.y, s.x, s.channel); };
    for (source_list& list : lists_) {
        std::sort(list.begin(), list.end(),
                  [&](const auto& a, const auto& b) { return place(a) < place(b); });
    }
}

bool gathered_sources::moves(const position_run& run, std::int32_t distance,
                             std::int32_t step) const {
    const std::int64_t first = std::int64_t{run.y} * width_ + run.x;
    for (std::int32_t channel = 0; channel < channels_; ++channel) {
        const source_list& a = of(channel, first);
        const source_list& b = of(channel, first + std::int64_t{distance} * run.step);
        const auto moved = [&](const gathered_source& s, const gathered_source& t) {
            return s.y == t.y && s.x + distance * step == t.x && s.channel == t.channel
                   && s.weight == t.weight;
        };
        if (!std::equal(a.begin(), a.end(), b.begin(), b.end(), moved)) { return false; }
    }
    return true;
}

std::int32_t gathered_sources::column_step(const position_run& run) const {
    if (run.x + run.step >= width_) { return 0; }
    const std::int64_t first = std::int64_t{run.y} * width_ + run.x;
    for (std::int32_t channel = 0; channel < channels_; ++channel) {
        const source_list& a = of(channel, first);
        const source_list& b = of(channel, first + run.step);
        if (!a.empty() && !b.empty()) { return std::max(0, b.front().x - a.front().x); }
    }
    return 0;
}

std::int32_t gathered_sources::regular_count(const position_run& run) const {
    const std::int32_t step = column_step(run);
    std::int32_t count = 1;
    while (run.x + count * run.step < width_ && moves(run, count, step)) { ++count; }
    return count;
}

void gathered_sources::add_terms(const term_context& c, const position_run& run,
                                 std::vector<term_plan>& terms) const {
    const std::int64_t position = std::int64_t{run.y} * width_ + run.x;
    const channel_range lanes = c.meeting();
    for (std::int32_t first = lanes.first; first < lanes.last;) {
        const source_list& list = of(first, position);
        std::int32_t last = first + 1;
        while (last < lanes.last && same_places(list, first, of(last, position), last)) { ++last; }
        for (const auto& [offset, numbers] : by_offset(list, first)) {
            stretch s{{first, last}, offset, {}};
            for (const std::size_t i : numbers) {
                s.taps.push_back({list[i].y, list[i].x, {}});
                for (std::int32_t channel = first; channel < last; ++channel) {
                    s.taps.back().weights.push_back(of(channel, position)[i].weight);
                }
            }
            add_stretch(c, s, column_step(run), terms);
        }
        first = last;
    }
}

}  // namespace synfire::hw::detail
