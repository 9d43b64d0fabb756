// SPDX-License-Identifier: Apache-2.0
// Terms whose rows leave out lanes. Position g of a word reads what position 0 reads, g strides
// further on: the kernel becomes as wide as all of them need, and the row of a source bit holds,
// for each position, the weight of the tap that the bit is for this position.
#include <numeric>
#include <utility>

#include "term_plan.hpp"

namespace synfire::hw::detail {
namespace {

/// Columns of the source that a word reads, and how far they are apart.
struct wide_kernel {
    std::int32_t step = 1;
    std::int32_t columns = 1;
};

wide_kernel widen(const kernel_geometry& g, std::int32_t positions) {
    const std::int32_t strides = (positions - 1) * g.stride[1];
    const std::int32_t taps = (g.kernel[1] - 1) * g.dilation[1];
    const std::int32_t step =
        std::gcd(strides == 0 ? 0 : g.stride[1], taps == 0 ? 0 : g.dilation[1]);
    return step == 0 ? wide_kernel{} : wide_kernel{step, (strides + taps) / step + 1};
}

/// Kernel column that a column of the word is for one of its positions; -1: none.
std::int32_t tap_of(const kernel_geometry& g, std::int32_t column, std::int32_t position) {
    const std::int32_t distance = column - position * g.stride[1];
    const bool reached =
        distance >= 0 && distance % g.dilation[1] == 0 && distance / g.dilation[1] < g.kernel[1];
    return reached ? distance / g.dilation[1] : -1;
}

/// All rows, in the order of kernel rows, columns of the word and source channels.
void fill(const row_writer& rows, const channel_group& group, const shared_kernel& k,
          const wide_kernel& wide) {
    const std::int32_t sources = k.sources.count();
    const auto set_lane = [&](std::int64_t row, std::int32_t position, std::int32_t target,
                              std::int32_t ky, std::int32_t column) {
        const std::int32_t kx = tap_of(k.geometry, column * wide.step, position);
        const std::int64_t tap = std::int64_t{ky} * k.geometry.kernel[1] + kx;
        for (std::int32_t m = 0; m < sources; ++m) {
            rows.set(row + m, group.lane_of(position, target),
                     kx < 0 ? no_synapse : k.weight(target, k.sources.first + m, tap));
        }
    };
    std::int64_t row = 0;
    for (std::int32_t ky = 0; ky < k.geometry.kernel[0]; ++ky) {
        for (std::int32_t column = 0; column < wide.columns; ++column, row += sources) {
            for (std::int32_t position = 0; position < group.positions; ++position) {
                for (std::int32_t target = k.lanes.first; target < k.lanes.last; ++target) {
                    set_lane(row, position, target, ky, column);
                }
            }
        }
    }
}

}  // namespace

void add_shared_term(const term_context& c, shared_kernel kernel, std::vector<term_plan>& terms) {
    const wide_kernel wide = widen(kernel.geometry, c.group.positions);
    const std::int32_t sources = kernel.sources.count();
    term_plan plan;
    term& t = plan.fields;
    t = term_of(c, kernel.lanes);
    t.act_base += kernel.sources.first - c.p.source_channels.first;
    set_kernel(t, c.source, kernel.geometry);
    t.x_stride *= c.group.positions;
    t.x_tap = wide.step * c.source.pitch;
    t.taps_x = wide.columns;
    t.tap_bits = t.row_step = sources;
    const bool whole = kernel.sources == channel_range{0, c.source.shape.channels};
    if (wide.step == 1 && whole && is_contiguous(c)) {  // neighbouring columns are one run
        t.tap_bits = t.row_step = std::int64_t{sources} * wide.columns;
        t.taps_x = 1;
    }
    plan.rows = std::int64_t{kernel.geometry.kernel[0]} * wide.columns * sources;
    plan.source = c.p.source;
    plan.fill = [group = c.group, wide, k = std::move(kernel)](const row_writer& rows) {
        fill(rows, group, k, wide);
    };
    terms.push_back(std::move(plan));
}

}  // namespace synfire::hw::detail
