// SPDX-License-Identifier: Apache-2.0
// max_pool: which source positions each target position looks at, padding left out.
#include "channels.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

/// Source coordinates inside the map under the window of one target coordinate.
struct places {
    std::size_t first = 0;
    std::size_t count = 0;
};

places under_window(const kernel_geometry& g, std::size_t axis, std::int32_t target,
                    std::int32_t size) {
    places inside;
    for (std::int32_t k = 0; k < g.kernel[axis]; ++k) {
        const std::int32_t at = target * g.stride[axis] - g.pads[axis] + k * g.dilation[axis];
        if (at < 0 || at >= size) { continue; }
        if (inside.count == 0) { inside.first = to_size(at); }
        ++inside.count;
    }
    return inside;
}

}  // namespace

pool_gather::pool_gather(const network& net, const projection& p)
    : channels_(to_size(p.target_channels.count())),
      source_stride_(to_size(net.populations[p.source].shape.channels)),
      target_stride_(to_size(net.populations[p.target].shape.channels)),
      first_source_(to_size(p.source_channels.first)),
      first_target_(to_size(p.target_channels.first)),
      window_stride_(to_size(p.geometry.stride[1]) * source_stride_),
      line_stride_(to_size(p.geometry.dilation[0]) * to_size(net.populations[p.source].shape.width)
                   * source_stride_),
      tap_stride_(to_size(p.geometry.dilation[1]) * source_stride_) {
    const shape& from = net.populations[p.source].shape;
    const shape& to = net.populations[p.target].shape;
    for (std::int32_t y = 0; y < to.height; ++y) { add_line(p.geometry, from, to, y); }
}

void pool_gather::add_line(const kernel_geometry& g, const shape& from, const shape& to,
                           std::int32_t y) {
    const places rows = under_window(g, 0, y, from.height);
    const std::size_t first = stretches_.size();
    for (std::int32_t x = 0; x < to.width; ++x) {
        const places columns = under_window(g, 1, x, from.width);
        const std::size_t position = rows.first * to_size(from.width) + columns.first;
        const std::size_t source = position * source_stride_ + first_source_;
        if (stretches_.size() > first) {
            stretch& last = stretches_.back();
            const bool next = source == last.source + last.windows * window_stride_;
            if (next && columns.count == last.taps) {
                ++last.windows;
                continue;
            }
        }
        const std::size_t place = to_size(y) * to_size(to.width) + to_size(x);
        stretches_.push_back(
            {place * target_stride_ + first_target_, source, 1, rows.count, columns.count});
    }
}

template <class Code, class Maximum>
void pool_gather::gather_codes(const Code* source, Code* target, Maximum maximum) const {
    for (const stretch& s : stretches_) {
        maximum(pool_line<Code>{source + s.source, target + s.target, s.lines, s.taps, line_stride_,
                                tap_stride_, s.windows, window_stride_, target_stride_, channels_});
    }
}

void pool_gather::gather(const code_view& source, std::int32_t* wide, std::uint8_t* bytes,
                         const kernel_table& kernels) const {
    if (source.bytes != nullptr) {
        gather_codes(source.bytes, bytes, kernels.maximum_bytes);
    } else {
        gather_codes(source.wide, wide, kernels.maximum);
    }
}

}  // namespace synfire::sim
