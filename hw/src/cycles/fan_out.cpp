// SPDX-License-Identifier: Apache-2.0
#include "fan_out.hpp"

#include <algorithm>
#include <cstddef>

namespace synfire::hw::detail {
namespace {

class counter {
  public:
    counter(const image& image, const pass_info& pass, std::size_t number)
        : image_(image),
          h_(pass.header),
          t_(pass.terms[number]),
          source_(image.maps[pass.sources[number]]) {
        const std::int64_t taps = t_.taps_x * t_.taps_y;
        const std::int64_t rows = (taps - 1) * t_.row_step + t_.tap_bits;
        for (std::int64_t row = 0; row < rows; ++row) {
            const std::int64_t there = t_.row + row + pass.row_offset;
            inside_.push_back(lanes_of(there, image.config.lanes));
            edge_.push_back(lanes_of(there, h_.edge_end));
        }
    }

    bool is_plain() const {
        const auto all = static_cast<std::uint32_t>(t_.mask_count);
        const auto full = [all](std::uint32_t lanes) { return lanes == all; };
        return std::all_of(inside_.begin(), inside_.end(), full)
               && std::all_of(edge_.begin(), edge_.end(), full);
    }

    std::vector<std::uint32_t> count() const {
        std::vector<std::uint32_t> reached(static_cast<std::size_t>(source_.bits()), 0);
        for (std::int64_t oy = 0; oy < h_.height; ++oy) {
            for (std::int64_t ky = 0; ky < t_.taps_y; ++ky) {
                const std::int64_t y = t_.y_first + oy * t_.y_stride + ky * t_.y_tap;
                if (y >= 0 && y < t_.map_bits) { add_row(y, ky, reached); }
            }
        }
        return reached;
    }

  private:
    std::uint32_t lanes_of(std::int64_t row, std::int64_t end) const {
        const auto first = static_cast<std::size_t>(row * image_.config.lanes);
        std::uint32_t lanes = 0;
        for (std::int64_t lane = 0; lane < end; ++lane) {
            const bool masked = ((t_.lane_mask >> lane) & 1) == 0;
            const std::int8_t w = image_.weights[first + static_cast<std::size_t>(lane)];
            lanes += masked || w == image_.config.no_weight() ? 0 : 1;
        }
        return lanes;
    }

    /// One kernel row of all words of an output row.
    void add_row(std::int64_t y, std::int64_t ky, std::vector<std::uint32_t>& reached) const {
        for (std::int64_t word = 0; word < h_.width; ++word) {
            const std::vector<std::uint32_t>& lanes = word + 1 == h_.width ? edge_ : inside_;
            for (std::int64_t kx = 0; kx < t_.taps_x; ++kx) {
                const std::int64_t x = t_.x_first + word * t_.x_stride + kx * t_.x_tap;
                const std::int64_t to = std::min(x + t_.tap_bits, t_.row_bits);
                const std::int64_t row = (ky * t_.taps_x + kx) * t_.row_step - x;
                const std::int64_t base = t_.act_base - source_.act_base + y;
                for (std::int64_t bit = std::max<std::int64_t>(x, 0); bit < to; ++bit) {
                    reached[static_cast<std::size_t>(base + bit)] +=
                        lanes[static_cast<std::size_t>(row + bit)];
                }
            }
        }
    }

    const image& image_;
    const pass_header& h_;
    const term& t_;
    const map_info& source_;
    std::vector<std::uint32_t> inside_;  ///< lanes that each row of the term adds to
    std::vector<std::uint32_t> edge_;    ///< in the last word of a row
};

}  // namespace

std::vector<std::uint32_t> fan_out(const image& image, const pass_info& pass, std::size_t term) {
    const hw::term& t = pass.terms[term];
    const bool adds_rows = pass.header.kind_of() != pass_kind::pool && t.constant == 0
                           && t.diagonal == 0 && pass.sources[term] != no_source;
    if (!adds_rows) { return {}; }
    const counter lanes(image, pass, term);
    return lanes.is_plain() ? std::vector<std::uint32_t>{} : lanes.count();
}

}  // namespace synfire::hw::detail
