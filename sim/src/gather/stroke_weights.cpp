// SPDX-License-Identifier: Apache-2.0
#include "stroke_weights.hpp"

#include <algorithm>

namespace synfire::sim {
namespace {

constexpr int largest_shift = 7;  ///< of codes of 8 bits in 16

}  // namespace

bool stroke_weights::possible(const network& net, const projection& p) {
    const population& from = net.populations[p.source];
    const kernel_geometry& g = p.geometry;
    const std::int32_t outputs = p.target_channels.count();
    const bool plain = p.kind == connectivity::conv2d && p.groups == 1 && g.stride[0] == 1
                       && g.stride[1] == 1 && g.dilation[0] == 1 && g.dilation[1] == 1;
    return plain && from.shape.channels == 1 && fits_byte(from.range) && p.shift <= largest_shift
           && outputs % 8 == 0 && to_size(outputs / 8) <= stroke_width_count;
}

bool stroke_weights::pays(std::size_t active, std::size_t neurons) { return active * 2 < neurons; }

stroke_weights::stroke_weights(const network& net, const projection& p, const weight_of& weight)
    : source_(net.populations[p.source], p.source_channels),
      target_(net.populations[p.target], p.target_channels),
      geometry_(p.geometry),
      source_height_(to_size(net.populations[p.source].shape.height)),
      target_height_(to_size(net.populations[p.target].shape.height)),
      shift_(p.shift) {
    const std::size_t taps = to_size(geometry_.kernel[1]);
    const std::size_t lines = to_size(geometry_.kernel[0]);
    // The first code of a pair reaches the targets of slots 0 .. taps - 1, the second the next
    // ones.
    for (std::size_t ky = 0; ky < lines; ++ky) {
        for (std::size_t slot = 0; slot <= taps; ++slot) {
            for (std::size_t j = 0; j < target_.count; ++j) {
                const std::size_t row = ky * taps + taps - slot;  // of the second code
                weights_.push_back(slot < taps ? weight(row - 1, j) : std::int16_t{0});
                weights_.push_back(slot > 0 ? weight(row, j) : std::int16_t{0});
            }
        }
    }
}

void stroke_weights::deliver(const delivery_task& task) const {
    std::vector<std::uint8_t>& codes = task.scratch.plane;
    const std::size_t neurons = source_.neurons();
    codes.resize(neurons + window_padding);
    std::copy(task.codes.bytes, task.codes.bytes + neurons, codes.begin());
    const std::size_t taps = to_size(geometry_.kernel[1]);
    const std::size_t slots = taps + 1;
    stroke_task t{};
    t.count = source_.width;
    t.slots = slots;
    t.first_target = std::ptrdiff_t{geometry_.pads[1]} - (geometry_.kernel[1] - 1);
    t.targets = target_.width;
    t.sum_stride = target_.stride;
    t.line_stride = target_.width * target_.stride;
    t.shift = shift_;
    const auto height = static_cast<std::ptrdiff_t>(target_height_);
    for (std::size_t y = 0; y < source_height_; ++y) {
        // Line ky of the kernel joins source line y to target line `below` - ky.
        const std::ptrdiff_t below = static_cast<std::ptrdiff_t>(y) + geometry_.pads[0];
        const std::ptrdiff_t first = std::max<std::ptrdiff_t>(below - height + 1, 0);
        const std::ptrdiff_t last = std::min<std::ptrdiff_t>(geometry_.kernel[0], below + 1);
        if (first >= last) { continue; }
        t.codes = codes.data() + y * source_.width;
        t.weights = reinterpret_cast<const std::uint8_t*>(
            weights_.data() + to_size(first) * slots * target_.count * 2);
        t.lines = to_size(last - first);
        t.sums = task.sums + target_.offset(to_size(below - first) * target_.width);
        task.kernels.strokes[target_.count / 8 - 1](t);
    }
}

}  // namespace synfire::sim
