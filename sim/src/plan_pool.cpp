// SPDX-License-Identifier: Apache-2.0
// max_pool: which source positions each target position looks at, padding left out.
#include <algorithm>

#include "channels.hpp"
#include "plan.hpp"

namespace synfire::sim {
namespace {

/// Source coordinates inside the map under the window of one target coordinate.
std::vector<std::size_t> under_window(const kernel_geometry& g, std::size_t axis,
                                      std::int32_t target, std::int32_t size) {
    std::vector<std::size_t> inside;
    for (std::int32_t k = 0; k < g.kernel[axis]; ++k) {
        const std::int32_t at = target * g.stride[axis] - g.pads[axis] + k * g.dilation[axis];
        if (at >= 0 && at < size) { inside.push_back(to_size(at)); }
    }
    return inside;
}

}  // namespace

pool_gather::pool_gather(const network& net, const projection& p)
    : channels_(to_size(p.target_channels.count())) {
    const shape& from = net.populations[p.source].shape;
    const shape& to = net.populations[p.target].shape;
    const channel_view source(net.populations[p.source], p.source_channels);
    const channel_view target(net.populations[p.target], p.target_channels);
    first_.push_back(0);
    for (std::int32_t oy = 0; oy < to.height; ++oy) {
        for (std::int32_t ox = 0; ox < to.width; ++ox) {
            targets_.push_back(target.offset(to_size(oy) * target.width + to_size(ox)));
            for (const std::size_t y : under_window(p.geometry, 0, oy, from.height)) {
                for (const std::size_t x : under_window(p.geometry, 1, ox, from.width)) {
                    sources_.push_back(source.offset(y * source.width + x));
                }
            }
            first_.push_back(sources_.size());
        }
    }
}

template <class Code, class Maximum>
void pool_gather::gather_codes(const Code* source, Code* target, Maximum maximum) const {
    for (std::size_t i = 0; i < targets_.size(); ++i) {
        const std::size_t first = first_[i];
        maximum(target + targets_[i], source, sources_.data() + first, first_[i + 1] - first,
                channels_);
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
