// SPDX-License-Identifier: Apache-2.0
#include "term_rows.hpp"

#include <algorithm>

namespace synfire::hw::detail {
namespace {

constexpr field_counts null_tap{0, 0, 1, 0};

/// A run whose codes are all taken: no word of the active map is read, and each code word once for
/// each word of the map. Base and code words are aligned: 32 bits of the map are whole code words.
field_counts run_of_all(const term_source& s, std::int64_t from, std::int64_t to) {
    const auto codes = static_cast<std::uint32_t>(to - from);
    const std::int64_t places = 3 - s.t.format;  // log2 of codes a word
    const auto words = static_cast<std::uint32_t>(((to - 1) >> places) - (from >> places) + 1);
    return {codes, codes, 0, words};
}

/// One tap of one kernel row: the run of the bits [x, x + tap_bits) of the source row at y.
field_counts tap_at(const term_source& s, std::int64_t y, std::int64_t x) {
    const std::int64_t from = std::max<std::int64_t>(x, 0);
    const std::int64_t to = std::min(x + s.t.tap_bits, s.t.row_bits);
    if (from >= to) { return null_tap; }
    return s.every ? run_of_all(s, s.base + y + from, s.base + y + to)
                   : s.sums.run(s.base + y + from, s.base + y + to);
}

}  // namespace

term_rows::term_rows(const term_source& source, const pass_header& h)
    : width_(h.width),
      taps_x_(source.t.taps_x),
      taps_y_(source.t.taps_y) {
    const term& t = source.t;
    // All of them are whole rows; where a run takes a whole map, it is one.
    const std::int64_t row_pitch = std::max(source.row_pitch, t.row_bits);
    first_ = t.y_first / row_pitch;
    stride_ = t.y_stride / row_pitch;
    dilation_ = t.y_tap / row_pitch;
    rows_ = t.map_bits / row_pitch;
    std::vector<bool> used(static_cast<std::size_t>(rows_), false);
    for (std::int64_t oy = 0; oy < h.height; ++oy) {
        for (std::int64_t ky = 0; ky < taps_y_; ++ky) {
            const std::int64_t row = first_ + oy * stride_ + ky * dilation_;
            if (row >= 0 && row < rows_) { used[static_cast<std::size_t>(row)] = true; }
        }
    }
    counts_.resize(static_cast<std::size_t>(rows_ * width_));
    for (std::int64_t row = 0; row < rows_; ++row) {
        if (!used[static_cast<std::size_t>(row)]) { continue; }
        field_counts* const to = counts_.data() + row * width_;
        if (taps_x_ == 1) {
            count_row(source, row * row_pitch, to);
        } else {
            count_taps(source, row * row_pitch, to);
        }
    }
}

void term_rows::count_row(const term_source& source, std::int64_t y, field_counts* to) const {
    std::int64_t x = source.t.x_first;
    for (std::int64_t ox = 0; ox < width_; ++ox, x += source.t.x_stride) {
        to[ox] = tap_at(source, y, x);
    }
}

/// Several taps a kernel row: each source column is a run that neighbouring fields share.
void term_rows::count_taps(const term_source& source, std::int64_t y, field_counts* to) const {
    const std::int64_t pitch = source.pitch;
    const std::int64_t columns = source.t.row_bits / pitch;
    std::vector<field_counts> taps(static_cast<std::size_t>(columns));
    for (std::int64_t column = 0; column < columns; ++column) {
        taps[static_cast<std::size_t>(column)] = tap_at(source, y, column * pitch);
    }
    const std::int64_t first = source.t.x_first / pitch;
    const std::int64_t stride = source.t.x_stride / pitch;
    const std::int64_t dilation = source.t.x_tap / pitch;
    for (std::int64_t ox = 0; ox < width_; ++ox) {
        field_counts sum;
        for (std::int64_t kx = 0; kx < taps_x_; ++kx) {
            const std::int64_t column = first + ox * stride + kx * dilation;
            const bool inside = column >= 0 && column < columns;
            sum += inside ? taps[static_cast<std::size_t>(column)] : null_tap;
        }
        to[ox] = sum;
    }
}

field_counts term_rows::field(std::int64_t oy, std::int64_t ox) const {
    field_counts sum;
    sum.bubbles = bubbles_;
    std::int64_t row = first_ + oy * stride_;
    for (std::int64_t ky = 0; ky < taps_y_; ++ky, row += dilation_) {
        if (row >= 0 && row < rows_) {
            sum += counts_[static_cast<std::size_t>(row * width_ + ox)];
        } else {
            sum.bubbles += static_cast<std::uint32_t>(taps_x_);
        }
    }
    return sum;
}

}  // namespace synfire::hw::detail
