// SPDX-License-Identifier: Apache-2.0
#include "border_biases.hpp"

#include <algorithm>
#include <functional>

namespace synfire::hw::detail {
namespace {

std::int64_t bias_at(const population& p, std::int32_t y, std::int32_t x, std::int32_t channel) {
    const std::int64_t position = std::int64_t{y} * p.shape.width + x;
    return p.bias_of(static_cast<std::size_t>(position * p.shape.channels + channel));
}

std::int32_t words_a_row(const population& p, channel_group group) {
    return (p.shape.width + group.positions - 1) / group.positions;
}

std::int32_t middle_row(const shape& s) { return s.height / 2; }
std::int32_t middle_column(const shape& s, channel_group group) {
    return (s.width + group.positions - 1) / group.positions / 2 * group.positions;
}

/// What the term of the rows adds: a row's distance from the middle row.
std::int64_t of_row(const population& p, std::int32_t y, std::int32_t x, std::int32_t channel) {
    return bias_at(p, y, x, channel) - bias_at(p, middle_row(p.shape), x, channel);
}
/// What that of the columns adds: the middle row's distance from the middle.
std::int64_t of_column(const population& p, channel_group group, std::int32_t x,
                       std::int32_t channel) {
    const std::int32_t y = middle_row(p.shape);
    return bias_at(p, y, x, channel) - bias_at(p, y, middle_column(p.shape, group), channel);
}

/// Whether a value is 0 for all channels of the group and all columns [from, to).
bool is_nothing(std::int32_t from, std::int32_t to, channel_group group,
                const std::function<std::int64_t(std::int32_t, std::int32_t)>& value) {
    for (std::int32_t x = from; x < to; ++x) {
        for (std::int32_t c = group.first; c < group.last(); ++c) {
            if (value(x, c) != 0) { return false; }
        }
    }
    return true;
}

/// Lines from either end on which something differs: the larger number.
std::int32_t depth_of(std::int32_t lines, const std::function<bool(std::int32_t)>& differs) {
    std::int32_t depth = 0;
    for (std::int32_t line = 0; line < lines; ++line) {
        if (differs(line)) { depth = std::max(depth, std::min(line, lines - 1 - line) + 1); }
    }
    return depth;
}

void set_digits(const row_writer& rows, std::int64_t row, std::int64_t lane, std::int64_t value,
                int digits, int bits) {
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    for (int digit = 0; digit < digits; ++digit) {
        const std::int64_t low = ((value + half) & (2 * half - 1)) - half;
        rows.set(row + digit, lane, static_cast<std::int8_t>(low));
        value = (value - low) >> bits;
    }
}

term_plan empty_border(channel_group group, std::int64_t lines_of_a_side, std::int64_t digits) {
    term_plan plan;
    term& t = plan.fields;
    t.constant = 1;
    t.tap_bits = t.x_stride = digits;
    t.taps_x = t.taps_y = 1;
    t.mask_count = group.neurons();
    t.lane_mask = mask_of(group, {group.first, group.last()});
    t.row_step = lines_of_a_side * digits;
    plan.rows = 2 * t.row_step;
    return plan;
}

/// Two kernel rows: the first one meets the rows below, the second one those above.
term_plan term_of_rows(const population& p, channel_group group, std::int32_t depth, int digits,
                       int bits) {
    const std::int64_t words = words_a_row(p, group);
    term_plan plan = empty_border(group, depth * words, digits);
    term& t = plan.fields;
    t.y_stride = t.row_bits = words * digits;
    t.map_bits = depth * t.y_stride;
    t.taps_y = 2;
    t.y_tap = (p.shape.height - depth) * t.y_stride;
    t.y_first = -t.y_tap;
    plan.fill = [&p, group, depth, digits, bits, words](const row_writer& rows) {
        for (std::int32_t line = 0; line < 2 * depth; ++line) {
            const std::int32_t y = line < depth ? p.shape.height - depth + line : line - depth;
            for (std::int32_t x = 0; x < p.shape.width; ++x) {
                for (std::int32_t c = group.first; c < group.last(); ++c) {
                    set_digits(rows, (line * words + x / group.positions) * digits,
                               group.lane_of(x % group.positions, c), of_row(p, y, x, c), digits,
                               bits);
                }
            }
        }
    };
    return plan;
}

/// Two columns of a kernel, the same for all rows of the map: right, then left.
term_plan term_of_columns(const population& p, channel_group group, std::int32_t depth, int digits,
                          int bits) {
    const std::int32_t words = words_a_row(p, group);
    term_plan plan = empty_border(group, depth, digits);
    term& t = plan.fields;
    t.row_bits = t.map_bits = std::int64_t{depth} * digits;
    t.taps_x = 2;
    t.x_tap = std::int64_t{words - depth} * digits;
    t.x_first = -t.x_tap;
    plan.fill = [&p, group, depth, digits, bits, words](const row_writer& rows) {
        for (std::int32_t line = 0; line < 2 * depth; ++line) {
            const std::int32_t word = line < depth ? words - depth + line : line - depth;
            const std::int32_t end = std::min((word + 1) * group.positions, p.shape.width);
            for (std::int32_t x = word * group.positions; x < end; ++x) {
                for (std::int32_t c = group.first; c < group.last(); ++c) {
                    set_digits(rows, std::int64_t{line} * digits,
                               group.lane_of(x % group.positions, c), of_column(p, group, x, c),
                               digits, bits);
                }
            }
        }
    };
    return plan;
}

}  // namespace

std::size_t bias_border::middle_of(const shape& s, channel_group group) const {
    return static_cast<std::size_t>(middle_row(s)) * static_cast<std::size_t>(s.width)
           + static_cast<std::size_t>(middle_column(s, group));
}

bias_border border_of(const population& p, channel_group group) {
    bias_border border;
    const std::int32_t words = words_a_row(p, group);
    border.rows = depth_of(p.shape.height, [&](std::int32_t y) {
        return !is_nothing(0, p.shape.width, group,
                           [&](std::int32_t x, std::int32_t c) { return of_row(p, y, x, c); });
    });
    border.words = depth_of(words, [&](std::int32_t word) {
        const std::int32_t end = std::min((word + 1) * group.positions, p.shape.width);
        return !is_nothing(word * group.positions, end, group, [&](std::int32_t x, std::int32_t c) {
            return of_column(p, group, x, c);
        });
    });
    const std::int64_t lines = 2 * (std::int64_t{border.rows} * words + border.words);
    border.pays = 2 * border.rows <= p.shape.height && 2 * border.words <= words
                  && 2 * lines <= std::int64_t{p.shape.height} * words;
    return border;
}

std::vector<std::int64_t> border_distances(const population& p, channel_group group,
                                           const bias_border& border, std::int32_t channel) {
    std::vector<std::int64_t> distances;
    for (std::int32_t x = 0; x < p.shape.width; ++x) {
        distances.push_back(of_column(p, group, x, channel));
        for (std::int32_t y = 0; y < border.rows; ++y) {
            distances.push_back(of_row(p, y, x, channel));
            distances.push_back(of_row(p, p.shape.height - 1 - y, x, channel));
        }
    }
    return distances;
}

std::vector<term_plan> border_terms(const population& p, channel_group group,
                                    const bias_border& border, int digits, int digit_bits) {
    std::vector<term_plan> terms;
    if (border.rows > 0) {
        terms.push_back(term_of_rows(p, group, border.rows, digits, digit_bits));
    }
    if (border.words > 0) {
        terms.push_back(term_of_columns(p, group, border.words, digits, digit_bits));
    }
    return terms;
}

}  // namespace synfire::hw::detail
