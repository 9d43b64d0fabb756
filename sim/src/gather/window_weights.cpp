// SPDX-License-Identifier: Apache-2.0
#include "window_weights.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

#include "../lines.hpp"

namespace synfire::sim {
namespace {

constexpr std::int32_t largest_of_8_bits =
    127;                                   ///< two products with weights of 8 bits fit 16 bits
constexpr std::size_t largest_growth = 4;  ///< of a map by its plane
constexpr std::size_t small_plane = 1024;  ///< positions that never matter

/// Share of active sources above which a pass over all of them is the faster one, for up to 16, up
/// to 32 and more outputs (bench/convolution_speed.cpp): a list of sources costs as much for few
/// outputs as for many.
double worth_share(std::size_t outputs) {
    if (outputs <= 16) { return 0.05; }
    return outputs <= 32 ? 0.1 : 0.33;
}

/// Positive and negative products of units of weights of 8 bits of one output. The first two and
/// the last two of a unit are added in sums of their own.
struct bounds {
    std::int64_t positive[2] = {0, 0};
    std::int64_t negative[2] = {0, 0};

    void add(const std::uint8_t* unit, std::int32_t code) {
        std::int8_t weights[window_unit_bytes];
        std::memcpy(weights, unit, window_unit_bytes);
        for (std::size_t i = 0; i < window_unit_bytes; ++i) {
            // A pointer: g++ 12's sanitiser takes a choice between arrays for a bad address.
            std::int64_t* const of_sign = weights[i] > 0 ? positive : negative;
            of_sign[i / 2] += std::int64_t{weights[i]} * code;
        }
    }
    bool fit() const {
        return std::min(negative[0], negative[1]) >= std::numeric_limits<std::int16_t>::min()
               && std::max(positive[0], positive[1]) <= std::numeric_limits<std::int16_t>::max();
    }
};

struct plane_size {
    std::size_t height;
    std::size_t width;
};

/// The map with its pads, and all that the windows reach.
plane_size plane_of(const kernel_geometry& g, const shape& source, const shape& target) {
    const auto along = [&](std::size_t axis, std::int32_t sources, std::int32_t targets) {
        const std::int64_t reach = std::int64_t{targets - 1} * g.stride[axis]
                                   + std::int64_t{g.kernel[axis] - 1} * g.dilation[axis] + 1;
        return to_size(std::max(std::int64_t{g.pads[axis]} + sources, reach));
    };
    return {along(0, source.height, target.height), along(1, source.width, target.width)};
}

}  // namespace

bool window_weights::possible(const network& net, const projection& p) {
    if (p.kind != connectivity::conv2d || !fits_byte(net.populations[p.source].range)) {
        return false;
    }
    // Pads and strides of odd networks can be far larger than their maps.
    const shape& from = net.populations[p.source].shape;
    const plane_size plane = plane_of(p.geometry, from, net.populations[p.target].shape);
    return plane.height * plane.width <= largest_growth * from.positions() + small_plane;
}

window_weights::window_weights(const network& net, const projection& p, const channel_view& source,
                               const channel_view& target, const weight_of& weight)
    : source_(source),
      target_(target),
      geometry_(p.geometry),
      source_height_(to_size(net.populations[p.source].shape.height)),
      target_height_(to_size(net.populations[p.target].shape.height)) {
    const plane_size plane =
        plane_of(p.geometry, net.populations[p.source].shape, net.populations[p.target].shape);
    plane_height_ = plane.height;
    plane_width_ = plane.width;
    const std::int32_t largest = net.populations[p.source].range.hi;
    wide_ = largest > largest_of_8_bits;
    lay_out_runs();
    constexpr std::size_t widest = window_widths[window_width_count - 1];
    for (std::size_t first = 0; first < target.count; first += widest) {
        const std::size_t outputs = std::min(target.count - first, widest);
        blocks_.push_back(make_block(first, outputs, largest, weight));
    }
}

/// With neighbouring taps a line of the kernel is one run, otherwise each tap is one. A run is
/// padded to whole units by weights of 0.
void window_weights::lay_out_runs() {
    const kernel_geometry& g = geometry_;
    const std::size_t unit = window_unit_bytes / code_bytes();
    const bool joined = g.dilation[1] == 1;
    const std::size_t taps = joined ? 1 : to_size(g.kernel[1]);
    const std::size_t rows = joined ? to_size(g.kernel[1]) * source_.count : source_.count;
    for (std::size_t ky = 0; ky < to_size(g.kernel[0]); ++ky) {
        for (std::size_t kx = 0; kx < taps; ++kx) {
            const std::size_t place =
                ky * to_size(g.dilation[0]) * plane_width_ + kx * to_size(g.dilation[1]);
            const auto first = static_cast<std::uint32_t>(row_of_unit_.size());
            const std::size_t row = (ky * to_size(g.kernel[1]) + kx) * source_.count;
            for (std::size_t r = 0; r < rows; r += unit) {
                row_of_unit_.push_back(row + r);
                rows_of_unit_.push_back(std::min(unit, rows - r));
            }
            const auto last = static_cast<std::uint32_t>(row_of_unit_.size());
            runs_.push_back({place * source_.count * code_bytes(), first, last});
        }
    }
}

window_weights::block window_weights::make_block(std::size_t first, std::size_t outputs,
                                                 std::int32_t largest,
                                                 const weight_of& weight) const {
    block b;
    b.first = first;
    b.outputs = outputs;
    while (window_widths[b.width] < outputs) { ++b.width; }
    const std::size_t width = window_widths[b.width];
    const std::size_t units = row_of_unit_.size();
    b.weights.resize(units * width * window_unit_bytes);
    for (std::size_t u = 0; u < units; ++u) {
        for (std::size_t j = 0; j < outputs; ++j) {
            std::uint8_t* to = b.weights.data() + (u * width + j) * window_unit_bytes;
            for (std::size_t i = 0; i < rows_of_unit_[u]; ++i, to += code_bytes()) {
                const std::int16_t w = weight(row_of_unit_[u] + i, first + j);
                const auto narrow = static_cast<std::int8_t>(w);
                std::memcpy(to, wide_ ? static_cast<const void*>(&w) : &narrow, code_bytes());
            }
        }
    }
    if (wide_) { return b; }
    b.chunks.resize(units);
    for (std::size_t start = 0; start < units;) {
        const std::size_t end = end_of_chunk(b, start, units, largest);
        b.chunks[start] = static_cast<std::uint32_t>(end);
        start = end;
    }
    return b;
}

/// The first unit that 16 bits may not hold together with those from `first` on, in any output. A
/// single unit, two products in each sum, always fits.
std::size_t window_weights::end_of_chunk(const block& b, std::size_t first, std::size_t last,
                                         std::int32_t largest) {
    const std::size_t width = window_widths[b.width];
    std::size_t end = last;
    for (std::size_t j = 0; j < b.outputs; ++j) {
        bounds sum;
        for (std::size_t u = first; u < end; ++u) {
            sum.add(b.weights.data() + (u * width + j) * window_unit_bytes, largest);
            if (!sum.fit()) { end = std::max(u, first + 1); }
        }
    }
    return end;
}

bool window_weights::pays(std::size_t active, std::size_t neurons) const {
    const double share = static_cast<double>(active) / static_cast<double>(neurons);
    return share >= worth_share(target_.count);
}

template <class Code>
const std::uint8_t* window_weights::copy_plane(const std::uint8_t* codes,
                                               std::vector<Code>& plane) const {
    const std::size_t beyond =
        most_window_positions * to_size(geometry_.stride[1]) * source_.count + window_padding;
    plane.assign(plane_height_ * plane_width_ * source_.count + beyond, 0);
    const std::size_t top = to_size(geometry_.pads[0]);
    const std::size_t left = to_size(geometry_.pads[1]);
    for (std::size_t y = 0; y < source_height_; ++y) {
        Code* to = plane.data() + ((top + y) * plane_width_ + left) * source_.count;
        if (source_.whole()) {
            const std::uint8_t* from = codes + y * source_.width * source_.count;
            std::copy(from, from + source_.width * source_.count, to);
            continue;
        }
        for (std::size_t x = 0; x < source_.width; ++x, to += source_.count) {
            const std::uint8_t* from = codes + source_.offset(y * source_.width + x);
            std::copy(from, from + source_.count, to);
        }
    }
    return reinterpret_cast<const std::uint8_t*>(plane.data());
}

void window_weights::deliver(const delivery_task& task, int shift, int threads) const {
    const std::uint8_t* const codes = task.codes.bytes;
    const std::uint8_t* const plane =
        wide_ ? copy_plane(codes, task.scratch.wide_plane) : copy_plane(codes, task.scratch.plane);
    const std::size_t line_bytes =
        to_size(geometry_.stride[0]) * plane_width_ * source_.count * code_bytes();
    for (const block& b : blocks_) {
        window_task t{};
        t.runs = runs_.data();
        t.run_count = runs_.size();
        t.code_stride = to_size(geometry_.stride[1]) * source_.count * code_bytes();
        t.positions = target_.width;
        t.weights = b.weights.data();
        t.chunks = b.chunks.data();
        t.shift = shift;
        t.sum_stride = target_.stride;
        t.outputs = b.outputs;
        const window_function add =
            (wide_ ? task.kernels.windows16 : task.kernels.windows8)[b.width];
        for_each_line(target_height_, threads, [&](std::size_t y, std::size_t) {
            window_task line = t;
            line.codes = plane + y * line_bytes;
            line.sums = task.sums + target_.offset(y * target_.width) + b.first;
            add(line);
        });
    }
}

}  // namespace synfire::sim
