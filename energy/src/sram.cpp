// SPDX-License-Identifier: Apache-2.0
// SRAM energy by capacity and word width: interpolation in the CACTI grid, fit outside it.
#include <algorithm>
#include <cmath>

#include <synfire/core/assert.hpp>
#include <synfire/energy/cost_table.hpp>

namespace synfire::energy {
namespace {

/// Neighbours of a value on an ascending axis, and how far (0..1, in log space) it is between them.
struct bracket {
    std::size_t below = 0;
    std::size_t above = 0;
    double fraction = 0;
};

bracket locate(const std::vector<double>& axis, double value) {
    SYNFIRE_ASSERT(!axis.empty());
    if (value <= axis.front()) { return {}; }
    if (value >= axis.back()) { return {axis.size() - 1, axis.size() - 1, 0}; }
    const auto above = std::upper_bound(axis.begin(), axis.end(), value);
    const auto i = static_cast<std::size_t>(above - axis.begin());
    return {i - 1, i, std::log(value / axis[i - 1]) / std::log(axis[i] / axis[i - 1])};
}

double mix(double a, double b, double fraction) { return a + (b - a) * fraction; }

double fitted(const sram_fit& fit, double bytes, double width) {
    return (fit.a + fit.b * width) * std::pow(bytes / 8192.0, fit.p);
}

double printed_pj(const sram_points& printed, double bytes) {
    const auto& points = printed.points;
    std::size_t i = 1;
    while (i + 1 < points.size() && bytes > points[i][0]) { ++i; }
    const auto& a = points[i - 1];
    const auto& b = points[i];
    const double slope = std::log(b[1] / a[1]) / std::log(b[0] / a[0]);
    return a[1] * std::pow(bytes / a[0], slope);
}

}  // namespace

bool sram_model::covers(double capacity_bytes, double word_bits) const {
    return capacity_bytes >= bytes.front() && capacity_bytes <= bytes.back()
           && word_bits >= width_bits.front() && word_bits <= width_bits.back();
}

double sram_model::energy_pj(memory_access kind, double capacity_bytes, double word_bits) const {
    const auto& grid = kind == memory_access::read ? read_pj : write_pj;
    const double inside_bytes = std::clamp(capacity_bytes, bytes.front(), bytes.back());
    const double inside_bits = std::clamp(word_bits, width_bits.front(), width_bits.back());
    const bracket row = locate(bytes, inside_bytes);
    const bracket column = locate(width_bits, inside_bits);
    const auto at = [&](std::size_t r, std::size_t c) {
        return std::log(grid[r * width_bits.size() + c]);
    };
    const double below =
        mix(at(row.below, column.below), at(row.below, column.above), column.fraction);
    const double above =
        mix(at(row.above, column.below), at(row.above, column.above), column.fraction);
    const double value = std::exp(mix(below, above, row.fraction));
    if (covers(capacity_bytes, word_bits)) { return value; }
    const sram_fit& fit = kind == memory_access::read ? read_fit : write_fit;
    return value * fitted(fit, capacity_bytes, word_bits) / fitted(fit, inside_bytes, inside_bits);
}

double sram_corner::energy_pj(memory_access kind, double capacity_bytes, double word_bits) const {
    if (grid) { return factor * grid->energy_pj(kind, capacity_bytes, word_bits); }
    // Papers print one value per access, read or write; only the width is scaled.
    const sram_model& shape = printed->shape;
    const double width_ratio =
        shape.energy_pj(memory_access::read, capacity_bytes, word_bits)
        / shape.energy_pj(memory_access::read, capacity_bytes, printed->width_bits);
    return factor * printed_pj(*printed, capacity_bytes) * width_ratio;
}

}  // namespace synfire::energy
