// SPDX-License-Identifier: Apache-2.0
// Fields of one term. A kernel row of a field depends on the source row and the output column only,
// so it is counted once for all the fields that contain it; so is a tap where a kernel row has
// several.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <synfire/hw/image.hpp>

#include "map_sums.hpp"

namespace synfire::hw::detail {

/// A term, the map it reads, and its first bit there.
struct term_source {
    const term& t;
    const map_sums& sums;
    std::int64_t base;
    std::int64_t pitch;
    std::int64_t row_pitch;
    bool every;  ///< all codes are taken, not those of active sources
};

class term_rows {
  public:
    /// A term that reads nothing: `cycles` slots a field, no runs.
    explicit term_rows(std::uint32_t bubbles) : bubbles_(bubbles) {}
    term_rows(const term_source& source, const pass_header& h);

    field_counts field(std::int64_t oy, std::int64_t ox) const;

  private:
    void count_row(const term_source& source, std::int64_t y, field_counts* to) const;
    void count_taps(const term_source& source, std::int64_t y, field_counts* to) const;

    std::uint32_t bubbles_ = 0;
    std::int64_t width_ = 0;  ///< output columns
    std::int64_t taps_x_ = 0;
    std::int64_t taps_y_ = 0;
    std::int64_t first_ = 0;            ///< source row of tap 0 at output row 0
    std::int64_t stride_ = 0;           ///< source rows
    std::int64_t dilation_ = 0;         ///< source rows
    std::int64_t rows_ = 0;             ///< of the source
    std::vector<field_counts> counts_;  ///< [source row][output column]
};

}  // namespace synfire::hw::detail
