// SPDX-License-Identifier: Apache-2.0
#include "bias_bands.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace synfire::hw::detail {
namespace {

/// A pass more costs about 40 cycles and a dozen words of the program; fewer rows are not worth it.
constexpr std::int32_t least_rows = 4;

/// Rows from y on that have the same biases.
std::int32_t equal_rows(const population& p, std::int32_t y) {
    const auto row = static_cast<std::ptrdiff_t>(p.shape.width) * p.shape.channels;
    const auto begin = std::next(p.bias.begin(), y * row);
    std::int32_t count = 1;
    while (y + count < p.shape.height
           && std::equal(begin, std::next(begin, row), std::next(begin, count * row))) {
        ++count;
    }
    return count;
}

}  // namespace

std::vector<row_band> bias_bands(const population& p, bool whole_rows) {
    const std::int32_t height = p.shape.height;
    if (!p.bias_per_neuron || !whole_rows) { return {{0, height, 0, false}}; }
    std::vector<row_band> bands;
    std::int32_t stored = 0;
    const auto add = [&](std::int32_t first, std::int32_t count, bool repeats) {
        if (count == 0) { return; }
        bands.push_back({first, count, stored, repeats});
        stored += bands.back().stored_rows();
    };
    std::int32_t different = 0;  // first row that is in no band yet
    for (std::int32_t y = 0; y < height;) {
        const std::int32_t count = equal_rows(p, y);
        if (count >= least_rows) {
            add(different, y - different, false);
            add(y, count, true);
            different = y + count;
        }
        y += count;
    }
    add(different, height - different, false);
    return bands;
}

}  // namespace synfire::hw::detail
